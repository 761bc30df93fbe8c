// What the pages come from: the program itself, and records that a device which means harm could have caused.
import { execFile, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const build = resolve(process.env.ATTEST_BUILD ?? new URL('../../../../build', import.meta.url).pathname);
export const attest = join(build, 'attest');
export const folder = mkdtempSync(join(tmpdir(), 'attest-browser-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Exit 1 is a device that failed, which is what the pages are about; anything above is not expected. */
export function call(...words) {
  return new Promise((good, bad) => {
    execFile(attest, words, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const status = error ? error.code : 0;
      if (status === 0 || status === 1) good(stdout);
      else bad(new Error(`attest ${words.join(' ')}: exit ${status}\n${stderr.slice(-2000)}`));
    });
  });
}

const made = new Map();
/** What is made once is there for every test of the process. */
function once(name, make) {
  if (!made.has(name)) made.set(name, make(join(folder, name)));
  return made.get(name);
}

export function run(name, ...words) {
  return once(name, async (to) => {
    await call('run', '--quick', '--hurry', '--devices', '1', ...words, '-o', to);
    return to;
  });
}

export const faultyRun = () => run('faulty', '--personality', 'size-in-brackets');
export const goodRun = () => run('good');

async function written(to, ...words) {
  await call('report', ...words, '-o', to);
  return pathToFileURL(to).href;
}

export const faultyPage = () => once('faulty.html', async (to) => written(to, await faultyRun()));
export const goodPage = () => once('good.html', async (to) => written(to, await goodRun()));
export const comparedPage = () =>
  once('compared.html', async (to) => written(to, await faultyRun(), '--baseline', await goodRun()));

/** The page of a copy of the good run, with lines of another's making before its end. */
export function pageWith(name, lines) {
  return once(`${name}.html`, async (to) => {
    const copy = join(folder, name);
    mkdirSync(copy);
    const record = readFileSync(join(await goodRun(), 'record.jsonl'), 'utf8').trimEnd().split('\n');
    const end = record.findIndex((line) => JSON.parse(line).e === 'run.end');
    const t = JSON.parse(record[end]).t;
    // Without the chain's hashes, which would tell that somebody wrote into it.
    const all = [...record.slice(0, end), ...lines.map((line) => JSON.stringify({ t, ...line })), ...record.slice(end)].map((line) => {
      const { h: _chain, ...rest } = JSON.parse(line);
      return JSON.stringify(rest);
    });
    writeFileSync(join(copy, 'record.jsonl'), all.join('\n') + '\n');
    return written(to, copy);
  });
}

/** A history of several runs: two good ones, then a faulty one, and a good one again. */
export const historyPage = () =>
  once('history.html', async (to) => {
    const file = join(folder, 'history.sqlite');
    for (const one of [await goodRun(), await faultyRun()]) await call('history', '--db', file, 'import', one);
    return written(to, '--history', file);
  });

/** A run that serves its page while it goes on. `ended` is its exit status, or the signal that ended it. */
export async function liveRun(name, ...words) {
  const child = spawn(attest, ['run', '--quick', '--hurry', '--devices', '1', ...words, '--live', '-o', join(folder, name)],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((good) => child.on('exit', (status, signal) => good(signal ?? status)));
  let said = '';
  const url = await new Promise((good, bad) => {
    child.stderr.on('data', (piece) => {
      said += piece;
      const found = said.match(/live: (http:\/\/\S+)/);
      if (found) good(found[1]);
    });
    ended.then((how) => bad(new Error(`no page was served; it ended with ${how}\n${said.slice(-2000)}`)));
  });
  return { url, ended, kill: () => child.kill('SIGKILL') };
}

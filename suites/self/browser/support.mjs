// A real browser, real pages: what `attest` of the build folder writes and serves.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const build = process.env.ATTEST_BUILD ?? join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../../build');
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'attest-browser-'));
  process.on('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs `attest` and gives what it said; any of these exit codes is fine. */
export function attest(args, exits = [0]) {
  const done = spawnSync(join(build, 'attest'), args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (!exits.includes(done.status)) throw new Error(`attest ${args.join(' ')}: exit ${done.status}\n${done.stderr}${done.stdout}`);
  return done;
}

export function program(name) {
  return join(build, name);
}

/** `attest run --live`, with the address that it told. */
export function live(args) {
  const child = spawn(join(build, 'attest'), ['run', '--live', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const url = new Promise((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      const found = said.match(/^live: (\S+)$/m);
      if (found) resolve(found[1]);
    });
    child.on('exit', () => reject(new Error(`it ended: ${said}`)));
  });
  return { child, url, ended };
}

let browser;
export async function open() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return browser;
}
export async function close() {
  await browser?.close();
}

/** A page whose every complaint and every request is kept. `allowed`: a request that is no fault. */
export async function visit(url, { width = 1280, height = 900, scheme = 'light', scripts = true, allowed = () => false } = {}) {
  const context = await (await open()).newContext({ viewport: { width, height }, colorScheme: scheme, javaScriptEnabled: scripts, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(`console: ${message.text()} (${message.location().url})`));
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  page.on('request', (request) => {
    const to = request.url();
    if (to.split('#')[0] !== url.split('#')[0] && !to.startsWith('data:') && !allowed(to)) faults.push(`request to ${to}`);
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

/** What axe-core holds against the page, a line each. */
export async function violations(page) {
  await page.evaluate(await axeSource());
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(' | ')}`);
}

let source;
async function axeSource() {
  const { readFile } = await import('node:fs/promises');
  source ??= await readFile(axe, 'utf8');
  return source;
}

/** What makes the page scroll to the side, if anything does. */
export function standsOut(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const scrolled = (one) => one !== null && (getComputedStyle(one).overflowX !== 'visible' || scrolled(one.parentElement));
    return [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > width && !scrolled(one.offsetParent ?? one.parentElement))
      .map((one) => one.outerHTML.slice(0, 150)).slice(0, 5).concat(`scrolls to ${document.documentElement.scrollWidth}`);
  });
}

/** Waits until it is so. Asked again and again from here: the page's policy lets no text be run in it. */
export async function until(isSo, { timeout = 60_000, what = String(isSo) } = {}) {
  for (const end = Date.now() + timeout; Date.now() < end; await new Promise((go) => setTimeout(go, 50)))
    if (await isSo()) return;
  throw new Error(`not within ${timeout} ms: ${what}`);
}

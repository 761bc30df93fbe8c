// What a device says does nothing, wherever it is shown; and a page of very many cases is usable at once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { attest, close, folder, program, standsOut, visit } from './support.mjs';

after(close);

const evil =
  '</script><script>window.pwned=1</script><img src=x onerror="window.pwned=2"><a href="javascript:window.pwned=3">x</a>' +
  '\u001b[31m\u0000\u007f\u00ff\u00fe';

function hostileRecord(path) {
  let t = 0;
  const line = (e, fields) => JSON.stringify({ t: (t += 1000), e, ...fields });
  const mine = { device: 'dut0', case: evil };
  writeFileSync(path, [
    line('run.begin', { schema: 'attest-record-1', attest: evil, wall: evil, seed: 1, command: ['attest', 'run', evil], plan: [{ case: evil, requirements: ['HC-41'] }], profile: { name: evil, [evil]: { [evil]: [evil] } } }),
    line('device', { device: 'dut0', link: evil, virtual: false, firmware: evil }),
    line('case.begin', { ...mine, attempt: 1, command: evil, requirements: ['HC-41', evil] }),
    line('step', { ...mine, text: evil }),
    line('tx', { device: 'dut0', exchange: 1, bytes: evil }),
    line('rx', { device: 'dut0', begin: 0, bytes: evil + 'A'.repeat(1 << 20) }),
    line('server', { device: 'dut0', event: 'head', connection: 1, head: evil, peer: evil }),
    line('dns', { device: 'dut0', name: evil, type: 1, answered: evil }),
    line('exchange', { ...mine, exchange: 1, sent: evil, sent_at: 3000, ended_at: t, outcome: evil, final: evil, items: [{ kind: evil, begin: 0, end: 9, first: 0, last: 0 }, null, 7] }),
    line('check', { ...mine, requirement: 'HC-41', verdict: 'fail', what: evil, owed: evil, got: evil + 'B'.repeat(1 << 20), exchange: 1 }),
    line('deviation', { ...mine, id: evil, requirement: evil, summary: evil, evidence: evil, exchange: 1 }),
    line('unexplained', { ...mine, bytes: evil, exchange: 1 }),
    line('measure', { ...mine, name: evil, requirement: 'HC-52', unit: evil, values: [1, 2, 3], of: evil, limit: 2, u: 0.1 }),
    line('reading', { ...mine, erratum: 'E1', found: evil }),
    line('case.end', { ...mine, verdict: 'fail', reason: evil }),
    line('fault', { fault: 'device', what: evil, cure: evil, device: 'dut0' }),
    line('run.end', { reason: 'done', cases: 1 }),
    '',
  ].join('\n'));
}

/** What stands in the page with control characters in it: where, and what. */
const rawTexts = (page) => page.evaluate(() => {
  const out = [];
  const all = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT);
  while (all.nextNode())
    if (/[\u0000-\u0008\u000e-\u001f\u007f]/.test(all.currentNode.data)) out.push(all.currentNode.parentElement.outerHTML.slice(0, 80));
  return out;
});

test('a device cannot act on the page', async () => {
  const out = folder();
  hostileRecord(join(out, 'record.jsonl'));
  attest(['report', out]);
  const visited = await visit(pathToFileURL(join(out, 'report.html')).href);
  const { page } = visited;
  await page.locator('tr.row th a').first().click();
  await page.waitForSelector('canvas.axis');
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.equal(await page.locator('main img').count(), 0);
  assert.equal(await page.locator('a[href^="javascript"]').count(), 0);
  const text = await page.locator('body').innerText();
  assert.deepEqual(await rawTexts(page), [], 'all of it is made visible');
  assert.ok(text.length < 200_000, `${text.length} characters are shown`);
  assert.match(text, /\\x1b\[31m/);
  assert.deepEqual(await standsOut(page), []);
  assert.deepEqual(visited.faults, []);
  await visited.close();
});

test('a page of 10,000 cases is soon there', async () => {
  const path = join(folder(), 'wide.html');
  const made = spawnSync(program('bench/page_bench'), ['10000', '1000000', '0.01', path], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const began = Date.now();
  const visited = await visit(pathToFileURL(path).href);
  await visited.page.waitForSelector('tr.row');
  console.log(`usable after ${Date.now() - began} ms`);
  assert.ok((await visited.page.locator('tr.row').count()) < 1000, 'not all rows stand in the page');
  await visited.page.getByLabel('Text').fill('IsDelivered/9999');
  assert.equal(await visited.page.locator('tr.row').count(), 1);
  assert.deepEqual(visited.faults, []);
  await visited.close();
});

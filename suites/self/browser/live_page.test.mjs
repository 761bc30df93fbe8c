// The page while its run goes on.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { close, folder, live, standsOut, until, violations, visit } from './support.mjs';

after(close);

const slow = ['--quick', '--devices', '1', '--seed', '5', '-q'];
async function watch(args, options = {}) {
  const run = live([...args, '-o', join(folder(), 'run')]);
  const url = await run.url;
  const visited = await visit(url, { ...options, allowed: (to) => /^http:\/\/127\.0\.0\.1:\d+\/(data\.json(\?last)?|events|timeline\/\d+)$/.test(to) });
  await visited.page.waitForSelector('.live progress');
  return { run, ...visited };
}
const ended = (page) => page.locator('.live progress').evaluate((bar) => bar.value);
const endedMore = (page, than) => until(async () => (await ended(page)) > than);
const said = (page, text) => page.locator('.live', { hasText: text }).waitFor({ timeout: 120_000 });

test('shows what happens, and that it is over', async () => {
  const { run, page, faults } = await watch([...slow, '--hurry', '--personality', 'size-in-brackets']);
  await endedMore(page, await ended(page));
  await page.waitForSelector('tr.row .mark.pass');
  assert.deepEqual(await violations(page), []);
  await page.waitForSelector('article.card', { timeout: 120_000 });
  await page.locator('tr.row', { has: page.locator('.mark.pass') }).first().locator('th a').click();
  await page.waitForSelector('canvas.axis');
  const open = await page.locator('tr.row th a[aria-expanded=true]').innerText();
  const asked = [];
  page.on('request', (request) => /data\.json/.test(request.url()) && asked.push(request.url().split('/').at(-1)));
  await endedMore(page, await ended(page));
  assert.equal(await page.locator('tr.row th a[aria-expanded=true]').innerText(), open, 'it stays open');
  await said(page, 'the run is over');
  assert.equal(await run.ended, 1);
  await page.locator('h1', { hasText: 'The device failed' }).waitFor();
  assert.equal(asked.at(-1), 'data.json?last');
  assert.equal(asked.filter((one) => one.includes('?')).length, 1, `${asked}`);
  assert.deepEqual(faults, []);
  await page.locator('tr.row', { has: page.locator('.mark.pass') }).last().locator('th a').click();
  await page.locator('.case', { hasText: 'The run is gone, or the connection is lost' }).waitFor();
});

test('says when the run is gone', async () => {
  const { run, page } = await watch(slow, { scheme: 'dark', width: 400 });
  await endedMore(page, 0);
  run.child.kill('SIGKILL');
  await said(page, 'connection is lost');
  assert.ok(await page.locator('tr.row').count() > 0, 'what was seen is still there');
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await standsOut(page), []);
});

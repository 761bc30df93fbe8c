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
  const visited = await visit(url, { ...options, allowed: (to) => /^http:\/\/127\.0\.0\.1:\d+\/(data\.json|events|timeline\/\d+|bye)$/.test(to) });
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
  page.on('request', (request) => asked.push(request.url()));
  await endedMore(page, await ended(page));
  assert.equal(await page.locator('tr.row th a[aria-expanded=true]').innerText(), open, 'it stays open');
  await said(page, 'the run is over');
  assert.equal(await run.ended, 1);
  await page.locator('h1', { hasText: 'The device failed' }).waitFor();
  for (const card of await page.locator('article.card').allInnerTexts()) assert.match(card, /sent[\s\S]*AT/, 'also of the last data');
  assert.equal(await page.locator('canvas.axis').count(), 1, 'its timeline is still there');
  await page.locator('tr.row', { has: page.locator('.mark.pass') }).last().locator('th a').click();
  await page.locator('.case', { hasText: 'The run is over: the record has' }).waitFor();
  assert.match(asked.at(-1), /\/bye$/, 'after that nothing is asked for');
  assert.deepEqual(faults, []);
});

test('has all of the run at its end, however slow it was', async () => {
  const { run, page, faults } = await watch([...slow, '--hurry', '--personality', 'size-in-brackets']);
  const wait = (ms) => new Promise((go) => setTimeout(go, ms));
  const slowly = new Promise((told) => void page.route('**/data.json', async (route) => {
    await wait(2000); // the page then waits so long that the next are the last
    const response = await route.fetch();
    told((await response.json()).timelines.attempts.map((attempt) => attempt.case));
    await route.fulfill({ response });
  }, { times: 1 }));
  await page.route('**/timeline/*', async (route) => { await wait(400); await route.continue(); });
  const told = new Set(await slowly);
  const passed = () => page.locator('tr.row', { has: page.locator('.mark.pass') }).locator('th a').allInnerTexts();
  let since;
  await until(async () => (since = (await passed()).find((id) => !told.has(id))) !== undefined);
  await page.locator(`[id="row/${since}"] th a`).click(); // only the last data say where its timeline is
  const log = [];
  const isTimeline = (request) => request.url().includes('/timeline/');
  page.on('request', (request) => isTimeline(request) || log.push(new URL(request.url()).pathname));
  page.on('requestfinished', (request) => isTimeline(request) && log.push('a timeline has come'));
  await said(page, 'the run is over');
  assert.equal(await run.ended, 1);
  await page.waitForSelector('canvas.axis');
  for (const card of await page.locator('article.card').allInnerTexts()) assert.match(card, /sent[\s\S]*AT/);
  assert.match(log.slice(log.lastIndexOf('/data.json')).join(', '), /^\/data\.json(, a timeline has come)+, \/bye$/);
  assert.deepEqual(faults, []);
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

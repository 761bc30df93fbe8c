// The page of a finished run, opened from the disk.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { attest, close, folder, standsOut, until, violations, visit } from './support.mjs';

const out = folder();
let url;
before(() => {
  attest(['run', '--quick', '--hurry', '--seed', '5', '-q', '-o', join(out, 'before')]);
  attest(['run', '--quick', '--hurry', '--seed', '5', '-q', '--personality', 'size-in-brackets', '-o', join(out, 'run')], [1]);
  attest(['report', join(out, 'run'), '--baseline', join(out, 'before')]);
  url = pathToFileURL(join(out, 'run', 'report.html')).href;
});
after(close);

const failed = 'HttpClientReply.StatesTheSizeInPlainDecimal/Ascii';
const toFailed = `#case/${encodeURIComponent(failed)}`;

async function on(fragment, check, options) {
  const visited = await visit(url + fragment, options);
  await visited.page.waitForSelector('main h1');
  await check(visited.page);
  assert.deepEqual(visited.faults, []);
  await visited.close();
}
const rows = (page) => page.locator('table.cases tr.row').count();
const choice = (page, name) => page.locator('form.filter').getByLabel(name);
const said = (page) => page.locator('.filter [role=status]').innerText();

test('says what was decided, what deviates, and against what', () => on('', async (page) => {
  assert.match(await page.locator('h1').innerText(), /The device failed/);
  const card = page.locator('article.card').first();
  assert.match(await card.innerText(), /size-in-brackets[\s\S]*HC-10[\s\S]*sent[\s\S]*AT\+HTTPCLIENT[\s\S]*came[\s\S]*\+HTTPCLIENT:/);
  assert.match(await page.locator('#comparison').innerText(), /Against the baseline[\s\S]*StatesTheSizeInPlainDecimal/);
}));

test('filters cases, and keeps the filter in the fragment', () => on('', async (page) => {
  const all = await rows(page);
  assert.ok(all > 20);
  await page.getByRole('button', { name: 'fail' }).click();
  assert.equal(await rows(page), 1);
  assert.match(page.url(), /#cases\?verdict=fail$/);
  await page.getByRole('button', { name: 'fail' }).click();
  await choice(page, 'command').selectOption('HTTPCPOST');
  const some = await rows(page);
  assert.ok(some > 0 && some < all);
  await choice(page, 'Text').fill('no such thing');
  assert.equal(await said(page), '0 cases');
  await choice(page, 'Text').fill('');
  await choice(page, 'command').selectOption('');
  await choice(page, 'level').selectOption('should');
  assert.ok((await rows(page)) < all);
}));

test('shows from a link what its sender saw', () => on('#cases?command=HTTPCPOST&q=data', async (page) => {
  assert.equal(await choice(page, 'command').inputValue(), 'HTTPCPOST');
  assert.equal(await choice(page, 'Text').inputValue(), 'data');
  assert.ok((await rows(page)) < 20);
}));

test('opens a case by its fragment, and goes back', () => on(toFailed, async (page) => {
  const detail = page.locator('.case');
  await page.waitForSelector('canvas.axis');
  assert.match(await detail.innerText(), /--select HttpClientReply\.StatesTheSizeInPlainDecimal\/Ascii/);
  assert.ok(await page.locator(`[id="row/${failed}"]`).evaluate((row) => row.getBoundingClientRect().top < innerHeight));
  await page.locator('.case a.id', { hasText: 'HC-10' }).first().click();
  assert.match(page.url(), /#requirement\/HC-10$/);
  assert.ok(await page.locator('[id="requirement/HC-10"]').isVisible());
  await page.goBack();
  await page.waitForSelector('.case');
  await page.goForward();
  await page.waitForSelector('.case', { state: 'detached' });
}));

test('leads from a deviation to its evidence', () => on('#deviation/size-in-brackets', async (page) => {
  await page.locator('article.card a', { hasText: /^exchange/ }).first().click();
  await page.waitForSelector('.events tr.at');
  assert.match(await page.locator('.events tr.at').innerText(), /sent|received|exchange/);
}));

test('is worked with keys alone', () => on('', async (page) => {
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the content');
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'search');
  await page.keyboard.type('httpc');
  assert.match(page.url(), /q=httpc/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const second = await page.locator('tr.row').nth(1).locator('th').innerText();
  assert.equal(await page.locator('tr.row.at th').innerText(), second);
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.case');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.case', { state: 'detached' });
  await page.keyboard.press('?');
  assert.ok(await page.locator('dialog[open]').isVisible());
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('dialog[open]').count(), 0);
}));

test('zooms into a timeline', () => on(toFailed, async (page) => {
  const axis = page.locator('canvas.axis');
  await axis.waitFor();
  const width = async () => Number(await axis.getAttribute('data-to')) - Number(await axis.getAttribute('data-from'));
  const all = await width();
  await axis.focus();
  await page.keyboard.press('+');
  assert.ok(Math.abs((await width()) / all - 0.5) < 0.01);
  const from = Number(await axis.getAttribute('data-from'));
  await page.keyboard.press('ArrowRight');
  assert.ok(Number(await axis.getAttribute('data-from')) > from);
  await page.keyboard.press('0');
  assert.equal(await width(), all);
  await axis.hover();
  await page.mouse.wheel(0, -300);
  await until(async () => (await width()) < all * 0.9);
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.locator('.events tr.at').count(), 1);
  await page.getByLabel('hex').check();
  assert.match(await page.locator('.events').innerText(), /41 54 2b 48/); // AT+H
}));

/** Everything that can be opened is open. */
async function openAll(page) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
  await page.waitForTimeout(300);
}

for (const scheme of ['light', 'dark'])
  test(`has nothing that axe-core holds against it, ${scheme}`, () => on(toFailed, async (page) => {
    await page.waitForSelector('canvas.axis');
    assert.deepEqual(await violations(page), []);
    await openAll(page);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('?');
    assert.deepEqual(await violations(page), []);
  }, { scheme }));

test('fits a narrow screen', () => on('', async (page) => {
  assert.deepEqual(await standsOut(page), []);
  await page.locator('tr.row a').first().click();
  await page.waitForSelector('canvas.axis');
  await openAll(page);
  assert.deepEqual(await standsOut(page), []);
  assert.deepEqual(await violations(page), []);
}, { width: 400, height: 800 }));

test('can be read without scripts', async () => {
  const visited = await visit(url, { scripts: false });
  const text = await visited.page.locator('main').innerText();
  assert.match(text, /the device failed 1 case/);
  assert.match(text, /size-in-brackets/);
  assert.match(text, /Cases that did not pass[\s\S]*StatesTheSizeInPlainDecimal/);
  assert.deepEqual(visited.faults, []);
  await visited.close();
});

test('turns between light and dark', () => on('', async (page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByRole('button', { name: 'Turn between light and dark' }).click();
  assert.notEqual(await paper(), light);
}));

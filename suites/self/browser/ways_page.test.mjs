// The ways through the page of a run: by links, by fragments, back and forth, and by keys however fast they come.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { attest, close, folder, visit } from './support.mjs';

const out = folder();
const failed = 'HttpClientReply.StatesTheSizeInPlainDecimal/Ascii';
let url;
before(() => {
  attest(['run', '--quick', '--hurry', '--seed', '5', '-q', '--personality', 'size-in-brackets', '-o', out], [1]);
  attest(['report', out]);
  url = pathToFileURL(join(out, 'report.html')).href;
});
after(close);

async function on(fragment, check) {
  const visited = await visit(url + fragment);
  await visited.page.waitForSelector('main h1');
  await check(visited.page);
  assert.deepEqual(visited.faults, []);
  await visited.close();
}

const verdicts = (page) => page.locator('tr.row > td:first-child .mark > span:last-child').allInnerTexts();
const isOpen = (page, id) => page.locator(`[id="row/${id}"] a[aria-expanded=true]`).waitFor();
const isClosed = (page) => page.locator('tr.detail').waitFor({ state: 'detached' });
const toggle = (page, id) => page.locator(`[id="row/${id}"] a`).click();
async function inSight(place) {
  const box = await place.boundingBox();
  return box !== null && box.y > -1 && box.y < 900;
}

test('what failed comes first', () => on('', async (page) => {
  const all = await verdicts(page);
  assert.equal(all[0], 'fail');
  assert.ok(all.includes('pass'));
}));

test('the counts lead to their cases', () => on('', async (page) => {
  await page.locator('.counts a', { hasText: 'fail' }).click();
  assert.deepEqual(await verdicts(page), ['fail']);
}));

test('each word of a text has to be there, in whatever case', () => on('', async (page) => {
  await page.locator('#search').fill('hc-10 SIZE-in-brackets');
  assert.deepEqual(await verdicts(page), ['fail']);
  assert.match(page.url(), /q=hc-10\+SIZE-in-brackets$/);
}));

test('two verdicts show the cases of both', () => on('#cases?verdict=fail%2Cpass', async (page) => {
  assert.deepEqual([...new Set(await verdicts(page))], ['fail', 'pass']);
  await page.locator('form.filter button', { hasText: 'pass' }).click();
  assert.deepEqual(await verdicts(page), ['fail']);
}));

test('a case that is not in the run is told as such', () => on('#case/No.Such%2Fcase', async (page) => {
  assert.match(await page.locator('#cases').innerText(), /There is no case No\.Such\/case in this run/);
}));

test('back and forward go from case to case', () => on('', async (page) => {
  await toggle(page, failed);
  await isOpen(page, failed);
  const last = await page.locator('tr.row th').last().innerText();
  await toggle(page, last);
  await isOpen(page, last);
  await page.goBack();
  await isOpen(page, failed);
  await page.goBack();
  await isClosed(page);
  await page.goForward();
  await isOpen(page, failed);
}));

test('a filter stays while a case is opened and closed', () => on('#cases?verdict=fail', async (page) => {
  await toggle(page, failed);
  await isOpen(page, failed);
  assert.match(page.url(), /\?verdict=fail$/);
  await toggle(page, failed);
  await isClosed(page);
  assert.match(page.url(), /#cases\?verdict=fail$/);
}));

test('a requirement leads to its cases', () => on('#requirement/HC-10', async (page) => {
  const row = page.locator('[id="requirement/HC-10"]');
  assert.ok(await inSight(row));
  await row.locator('summary').click();
  await row.locator('a', { hasText: failed }).click();
  await isOpen(page, failed);
}));

test('each link of the navigation leads to its section', () => on('', async (page) => {
  const links = await page.locator('nav a').all();
  assert.ok(links.length >= 5);
  for (const link of links) {
    await link.click();
    const id = (await link.getAttribute('href')).slice(1);
    assert.ok(await inSight(page.locator(`section[id="${id}"] h2`)), id);
  }
}));

test('keys count however fast they come', () => on('', async (page) => {
  const ids = await page.locator('tr.row th').allInnerTexts();
  const press = (key, times) => page.evaluate(([which, count]) => {
    for (let i = 0; i < count; ++i) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: which, bubbles: true }));
  }, [key, times]);
  const at = () => page.locator('tr.row.at th').innerText();
  await press('j', 10);
  assert.equal(await at(), ids[9]);
  await press('k', 3);
  assert.equal(await at(), ids[6]);
  await press('j', ids.length);
  assert.equal(await at(), ids.at(-1));
  await page.keyboard.press('Enter');
  await isOpen(page, ids.at(-1));
}));

test('keys are text in the search, and nothing moves behind the dialog', () => on('', async (page) => {
  await page.keyboard.press('/');
  await page.keyboard.type('j?/');
  assert.equal(await page.locator('#search').inputValue(), 'j?/');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.locator('#search').fill('');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.locator('dialog[open]').waitFor();
  await page.keyboard.press('j');
  assert.equal(await page.locator('tr.row.at').count(), 0);
}));

test('the skip link leads past the navigation', () => on('', async (page) => {
  await page.keyboard.press('Tab');
  const box = await page.locator('a.skip').boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0, 'it is seen while it has the focus');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
}));

test('whatever has the focus shows it', () => on('', async (page) => {
  const bare = [];
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press('Tab');
    bare.push(await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return '';
      const style = getComputedStyle(one);
      return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 1 ? one.outerHTML.slice(0, 100) : '';
    }));
  }
  assert.deepEqual(bare.filter((one) => one !== ''), []);
}));

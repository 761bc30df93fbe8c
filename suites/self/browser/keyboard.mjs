// The page without a mouse.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './support/browser.mjs';
import { faultyPage } from './support/program.mjs';

const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || '');
const at = (page) => page.locator('tr.row.at th').innerText();

test('/ leads to the search, Escape out of it', async () => {
  await withPage(await faultyPage(), async (page) => {
    await page.keyboard.press('/');
    assert.equal(await focused(page), 'search');
    assert.equal(await page.locator('#search').inputValue(), '');
    await page.keyboard.type('j?');
    assert.equal(await page.locator('#search').inputValue(), 'j?');
    assert.equal(await page.locator('dialog[open]').count(), 0);
    await page.keyboard.press('Escape');
    assert.notEqual(await focused(page), 'search');
  });
});

test('j and k walk through the cases, Enter opens, Escape closes', async () => {
  await withPage(await faultyPage(), async (page) => {
    const ids = await page.locator('tr.row th').allInnerTexts();
    await page.keyboard.press('j');
    assert.equal(await at(page), ids[0]);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.equal(await at(page), ids[2]);
    await page.keyboard.press('k');
    assert.equal(await at(page), ids[1]);
    await page.keyboard.press('Enter');
    await page.locator('tr.detail').waitFor();
    assert.equal(await page.locator('tr.row a[aria-expanded=true]').innerText(), ids[1]);
    await page.keyboard.press('Escape');
    await page.locator('tr.detail').waitFor({ state: 'detached' });
    assert.equal(await at(page), ids[1]);
    for (let i = 0; i < ids.length + 5; ++i) await page.keyboard.press('j');
    assert.equal(await at(page), ids.at(-1));
  });
});

test('? shows the keys, Escape hides them, and the cases do not move behind', async () => {
  await withPage(await faultyPage(), async (page) => {
    await page.keyboard.press('?');
    assert.ok(await page.locator('dialog[open]').isVisible());
    await page.keyboard.press('j');
    assert.equal(await page.locator('tr.row.at').count(), 0);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('dialog[open]').count(), 0);
  });
});

test('the first Tab shows a way past the navigation', async () => {
  await withPage(await faultyPage(), async (page) => {
    await page.keyboard.press('Tab');
    const skip = page.locator('a.skip');
    assert.ok(await skip.evaluate((link) => link === document.activeElement));
    const box = await skip.boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), await focused(page));
  });
});

test('whatever has the focus shows it', async () => {
  await withPage(await faultyPage(), async (page) => {
    const bare = [];
    for (let i = 0; i < 60; ++i) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(() => {
        const one = document.activeElement;
        if (!one || one === document.body) return '';
        const style = getComputedStyle(one);
        return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 1 ? one.outerHTML.slice(0, 100) : '';
      });
      if (seen !== '') bare.push(seen);
    }
    assert.deepEqual(bare, []);
  });
});

test('a case can be opened and closed by Tab and Enter', async () => {
  await withPage(await faultyPage(), async (page) => {
    await page.locator('tr.row a').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('tr.detail').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('tr.detail').waitFor({ state: 'detached' });
  });
});

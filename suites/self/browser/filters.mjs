// Which cases are shown, and that the URL's fragment says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './support/browser.mjs';
import { faultyPage } from './support/program.mjs';

const rows = (page) => page.locator('table.cases tr.row');
const verdicts = (page) => page.locator('table.cases tr.row > td:first-child .mark > span:last-child').allInnerTexts();
const hash = (page) => page.evaluate(() => location.hash);
const filter = (page, verdict) => page.locator('form.filter button', { hasText: verdict });

test('the cases that failed come first', async () => {
  await withPage(await faultyPage(), async (page) => {
    const all = await verdicts(page);
    assert.equal(all[0], 'fail');
    assert.ok(all.includes('pass'));
  });
});

test('a verdict button shows its cases alone, and is in the fragment', async () => {
  await withPage(await faultyPage(), async (page) => {
    const before = await rows(page).count();
    await filter(page, 'fail').click();
    assert.deepEqual([...new Set(await verdicts(page))], ['fail']);
    assert.equal(await filter(page, 'fail').getAttribute('aria-pressed'), 'true');
    assert.equal(await hash(page), '#cases?verdict=fail');
    await filter(page, 'fail').click();
    assert.equal(await rows(page).count(), before);
    assert.equal(await hash(page), '#cases');
  });
});

test('two verdicts show the cases of both', async () => {
  await withPage(await faultyPage(), async (page) => {
    await filter(page, 'fail').click();
    await filter(page, 'pass').click();
    assert.deepEqual([...new Set(await verdicts(page))], ['fail', 'pass']);
  });
});

test('a command shows its cases alone', async () => {
  await withPage(await faultyPage(), async (page) => {
    await page.locator('form.filter').getByLabel('command').selectOption('HTTPGETSIZE');
    const commands = await page.locator('table.cases tr.row > td:nth-child(3)').allInnerTexts();
    assert.deepEqual([...new Set(commands)], ['HTTPGETSIZE']);
    assert.match(await hash(page), /command=HTTPGETSIZE/);
  });
});

test('a level shows fewer cases, and is in the fragment', async () => {
  await withPage(await faultyPage(), async (page) => {
    const before = await rows(page).count();
    await page.locator('form.filter').getByLabel('level').selectOption('measure');
    const now = await rows(page).count();
    assert.ok(now < before, `${now} of ${before}`);
    assert.match(await hash(page), /level=measure/);
  });
});

test('each word of a text has to be there, in whatever case', async () => {
  await withPage(await faultyPage(), async (page) => {
    await page.locator('#search').fill('hc-10 SIZE-in-brackets');
    assert.deepEqual(await verdicts(page), ['fail']);
    assert.match(await hash(page), /q=hc-10\+SIZE-in-brackets/);
    await page.locator('#search').fill('there is no such case');
    assert.equal(await rows(page).count(), 0);
    assert.match(await page.locator('form.filter [role=status]').innerText(), /^0 cases/);
  });
});

test('a fragment with filters opens with them', async () => {
  const url = `${await faultyPage()}#cases?verdict=fail%2Cpass&command=HTTPGETSIZE&q=size`;
  await withPage(url, async (page) => {
    assert.equal(await filter(page, 'fail').getAttribute('aria-pressed'), 'true');
    assert.equal(await filter(page, 'error').getAttribute('aria-pressed'), 'false');
    assert.equal(await page.locator('form.filter').getByLabel('command').inputValue(), 'HTTPGETSIZE');
    assert.equal(await page.locator('#search').inputValue(), 'size');
  });
});

test('the counts at the top lead to their cases', async () => {
  await withPage(await faultyPage(), async (page) => {
    await page.locator('.counts a', { hasText: 'fail' }).click();
    assert.deepEqual([...new Set(await verdicts(page))], ['fail']);
  });
});

// What a fragment opens, and the ways back and forth.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withPage } from './support/browser.mjs';
import { comparedPage, faultyPage, faultyRun } from './support/program.mjs';

async function failed() {
  const result = JSON.parse(readFileSync(join(await faultyRun(), 'result.json'), 'utf8'));
  return result.cases.find((one) => one.verdict === 'fail');
}
const open = (page) => page.locator('tr.detail');
const inSight = async (place) => {
  const box = await place.boundingBox();
  return box !== null && box.y > -1 && box.y < 900;
};

test('a fragment opens its case: reason, requirements, command to run it again, checks', async () => {
  const one = await failed();
  await withPage(`${await faultyPage()}#case/${encodeURIComponent(one.id)}`, async (page) => {
    await open(page).waitFor();
    const text = await open(page).innerText();
    for (const id of [...one.requirements, ...one.deviations]) assert.ok(text.includes(id), id);
    assert.ok(text.includes(one.reason.slice(0, 60)), text.slice(0, 200));
    assert.ok((await open(page).locator('.command code').innerText()).includes(`--select ${one.id}`));
    assert.ok((await open(page).locator('table tbody tr').count()) > 0);
    assert.ok(await inSight(page.locator(`[id="row/${one.id}"]`)));
  });
});

test('a case that is not in the run is told as such', async () => {
  await withPage(`${await faultyPage()}#case/No.Such%2Fcase`, async (page) => {
    assert.match(await page.locator('#cases').innerText(), /There is no case No\.Such\/case in this run/);
  });
});

test('back and forward go through cases and filters', async () => {
  const one = await failed();
  await withPage(await faultyPage(), async (page) => {
    await page.locator(`[id="row/${one.id}"] a`).click();
    await open(page).waitFor();
    await page.locator('tr.row a').last().click();
    const last = await page.locator('tr.row a[aria-expanded=true]').innerText();
    assert.notEqual(last, one.id);
    await page.goBack();
    await page.locator(`[id="row/${one.id}"] a[aria-expanded=true]`).waitFor();
    await page.goBack();
    await open(page).waitFor({ state: 'detached' });
    await page.goForward();
    await page.locator(`[id="row/${one.id}"] a[aria-expanded=true]`).waitFor();
  });
});

test('a filter stays while a case is opened and closed', async () => {
  const one = await failed();
  await withPage(`${await faultyPage()}#cases?verdict=fail`, async (page) => {
    await page.locator(`[id="row/${one.id}"] a`).click();
    await open(page).waitFor();
    assert.match(page.url(), /\?verdict=fail$/);
    await page.locator(`[id="row/${one.id}"] a`).click();
    await open(page).waitFor({ state: 'detached' });
    assert.match(page.url(), /#cases\?verdict=fail$/);
  });
});

test('a requirement leads to its cases, and its fragment to it', async () => {
  const one = await failed();
  const id = one.requirements[0];
  await withPage(`${await faultyPage()}#requirement/${id}`, async (page) => {
    const row = page.locator(`[id="requirement/${id}"]`);
    assert.ok(await row.isVisible());
    assert.ok(await inSight(row));
    await row.locator('summary').click();
    await row.locator('a', { hasText: one.id }).first().click();
    await page.locator(`[id="row/${one.id}"] a[aria-expanded=true]`).waitFor();
  });
});

test('a deviation tells what was owed, sent and came, and leads to the exchange', async () => {
  await withPage(`${await faultyPage()}#deviation/size-in-brackets`, async (page) => {
    const card = page.locator('[id="deviation/size-in-brackets"]');
    assert.ok(await inSight(card));
    await card.locator('dt', { hasText: 'sent' }).waitFor();
    const text = await card.innerText();
    for (const word of ['owed', 'AT+HTTPCLIENT=', '+HTTPCLIENT:<']) assert.ok(text.includes(word), word);
    await card.locator('a', { hasText: 'exchange' }).first().click();
    await open(page).waitFor();
    assert.match(page.url(), /#case\/.*\?exchange=\d+$/);
  });
});

test('each link of the navigation leads to its section', async () => {
  await withPage(await comparedPage(), async (page) => {
    const links = await page.locator('nav a').all();
    assert.ok(links.length >= 5);
    for (const link of links) {
      await link.click();
      const id = (await link.getAttribute('href')).slice(1);
      assert.ok(await inSight(page.locator(`section[id="${id}"] h2`)), id);
    }
  });
});

test('a comparison tells its outcome, and what changed leads to the case', async () => {
  const one = await failed();
  await withPage(await comparedPage(), async (page) => {
    const section = page.locator('#comparison');
    assert.match(await section.innerText(), /no go/);
    await section.locator('a', { hasText: one.id }).first().click();
    await page.locator(`[id="row/${one.id}"] a[aria-expanded=true]`).waitFor();
  });
});

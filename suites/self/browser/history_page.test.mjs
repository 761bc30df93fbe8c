// The page of what all runs together say.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { attest, close, folder, standsOut, violations, visit } from './support.mjs';

const out = folder();
let url;
before(() => {
  const runs = [1, 2, 3].map((seed) => {
    const run = join(out, `run${seed}`);
    const fault = seed === 2 ? ['--personality', 'size-in-brackets'] : [];
    attest(['run', '--select', 'HttpClientReply*', '--select', 'Latency*', '--hurry', '--seed', String(seed), '-q', ...fault, '-o', run], [0, 1]);
    return run;
  });
  attest(['history', 'import', '--db', join(out, 'h.db'), ...runs]);
  attest(['report', '--history', join(out, 'h.db'), '-o', join(out, 'history.html')]);
  url = pathToFileURL(join(out, 'history.html')).href;
});
after(close);

async function on(fragment, check, options) {
  const visited = await visit(url + fragment, options);
  await visited.page.waitForSelector('main h1');
  await check(visited.page);
  assert.deepEqual(visited.faults, []);
  await visited.close();
}

test('shows runs, and since when what is wrong', () => on('', async (page) => {
  assert.equal(await page.locator('#runs tbody tr').count(), 3);
  assert.match(await page.locator('#deviations').innerText(), /size-in-brackets[\s\S]*run \d/);
  assert.match(await page.locator('#first-bad').innerText(), /HC-10/);
  assert.ok(await page.locator('.trend canvas').count() > 0);
  await page.locator('#deviations a').first().click();
  assert.match(page.url(), /#run\/\d$/);
}));

test('leads to a section and to a run, which is marked', async () => {
  for (const section of ['deviations', 'first-bad', 'flakes', 'trends', 'firmwares'])
    await on(`#${section}`, async (page) => {
      const { top, left } = await page.evaluate((id) => ({
        top: document.getElementById(id).getBoundingClientRect().top,
        left: document.documentElement.scrollHeight - innerHeight - scrollY,
      }), section);
      assert.ok(top < 100 || left < 1, `${section} is ${top} pixels down, with ${left} left`);
    }, { height: 500 });
  await on('#run/2', async (page) => assert.equal(await page.locator('#runs tr.at th').innerText(), '2'));
});

test('finds a measurement', () => on('#trends', async (page) => {
  await page.getByLabel('Text').fill('AT to OK');
  const found = await page.locator('.trend h3').allInnerTexts();
  assert.ok(found.length > 0 && found.every((one) => one.startsWith('AT to OK')), found.join());
  await page.getByLabel('Text').fill('AT to OK and nothing like it');
  assert.equal(await page.locator('.trend').count(), 0);
  assert.equal(await page.locator('.filter [role=status]').innerText(), '0 measurements');
}));

for (const scheme of ['light', 'dark'])
  test(`has nothing that axe-core holds against it, ${scheme}`, () => on('', async (page) => assert.deepEqual(await violations(page), []), { scheme }));

test('fits a narrow screen', () => on('', async (page) => assert.deepEqual(await standsOut(page), []), { width: 400, height: 800 }));

test('can be read without scripts', async () => {
  const visited = await visit(url, { scripts: false });
  assert.match(await visited.page.locator('main').innerText(), /Runs/);
  await visited.close();
});

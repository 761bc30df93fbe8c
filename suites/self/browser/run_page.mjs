// The page of a run that is over, from a file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './support/browser.mjs';
import { faultyPage } from './support/program.mjs';

test('the page opens without an error, a warning or a request', async () => {
  await withPage(await faultyPage(), async (page) => {
    assert.equal(await page.locator('h1').innerText(), 'The device failed');
    assert.ok((await page.locator('table.cases tbody tr').count()) > 5);
  });
});

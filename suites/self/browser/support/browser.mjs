// A browser for all tests of the process, and pages that tell what went wrong in them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let started;
export function browser() {
  started ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  return started;
}
after(async () => { if (started) await (await started).close(); });

/**
 * Opens the page, lets `use` work with it, and then asks that no script failed, nothing was said to the console, and
 * nothing was asked of anybody but the page's own server (of nobody at all from a file).
 */
export async function withPage(url, use, { options = {}, expected = [] } = {}) {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!isOwn(request.url(), url)) wrong.push(`request: ${request.url()}`);
  });
  try {
    await page.goto(url, { waitUntil: 'load' });
    await use(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(wrong.filter((one) => !expected.some((pattern) => pattern.test(one))), []);
}

function isOwn(asked, page) {
  const [to, home] = [new URL(asked), new URL(page)];
  if (to.protocol === 'data:') return true;
  if (home.protocol === 'file:') return to.pathname === home.pathname;
  return to.origin === home.origin && /^\/(|data\.json|events|timeline\/\d+)$/.test(to.pathname);
}

/** What axe-core finds, told by rule and place. */
export async function violations(page) {
  // By the debugger's evaluation, which the page's policy does not bind.
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

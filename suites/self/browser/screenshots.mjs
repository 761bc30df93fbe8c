// node screenshots.mjs PAGE FOLDER: the page as people see it, wide and narrow, light and dark.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { close, visit } from './support.mjs';

const [, , page, out] = process.argv;
if (!page || !out) throw new Error('usage: node screenshots.mjs URL FOLDER');
mkdirSync(out, { recursive: true });
for (const width of [1280, 400])
  for (const scheme of ['light', 'dark']) {
    const visited = await visit(page, { width, scheme });
    await visited.page.waitForTimeout(500);
    await visited.page.screenshot({ path: join(out, `${width}-${scheme}.png`), fullPage: true });
    await visited.close();
  }
await close();

// Six pictures of the page, of what a visitor sees first: light and dark, at 360, 768 and 1440 px.

import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './checks/browser.mjs';
import { serve } from './serve.mjs';

const sizes = [
  { width: 360, height: 800 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];
/** So that the repository stays small. */
const LIMIT = 300_000;

export async function screenshots(folder) {
  mkdirSync(folder, { recursive: true });
  // With threads, as a well-kept server would have it.
  const { server, address } = await serve({ isolated: true });
  const browser = await launch();
  try {
    for (const theme of ['light', 'dark']) {
      for (const size of sizes) {
        const page = await browser.newPage();
        await page.setViewport(size);
        await page.emulateMediaFeatures([
          { name: 'prefers-color-scheme', value: theme },
          { name: 'prefers-reduced-motion', value: 'reduce' },
        ]);
        await page.goto(address);
        await page.evaluate(() => window.__demo.ready);
        await page.waitForFunction(() => window.__demo.hud().alpha && !window.__demo.busy());
        const path = join(folder, `${theme}-${size.width}.png`);
        await page.screenshot({ path });
        const bytes = statSync(path).size;
        console.log(`${path}: ${bytes} bytes`);
        if (bytes > LIMIT) throw new Error(`${path} is larger than ${LIMIT} bytes`);
        await page.close();
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
}

// 20 six figures in two themes against how they looked when somebody last looked at them. A picture is
// kept as 64 × 32 means of its brightness: fonts and the last pixel of a line may differ, what is drawn not.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, open, until } from './browser.mjs';

const file = new URL('pictures.json', import.meta.url);
const ids = ['hero', 'layer-in', 'layer-out', 'map', 'one-of-many', 'phase'];
/** Of 255: the mean over the picture, and one of its 2048 cells. */
const [kMean, kCell] = [1.3, 64];

const small = (page, id) =>
  page.evaluate((name) => {
    const from = document.querySelector(`#${name} canvas`);
    const canvas = new OffscreenCanvas(64, 32);
    const c = canvas.getContext('2d');
    c.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--card');
    c.fillRect(0, 0, 64, 32);
    c.imageSmoothingQuality = 'high';
    c.drawImage(from, 0, 0, 64, 32);
    const { data } = c.getImageData(0, 0, 64, 32);
    return Array.from({ length: 2048 }, (_, i) => Math.round((data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3));
  }, id);

/** With `renew`, what is seen becomes what is expected. */
export async function pictures(browser, address, renew) {
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const trouble = [];
  for (const theme of ['light', 'dark']) {
    const opened = await open(browser, address, {
      width: 1280,
      hash: '?test=1',
      features: [{ name: 'prefers-color-scheme', value: theme }],
    });
    await until(opened.page, (all) => all.every((id) => document.querySelector(`#${id} canvas`)?.width > 100), ids);
    for (const id of ids) {
      const now = await small(opened.page, id);
      const key = `${id}, ${theme}`;
      if (renew) known[key] = Buffer.from(now).toString('base64');
      const old = known[key] && [...Buffer.from(known[key], 'base64')];
      const off = old?.map((value, i) => Math.abs(value - now[i])) ?? [255];
      const mean = off.reduce((a, b) => a + b, 0) / off.length;
      expect(20, `${key}: as it was`, mean <= kMean && Math.max(...off) <= kCell, `${((100 * mean) / 255).toFixed(2)} % off`);
    }
    trouble.push(...opened.trouble);
    await opened.page.close();
  }
  if (renew) writeFileSync(file, `${JSON.stringify(known, null, 1)}\n`);
  return trouble;
}

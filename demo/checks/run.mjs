// The twenty checks of the page in headless Chromium, the essential ones in Firefox.
//   node demo/checks/run.mjs [part…] [--pictures]
//   part        only these, by their names below
//   --pictures  what is seen now becomes what check 20 expects

import { fileURLToPath } from 'node:url';
import { serve } from '../serve.mjs';
import * as access from './access.mjs';
import { counted, expect, launch, note, open, section } from './browser.mjs';
import * as code from './code.mjs';
import { degraded } from './degraded.mjs';
import * as figures from './figures.mjs';
import * as links from './links.mjs';
import * as panels from './panels.mjs';
import { pictures } from './pictures.mjs';
import * as race from './race.mjs';

const parts = {
  start: [1, links.start],
  layer: [2, figures.oneLayer],
  map: [5, figures.map],
  network: [6, figures.network],
  panels: [2, panels.panels],
  signals: [6, panels.signals],
  price: [6, panels.price],
  race: [7, race.headline],
  apart: [7, race.apart],
  stalls: [7, race.stalls],
  files: [7, race.files],
  determinism: [8, links.determinism],
  addresses: [9, links.addresses],
  keyboard: [10, access.keyboard],
  axe: [11, access.axed],
  reader: [11, access.reader],
  stillness: [12, access.stillness],
  sizes: [13, access.sizes],
  code: [14, code.examples],
  policy: [14, code.policy],
  python: [14, code.python],
  degraded: [15, degraded],
  deaths: [15, race.deaths],
  crash: [15, panels.crash],
  exports: [16, links.exports],
  heap: [17, race.heap],
  instruments: [18, figures.instruments],
  without: [19, access.without],
  pictures: [20, pictures],
};

async function inFirefox(address) {
  const browser = await launch('firefox');
  const opens = async (_, where) => {
    const { page, trouble, ms } = await open(browser, where, { hash: '?test=1' });
    note(`drawn after ${ms.toFixed(0)} ms`);
    await page.close();
    return trouble;
  };
  try {
    for (const [name, check, work] of [['start', 1, opens], ['race', 7, race.essential], ['code', 14, code.essential]]) {
      await section(check, `Firefox, ${name}`, async () => clean(1, `Firefox, ${name}`, await work(browser, address)));
    }
  } finally {
    await browser.close();
  }
}

function clean(check, what, trouble) {
  if (trouble.length > 0) expect(check, `${what}: no error`, false, trouble.slice(0, 3).join('; '));
}

/** Runs the parts that are named, or all; true when none failed. */
export async function check(wanted = [], renew = false) {
  const { server, address } = await serve();
  const browser = await launch();
  try {
    for (const [name, [number, work]] of Object.entries(parts)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      await section(number, name, async () => clean(number, name, await work(browser, address, renew)));
    }
    if (wanted.length === 0 || wanted.includes('firefox')) await inFirefox(address);
  } finally {
    await browser.close();
    server.close();
  }
  const { passed, failed, reasons } = counted();
  for (const reason of reasons) console.log(`failed: ${reason}`);
  console.log(`demo: ${passed} passed, ${failed} failed`);
  return failed === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const good = await check(words.filter((word) => !word.startsWith('--')), words.includes('--pictures'));
  process.exit(good ? 0 : 1);
}

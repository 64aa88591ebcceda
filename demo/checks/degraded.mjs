// 15 what the page says where something is missing.

import { expect, launch, open, text, until } from './browser.mjs';

const complaint = async (page) => {
  await until(page, () => !document.getElementById('problem').hidden);
  return text(page, '#problem');
};

export async function degraded(browser, address) {
  const plain = await open(browser, address, { hash: '?test=1' });
  const note = await plain.page.$eval('#hud-note', (e) => (e.hidden ? '' : e.textContent));
  expect(15, 'not isolated: one thread, and why', /One thread: .+/.test(note), note);
  await plain.page.evaluate(() => void window.__demo.run('crash'));
  const dead = await complaint(plain.page);
  await plain.page.click('[data-testid="retry"]');
  await plain.page.evaluate(() => window.__demo.run({ p: 0.3 }));
  expect(15, 'a worker that dies can be started again', /cannot be computed/.test(dead) && (await plain.page.$eval('#problem', (e) => e.hidden)), dead);
  await plain.page.close();

  const blocked = await open(browser, address, {
    wait: false,
    before: async (page) => {
      await page.setRequestInterception(true);
      page.on('request', (request) => (/worker[^/]*\.js$/.test(request.url()) ? request.abort() : request.continue()));
    },
  });
  const unable = await complaint(blocked.page).catch(() => '');
  expect(15, 'workers blocked: the page says so', /cannot be computed/.test(unable), unable);
  const rows = await blocked.page.$$eval('[data-testid=claims-table] tbody tr', (all) => all.length);
  expect(15, 'and its texts stand', rows === 11);
  await blocked.page.close();

  const bare = await launch('chrome', ['--js-flags=--noexpose-wasm']);
  try {
    const without = await open(bare, address, { wait: false });
    const told = await complaint(without.page).catch(() => '');
    expect(15, 'no WebAssembly: the page says so', /cannot be computed/.test(told), told);
  } finally {
    await bare.close();
  }
  return plain.trouble;
}

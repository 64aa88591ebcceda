// 15 what the page says where something is missing.

import { expect, launch, open, text, until } from './browser.mjs';
import { serve } from '../serve.mjs';

const complaint = async (page) => {
  await until(page, () => !document.getElementById('problem').hidden);
  return text(page, '#problem');
};

/** V8 has no SIMD where it may not use SSE 4.1: an old x86 machine. */
async function withoutSimd(address) {
  const browser = await launch('chrome', ['--js-flags=--no-enable-sse4-1']);
  try {
    const { page } = await open(browser, address, { wait: false });
    const told = await complaint(page).catch(() => '');
    expect(15, 'SIMD off: the page says so, and which browsers have it', /needs WebAssembly SIMD.*Chrome 95, Firefox 100, Safari 16\.4/.test(told), told);
    const colours = await page.$eval('#maps canvas', (canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
    expect(15, 'and the map of moments, which needs no library, is drawn', colours > 20, `${colours} colours`);
  } finally {
    await browser.close();
  }
}

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

  // A policy without 'wasm-unsafe-eval' is how a page comes to have no WebAssembly.
  const { server, address: strict } = await serve({ policy: "script-src 'self' SCRIPT; worker-src 'self'" });
  try {
    const without = await open(browser, strict, { wait: false });
    const told = await complaint(without.page).catch(() => '');
    expect(15, 'WebAssembly blocked: the page says so, and how to allow it', /cannot be computed.*wasm-unsafe-eval/.test(told), told);
    await without.page.close();
  } finally {
    server.close();
  }
  await withoutSimd(address);
  return plain.trouble;
}

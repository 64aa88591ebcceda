// 1 start and size, 8 determinism, 9 addresses, 16 exports.

import { gzipSync } from 'node:zlib';
import { expect, LIMIT_MS, nearRace, note, open, press, state, until } from './browser.mjs';
import { serve } from '../serve.mjs';

/** Compressed bytes of everything the page has loaded when it stands: page, styles, scripts, library. */
const kBudget = 375_000;

export async function start(browser, address) {
  const bodies = new Map();
  const { page, trouble, ms } = await open(browser, address, {
    before: (p) => p.on('response', (r) => bodies.set(r.url(), r.buffer().catch(() => Buffer.alloc(0)))),
  });
  note(`drawn after ${ms.toFixed(0)} ms`);
  const own = await Promise.all([...bodies].filter(([url]) => /\/index-.*\.js$/.test(url)).map(([, body]) => body));
  const chunks = own.flatMap((body) => [...String(body).matchAll(/from"\.\/([\w-]+)\.js"/g)].map(([, name]) => name));
  expect(1, 'the page itself does not start the library: its worker does', own.length === 1 && !chunks.some((name) => name.startsWith('torch-')), chunks.join(', '));
  const before = page.workers().length;
  await nearRace(page);
  // One makes the samples, four train.
  const end = performance.now() + LIMIT_MS;
  while (page.workers().length < 6 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(1, 'the race’s workers start when it comes near', before === 1 && page.workers().length === 6, `${before}, then ${page.workers().length}`);
  const sizes = await Promise.all([...bodies].filter(([url]) => url.startsWith('http')).map(async ([url, body]) => [url.split('/').at(-1), gzipSync(await body, { level: 9 }).length]));
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  expect(1, `at most ${kBudget / 1000} kB, compressed`, total <= kBudget, `${(total / 1000).toFixed(0)} kB: ${sizes.map(([name, size]) => `${name || 'page'} ${(size / 1000).toFixed(0)}`).join(', ')}`);
  expect(1, 'no error, no request elsewhere', trouble.length === 0, trouble.join('; ') || undefined);
  await page.close();
  return [];
}

const kHash = '?test=1#v=1&p=0.2&samples=4096&depth=16&width=64&batch=64&seed=7&layer=8';
const seen = async ({ page }) => {
  await until(page, () => window.__demo.signals() !== undefined);
  return page.evaluate(() => ({
    stats: JSON.stringify(window.__demo.stats()),
    signals: JSON.stringify(window.__demo.signals()),
    picture: document.querySelector('#layer-out canvas').toDataURL(),
  }));
};

export async function determinism(browser, address) {
  const once = await open(browser, address, { hash: kHash });
  const twice = await open(browser, address, { hash: kHash });
  const [one, two] = [await seen(once), await seen(twice)];
  expect(8, 'the same link: the same numbers, bit by bit', one.stats === two.stats && one.signals === two.signals);
  expect(8, 'and the same picture, byte by byte', one.picture === two.picture && one.picture.length > 2000);
  const { server, address: there } = await serve({ isolated: true });
  const isolated = await open(browser, there, { hash: kHash });
  const info = await isolated.page.evaluate(() => window.__demo.info());
  const many = await seen(isolated);
  expect(8, 'isolated, with threads: the same numbers', many.stats === one.stats && many.signals === one.signals, `${info.threads} threads`);
  for (const { page } of [once, twice, isolated]) await page.close();
  server.close();
  return [...once.trouble, ...twice.trouble, ...isolated.trouble];
}

/** What the race's form and its lanes say. */
const raceForm = (page) =>
  page.evaluate(() => ({
    ...Object.fromEntries(['data', 'depth', 'width', 'optimizer', 'epochs'].map((key) => [key, document.getElementById(`race-${key}`).value])),
    same: document.getElementById('race-same').checked,
    rates: [...document.querySelectorAll('[data-part=lr]')].map((field) => Number(field.value)).join(),
    runs: [...document.querySelectorAll('[data-part=runs]')].map((box) => Number(box.checked)).join(),
    status: document.getElementById('race-status').textContent,
  }));
const kRace = 'raceData=spirals&raceDepth=4&raceWidth=16&raceOptimizer=adam&raceSame=1&raceEpochs=7&raceLr_norm=0.03&raceRuns_relu=0';

async function races(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: `?test=1#${kRace}` });
  await nearRace(page);
  const shows = async (want, data) => {
    await until(page, (numbers) => document.getElementById('race-status').textContent.includes(numbers), data);
    const got = await raceForm(page);
    return Object.entries(want).every(([key, value]) => got[key] === value) ? undefined : JSON.stringify(got);
  };
  const linked = { data: 'spirals', depth: '4', width: '16', optimizer: 'adam', epochs: '7', same: true, rates: '0.001,0.001,0.03,0.001', runs: '1,0,1,1' };
  const first = await shows(linked, '2 numbers each');
  expect(9, 'a link sets up its race', first === undefined, first);
  await page.evaluate(() => (location.hash = '#raceDepth=1e9&raceWidth=99999&raceData=%3Cscript%3E&raceOptimizer=__proto__&raceLr_snn=1e999&raceLr_relu=99&raceRuns_snn=2'));
  const second = await shows({ ...linked, data: 'digits14', depth: '32', width: '512', optimizer: 'sgd', epochs: '20', same: false, rates: '0.01,10,0.01,0.01', runs: '1,1,1,1' }, '196 numbers each');
  expect(9, 'a hostile one: defaults, and what is too large clamped', second === undefined, second);
  await page.$eval('#race-depth', (field) => {
    field.value = '5';
    for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
  });
  await until(page, () => location.hash.includes('raceDepth=5'));
  expect(9, 'the form is in the address', (await state(page)).raceDepth === 5);
  await page.select('#race-optimizer', 'adam');
  await until(page, () => location.hash.includes('raceLr_snn=0.001&'));
  const { rates } = await raceForm(page);
  expect(9, 'the optimizer brings its usual rates', rates === '0.001,0.001,0.001,0.001', rates);
  await page.$eval('[data-lane=drop] [data-part=runs]', (box) => box.click());
  await until(page, () => location.hash.includes('raceRuns_drop=0'));
  expect(9, 'who takes part is in the address', (await state(page)).raceRuns_drop === 0);
  await page.close();
  return trouble;
}

export async function addresses(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1#samples=320&depth=2&width=16&batch=16' });
  const failed = [];
  for (let i = 0; i < 50; ++i) {
    const wrong = await page.evaluate(async () => {
      const pick = (list) => list[Math.floor(Math.random() * list.length)];
      const depth = 2 + Math.floor(Math.random() * 4);
      const change = {
        p: Math.floor(Math.random() * 95) / 100,
        seed: Math.floor(Math.random() * 1e6),
        mu: Math.round(Math.random() * 120 - 60) / 20,
        op: pick(['none', 'dropout', 'alpha', 'equal']),
        selu: pick([0, 1]),
        activation: pick(['selu', 'relu', 'tanh']),
        init: pick(['lecun', 'default', 'he']),
        dropout: pick(['none', 'dropout', 'alpha']),
        tab: pick(['gradient', 'information']),
        depth,
        layer: Math.floor(Math.random() * (depth + 1)),
      };
      // What is asked anew is not computed; here only the address matters, which is written four times a second.
      void window.__demo.run(change);
      const before = JSON.stringify(window.__demo.state());
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { hash } = location;
      void window.__demo.run({ p: change.p === 0.5 ? 0.4 : 0.5, seed: 1, op: 'alpha' });
      const heard = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
      location.hash = `${hash}&`;
      await heard;
      return JSON.stringify(window.__demo.state()) === before ? undefined : hash;
    });
    if (wrong) failed.push(wrong);
  }
  expect(9, '50 random states come back from their addresses', failed.length === 0, failed[0]);
  await page.close();
  trouble.push(...(await races(browser, address)));
  const hostile = ['#p=NaN&depth=1e309&__proto__=x&constructor=1&seed=%00', `#p=${'9'.repeat(100_000)}`, '#v=99&op=<script>&samples=-1&width=3.5'];
  for (const hash of hostile) {
    const opened = await open(browser, address, { hash: `?test=1${hash}` });
    const found = await state(opened.page);
    expect(9, `a hostile address (${hash.slice(0, 24)}…): defaults`, found.p === 0.1 && found.depth === 64 && found.seed === 42 && found.op === 'alpha');
    trouble.push(...opened.trouble);
    await opened.page.close();
  }
  return trouble;
}

export async function exports(browser, address) {
  const { page, trouble } = await open(browser, address, {
    hash: '?test=1#p=0.3&samples=4096&depth=8&width=64',
    before: (p) => p.evaluateOnNewDocument(() => {
      const make = URL.createObjectURL.bind(URL);
      window.__blobs = [];
      URL.createObjectURL = (blob) => (window.__blobs.push(blob), make(blob));
      HTMLAnchorElement.prototype.click = () => {};
    }),
  });
  const blob = async (button) => {
    await page.evaluate(() => (window.__blobs.length = 0));
    await press(page, button);
    await until(page, () => window.__blobs.length > 0);
  };
  await blob('layer-out-png');
  const png = await page.evaluate(async () => {
    const image = await createImageBitmap(window.__blobs[0]);
    const canvas = new OffscreenCanvas(image.width, image.height);
    const c = canvas.getContext('2d');
    c.drawImage(image, 0, 0);
    const colours = new Set(new Uint32Array(c.getImageData(0, 0, image.width, image.height).data.buffer));
    return { bytes: window.__blobs[0].size, width: image.width, colours: colours.size };
  });
  expect(16, 'PNG: over 10 kB, decodes, is not of one colour', png.bytes > 10_000 && png.width > 600 && png.colours > 20, JSON.stringify(png));
  await blob('network-csv');
  const csv = await page.evaluate(() => window.__blobs[0].text());
  const lines = csv.trim().split('\n');
  const rows = lines.filter((line) => !line.startsWith('#')).map((line) => line.split(','));
  expect(16, 'CSV: the address above, a row a layer', /^# .*#v=1&.*p=0\.3/m.test(csv) && rows.length === 10 && rows.every((row) => row.length === rows[0].length), `${rows.length} rows`);
  const before = await state(page);
  const link = lines.find((line) => line.includes('#v=1')).replace(/^# /, '');
  await page.close();
  const again = await open(browser, address, { hash: link.slice(link.indexOf('#v=1')) });
  expect(16, 'the address in the file opens the same state', JSON.stringify(await state(again.page)) === JSON.stringify(before));
  await again.page.close();
  return [...trouble, ...again.trouble];
}

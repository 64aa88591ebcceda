// Opens the built page in headless Chromium, reads the numbers off it and holds them to the theory.

import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { checkDepth, checkLayer, checkMap, checkPrice, checkStates } from './check_figures.mjs';
import { serve } from './serve.mjs';

const candidates = [
  process.env.CHROME_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const LIMIT_MS = 30_000;

let passed = 0;
let failed = 0;
function expect(what, holds, seen) {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${seen === undefined ? '' : `: ${seen}`}`);
}

/** Waits until the worker owes nothing. */
const drawn = (page) =>
  page.waitForFunction(() => window.__demo && !window.__demo.busy(), { timeout: LIMIT_MS });

async function open(browser, address, { width = 1440, height = 1000, hash = '' } = {}) {
  const page = await browser.newPage();
  const trouble = [];
  page.on('pageerror', (error) => trouble.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') {
      trouble.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on('requestfailed', (request) => trouble.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && `${origin}/` !== address) {
      trouble.push(`third party: ${request.url()}`);
    }
  });
  await page.setViewport({ width, height });
  await page.goto(`${address}${hash}`, { waitUntil: 'load' });
  await page.evaluate(
    (limit) =>
      Promise.race([
        window.__demo.ready,
        new Promise((_, no) => setTimeout(() => no(new Error('the page was never drawn')), limit)),
      ]),
    LIMIT_MS,
  );
  return { page, trouble };
}

const stats = (page) => page.evaluate(() => window.__demo.stats());
const text = (page, selector) => page.$eval(selector, (e) => e.textContent.trim());

async function checkLinks(browser, address) {
  const hash = '#v=1&p=0.2&samples=4096&selu=1&depth=8&width=64&batch=64&seed=7&layer=8';
  const [first, second] = [await open(browser, address, { hash }), await open(browser, address, { hash })];
  const read = async ({ page }) => JSON.stringify(await stats(page));
  expect('the same link shows the same numbers', (await read(first)) === (await read(second)));
  const hostile = await open(browser, address, { hash: '#p=1e309&depth=x&__proto__=x&seed=%00' });
  const state = await hostile.page.evaluate(() => window.__demo.state());
  expect('a hostile link shows the defaults', state.p === 0.1 && state.depth === 64 && state.seed === 42);
  const said = await hostile.page.$eval('#notice', (e) => !e.hidden && e.textContent);
  expect('and says so', String(said).includes('defaults'), said);
  for (const { page } of [first, second, hostile]) await page.close();
  return [...first.trouble, ...second.trouble, ...hostile.trouble];
}

async function checkWidths(browser, address) {
  const trouble = [];
  for (const width of [320, 360, 768, 1440]) {
    const opened = await open(browser, address, { width, height: 800 });
    const wide = await opened.page.evaluate(() => document.documentElement.scrollWidth);
    expect(`${width} px: no sideways scrolling`, wide <= width, `${wide} px wide`);
    trouble.push(...opened.trouble);
    await opened.page.close();
  }
  return trouble;
}

async function checkThreads(browser) {
  const { server, address } = await serve({ isolated: true });
  const plain = await serve();
  const hash = '#depth=16&width=256';
  const isolated = await open(browser, address, { hash });
  const single = await open(browser, plain.address, { hash });
  const [one, many] = [await stats(single.page), await stats(isolated.page)];
  const info = await isolated.page.evaluate(() => window.__demo.info());
  console.log(`     isolated: ${info.threads} threads`);
  expect('isolated page: the same numbers', JSON.stringify(one) === JSON.stringify(many));
  server.close();
  plain.server.close();
  return [...isolated.trouble, ...single.trouble];
}

const race = (page) => page.evaluate(() => window.__demo.race().state());
const racing = (page, test) =>
  page.waitForFunction(test, { timeout: LIMIT_MS, polling: 100 });

async function checkRace(page) {
  const startable = () => !document.getElementById('race-start').disabled;
  await racing(page, startable);
  await page.click('[data-testid="race-step"]');
  await racing(page, () => window.__demo.race().state().step === 1);
  const first = await race(page);
  expect('race: one step, four lanes', first.losses.length === 4 && first.standings.length === 4);
  await page.click('[data-testid="race-start"]');
  await racing(page, () => window.__demo.race().state().step > 250);
  await page.click('[data-testid="race-start"]');
  const later = await race(page);
  const accuracies = later.standings.map(({ accuracy }) => accuracy);
  expect('race: every lane has learnt digits', accuracies.every((a) => a > 0.8), accuracies.join(', '));
  expect('race: every layer has its moments',
    later.standings.every(({ moments }) => moments.length === 8 && moments.every((m) => m.variance > 0)));
  await page.evaluate(() => window.__demo.race().draw(3));
  await racing(page, () => window.__demo.race().state().answer !== undefined);
  const { answer } = await race(page);
  expect('race: a drawn 3 is read as 3', answer.filter((a) => a === 3).length >= 3, answer.join(', '));
  await page.click('[data-testid="race-reset"]');
  await racing(page, () => window.__demo.race().state().step === 0);
  await page.select('[data-testid="race-data"]', 'spirals');
  await racing(page, startable);
  await page.click('[data-testid="race-start"]');
  await racing(page, () => window.__demo.race().state().step > 20);
  await page.click('[data-testid="race-start"]');
  expect('race: spirals run', (await race(page)).losses.every(Number.isFinite));
  console.log(`     “${await text(page, '#race-status')}”`);
}

export function launch() {
  const executablePath = candidates.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('no Chromium found; name one in CHROME_PATH');
  return puppeteer.launch({ executablePath, args: flags, headless: true });
}

/** Runs all checks; true when none failed. */
export async function check() {
  const { server, address } = await serve();
  const browser = await launch();
  try {
    const { page, trouble } = await open(browser, address);
    console.log(`     ${await page.title()}`);
    console.log(`     “${await text(page, '#layer-finding')}”`);
    console.log(`     ${await text(page, '#library')}`);
    const tools = { expect, drawn, text, racing };
    for (const checked of [checkLayer, checkMap, checkDepth, checkPrice]) await checked(page, tools);
    await checkRace(page);
    trouble.push(...(await checkStates(() => open(browser, address), tools)));
    trouble.push(...(await checkLinks(browser, address)));
    trouble.push(...(await checkWidths(browser, address)));
    trouble.push(...(await checkThreads(browser)));
    expect('no error on any page', trouble.length === 0, trouble.join('; ') || undefined);
  } finally {
    await browser.close();
    server.close();
  }
  console.log(`demo: ${passed} passed, ${failed} failed`);
  return failed === 0;
}

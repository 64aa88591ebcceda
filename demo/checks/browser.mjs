// The page in a real browser: opening it, its hooks, and counting what holds.

import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const kChromium = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const kFirefox = [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox'];
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Long enough for a crowded machine; nothing waits that long on a quiet one. */
export const LIMIT_MS = 60_000;

export async function launch(kind = 'chrome', more = []) {
  const executablePath = (kind === 'firefox' ? kFirefox : kChromium).find((path) => path && existsSync(path));
  if (!executablePath) throw new Error(`no ${kind} found; name one in ${kind === 'firefox' ? 'FIREFOX_PATH' : 'CHROME_PATH'}`);
  const args = kind === 'firefox' ? [] : [...flags, ...more];
  return puppeteer.launch({ browser: kind, executablePath, args, headless: true, protocolTimeout: 180_000 });
}

const tally = { passed: 0, failed: 0, reasons: [] };
export const counted = () => tally;

/** One thing that must hold; `check` is its number in the list of twenty. */
export function expect(check, what, holds, seen) {
  tally[holds ? 'passed' : 'failed'] += 1;
  const line = `${check}. ${what}${seen === undefined ? '' : `: ${seen}`}`;
  if (!holds) tally.reasons.push(line);
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${line}`);
}
export const note = (text) => console.log(`     ${text}`);

/** Runs the checks of one number; what they throw is a failure of theirs alone. */
export async function section(check, what, work) {
  const start = performance.now();
  try {
    await work();
  } catch (error) {
    expect(check, what, false, String(error?.message ?? error).split('\n')[0]);
  }
  note(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

export const near = (got, want, within) => Math.abs(got - want) <= within;

/** Opens the page and waits until it is drawn. `trouble` gathers what no page may do. */
export async function open(browser, address, options = {}) {
  const { width = 1440, height = 1000, hash = '', features = [], before, wait = true, javascript = true } = options;
  const page = await browser.newPage();
  const trouble = [];
  page.on('pageerror', (error) => trouble.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warn', 'warning'].includes(message.type())) trouble.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('requestfailed', (request) => trouble.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(address).origin) trouble.push(`third party: ${request.url()}`);
  });
  page.setDefaultNavigationTimeout(2 * LIMIT_MS);
  await page.setViewport({ width, height });
  if (features.length > 0) await page.emulateMediaFeatures(features);
  if (!javascript) await page.setJavaScriptEnabled(false);
  await before?.(page);
  const start = performance.now();
  await page.goto(`${address}${hash}`, { waitUntil: 'load' });
  if (wait) await ready(page);
  return { page, trouble, ms: performance.now() - start };
}

const ready = (page) =>
  page.evaluate(
    (limit) =>
      Promise.race([
        window.__demo.ready,
        new Promise((_, no) => setTimeout(() => no(new Error('the page was never drawn')), limit)),
      ]),
    LIMIT_MS,
  );

/** Waits until the worker owes nothing. */
export const drawn = (page) => until(page, () => window.__demo && !window.__demo.busy?.());
export const until = (page, test, ...values) => page.waitForFunction(test, { timeout: LIMIT_MS, polling: 100 }, ...values);
export const text = (page, selector) => page.$eval(selector, (e) => e.textContent.trim());
export const byId = (name) => `[data-testid="${name}"]`;
export const state = (page) => page.evaluate(() => window.__demo.state());
/** Scrolls to the race, which is set up when it comes near. */
export const nearRace = (page) => page.$eval('#race', (section) => section.scrollIntoView({ behavior: 'instant' }));
export const race = (page) => page.evaluate(() => window.__demo.race().state());

/** A click wherever the button is, covered by a moving bar or not. */
export const press = (page, name) => page.$eval(byId(name), (button) => button.click());

/** Sets a control as a hand would, and waits for the answer. */
export async function set(page, name, value) {
  await page.$eval(
    byId(name),
    (field, next) => {
      if (field.type === 'checkbox') field.checked = next === 'true';
      else field.value = next;
      for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
    },
    String(value),
  );
  await drawn(page);
}

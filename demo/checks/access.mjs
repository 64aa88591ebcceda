// 10 the keyboard, 11 axe and the screen reader, 12 stillness, 13 sizes of screen, 19 no JavaScript.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { byId, expect, nearRace, open, press, race, state, text, until } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const startable = () => !document.getElementById('race-start').disabled;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function keyboard(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1#samples=4096&depth=4&width=16&batch=16' });
  await nearRace(page);
  await until(page, startable);
  const visited = [];
  for (let i = 0; i < 400; ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === document.body) return undefined;
      window.__order ??= [];
      const last = window.__order.at(-1);
      const forward = !last || Boolean(last.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
      window.__order.push(e);
      const ringed = [e, e.closest('.editor')].some((place) => place && getComputedStyle(place).outlineStyle !== 'none');
      return { name: e.dataset.testid || e.id || `${e.tagName} ${e.textContent.trim().slice(0, 20)}`, forward, ringed };
    });
    if (!at) break;
    visited.push(at);
  }
  const names = visited.map(({ name }) => name);
  const needed = ['p', 'resample', 'depth', 'race-start', 'race-step', 'code-editor', 'code-run'];
  expect(10, 'Tab reaches every section and comes out at the end', visited.length < 400 && needed.every((name) => names.includes(name)), `${visited.length} stops${needed.filter((name) => !names.includes(name)).map((name) => `, not ${name}`).join('')}`);
  const back = visited.filter(({ forward }) => !forward).map(({ name }) => name);
  expect(10, 'in reading order', back.length === 0, back.join(', ') || undefined);
  const bare = visited.filter(({ ringed }) => !ringed).map(({ name }) => name);
  expect(10, 'with a visible ring', bare.length === 0, bare.slice(0, 5).join(', ') || undefined);

  const key = async (name, press) => {
    await page.focus(byId(name));
    await page.keyboard.press(press);
  };
  const before = (await state(page)).p;
  await key('p', 'ArrowRight');
  expect(10, 'an arrow moves a slider by one step', Math.abs((await state(page)).p - before - 0.01) < 1e-9);
  await key('race-step', 'Enter');
  await until(page, () => window.__demo.race().state().lanes[0].step === 1);
  await page.focus(byId('code-editor'));
  for (const letter of ['s', 'r', 'n', ' ', '5', '?']) await page.keyboard.press(letter);
  await pause(300);
  const { lanes, running } = await race(page);
  expect(10, 'letters in the editor are letters', lanes[0].step === 1 && !running && (await page.$eval(byId('code-editor'), (e) => e.value.includes('5?'))));
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('s');
  await until(page, () => window.__demo.race().state().lanes[0].step === 2);
  expect(10, 'S steps the race from anywhere else', true);
  await page.close();
  const fresh = await open(browser, address, { hash: '?test=1#samples=4096&depth=4&width=16&batch=16&raceDepth=2&raceWidth=8' });
  await fresh.page.keyboard.press('Space');
  await until(fresh.page, () => window.__demo.race().state().lanes.every(({ step }) => step > 0));
  expect(10, 'Space starts a race that was not set up yet', true);
  await fresh.page.close();
  return [...trouble, ...fresh.trouble];
}

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
    .map(({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0].target.join(' ')}${id === 'color-contrast' ? ` (${nodes[0].any[0].message})` : ''}`));
  return found;
}

export async function axed(browser, address) {
  const trouble = [];
  const views = [
    ['light', { width: 1280 }, { 'prefers-color-scheme': 'light' }],
    ['dark', { width: 1280 }, { 'prefers-color-scheme': 'dark' }],
    ['320 px', { width: 320 }, {}],
    ['forced colours', { width: 1280 }, { 'forced-colors': 'active' }],
  ];
  for (const [name, size, features] of views) {
    const opened = await open(browser, address, {
      ...size,
      hash: '?test=1#depth=8&width=64&samples=4096',
      before: async (page) => {
        const session = await page.createCDPSession();
        await session.send('Emulation.setEmulatedMedia', { features: Object.entries(features).map(([n, value]) => ({ name: n, value })) });
      },
    });
    await nearRace(opened.page);
    await until(opened.page, startable);
    const found = await violations(opened.page);
    expect(11, `axe, ${name}: no violation`, found.length === 0, found.join('; ') || undefined);
    trouble.push(...opened.trouble);
    await opened.page.close();
  }
  return trouble;
}

/** Every picture's name and description. */
const pictures = (page) =>
  page.$$eval('canvas, .chart', (all) =>
    all.filter((e) => e.getClientRects().length > 0 && !e.closest('.uplot')).map((e) => {
      const texts = (attribute) => (e.getAttribute(attribute) ?? '').split(' ').map((id) => document.getElementById(id)?.textContent.trim() ?? '').join(' ');
      return { id: e.id || e.closest('[id]').id, name: e.getAttribute('aria-label') || texts('aria-labelledby'), says: texts('aria-describedby') };
    }));

export async function reader(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1#depth=8&width=64&samples=4096' });
  await nearRace(page);
  await until(page, startable);
  const before = await pictures(page);
  const nameless = before.filter(({ name }) => !name.trim()).map(({ id }) => id);
  expect(11, `each of ${before.length} pictures has a name`, before.length > 8 && nameless.length === 0, nameless.join() || undefined);
  await page.evaluate(() => {
    window.__heard = [];
    for (const id of ['live', 'race-status']) {
      new MutationObserver(() => window.__heard.push({ id, at: performance.now() })).observe(document.getElementById(id), { childList: true, characterData: true, subtree: true });
    }
  });
  await page.evaluate(() => window.__demo.run({ p: 0.4 }));
  for (const [name, value] of Object.entries({ depth: 4, width: 32, epochs: 6 })) await page.$eval(byId(`race-${name}`), (f, v) => { f.value = v; }, value);
  await press(page, 'race-reset');
  await until(page, () => window.__demo.race().state().lanes.every(({ step }) => step === 0) && !document.getElementById('race-start').disabled);
  await press(page, 'race-start');
  await until(page, () => window.__demo.race().state().lanes.every(({ status }) => status === 'done'));
  await pause(2200);
  const after = await pictures(page);
  for (const id of ['layer-out', 'chart-variance', 'race-loss', 'race-variance']) {
    const [old, now] = [before, after].map((list) => list.find((p) => p.id === id || p.id.startsWith(id))?.says);
    expect(11, `${id}: its description follows what it shows`, Boolean(now) && now !== old, now?.slice(0, 60));
  }
  const heard = await page.evaluate(() => window.__heard);
  const gaps = ['live', 'race-status'].map((id) => heard.filter((h) => h.id === id).map(({ at }) => at))
    .flatMap((times) => times.slice(1).map((t, i) => t - times[i]));
  expect(11, 'a live region says at most one thing in two seconds', heard.length > 0 && gaps.every((gap) => gap > 1900), `${heard.length} messages, shortest gap ${Math.min(...gaps).toFixed(0)} ms`);
  await page.$eval('#race-numbers', (e) => { e.open = true; });
  await until(page, () => document.querySelectorAll('#race-moments tbody tr').length === 4);
  await press(page, 'network-table');
  const rows = await page.$$eval('#network table tbody tr', (all) => all.length);
  expect(11, 'tables have a row a point', rows === 9, rows);
  await page.close();
  return trouble;
}

export async function stillness(browser, address) {
  const trouble = [];
  for (const [motion, rest] of [['reduce', 2500], ['no-preference', 9000]]) {
    const opened = await open(browser, address, {
      features: [{ name: 'prefers-reduced-motion', value: motion }],
      before: (page) => page.evaluateOnNewDocument(() => {
        const ask = window.requestAnimationFrame.bind(window);
        window.__frames = 0;
        window.requestAnimationFrame = (work) => ((window.__frames += 1), ask(work));
      }),
    });
    await nearRace(opened.page);
    await until(opened.page, startable);
    await until(opened.page, () => !window.__demo.busy() && window.__demo.hud().ratio !== undefined);
    await pause(rest);
    const first = await opened.page.evaluate(() => window.__frames);
    await pause(2000);
    const frames = (await opened.page.evaluate(() => window.__frames)) - first;
    expect(12, `motion ${motion}: no frame in two idle seconds`, frames === 0, frames);
    trouble.push(...opened.trouble);
    await opened.page.close();
  }
  return trouble;
}

export async function sizes(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1#depth=8&width=64&samples=4096' });
  await nearRace(page);
  await until(page, startable);
  for (const width of [320, 390, 768, 1280, 1920]) {
    await page.setViewport({ width, height: 900 });
    await pause(400);
    const found = await page.evaluate(() => {
      const shown = [...document.querySelectorAll('[data-testid]')].filter((e) => e.checkVisibility() && e.getClientRects().length > 0 && !e.closest('header') && !e.closest('.sr') && !e.classList.contains('sr'));
      const boxes = shown.map((e) => [e, e.getBoundingClientRect()]);
      const overlaps = [];
      for (const [i, [a, r]] of boxes.entries()) {
        for (const [b, s] of boxes.slice(i + 1)) {
          if (a.contains(b) || b.contains(a)) continue;
          if (Math.min(r.right, s.right) - Math.max(r.left, s.left) > 1 && Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 1) overlaps.push(`${a.dataset.testid} on ${b.dataset.testid}`);
        }
      }
      const targets = [...document.querySelectorAll('button, select, input, textarea, summary, nav a')].filter((e) => e.checkVisibility() && e.getClientRects().length > 0);
      const small = targets.filter((e) => {
        // A label that holds or names the control is part of its target.
        const r = (e.labels?.[0]?.contains(e) ? e.labels[0] : e).getBoundingClientRect();
        return r.width < 24 || r.height < 24;
      }).map((e) => e.dataset.testid || e.id || e.textContent.trim());
      return { wide: document.documentElement.scrollWidth, overlaps, small };
    });
    expect(13, `${width} px: no sideways scrolling`, found.wide <= width, `${found.wide} px`);
    expect(13, `${width} px: nothing lies on another`, found.overlaps.length === 0, found.overlaps.slice(0, 3).join(', ') || undefined);
    expect(13, `${width} px: targets of 24 px`, found.small.length === 0, found.small.slice(0, 5).join(', ') || undefined);
  }
  await sheet(page);
  await page.close();
  return trouble;
}

/** A section's figure in view, and one of the controls that a phone folds away beneath it. */
const folds = [
  ['#layer', 'layer-in', 'p'],
  ['#maps', 'map', 'omega'],
  ['#race', 'race-mean', 'race-depth'],
];

/** A phone's controls: at the lower edge while their figures are in view, and no higher than half the screen. */
async function sheet(page) {
  await page.setViewport({ width: 390, height: 800 });
  await pause(400);
  for (const [section, figure, control] of folds) {
    await page.$eval(`#${figure}`, (e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
    await pause(400);
    const lower = () => page.$eval(`${section} .sheet`, (e, id) => {
      const { top, bottom } = e.getBoundingClientRect();
      return { top, bottom, control: document.getElementById(id).checkVisibility() };
    }, control);
    const folded = await lower();
    expect(13, `390 px, ${section}: the controls are folded at the lower edge`, Math.abs(folded.bottom - 800) < 2 && folded.top > 740 && !folded.control, JSON.stringify(folded));
    await page.click(`${section} .sheet > summary`);
    await pause(200);
    const open = await lower();
    expect(13, 'and unfold to half the screen at most', Math.abs(open.bottom - 800) < 2 && open.top >= 399 && open.control, JSON.stringify(open));
  }
}

export async function without(browser, address) {
  const { page, trouble } = await open(browser, address, { javascript: false, wait: false });
  const body = await text(page, 'body');
  const rows = await page.$$eval('[data-testid=claims-table] tbody tr', (all) => all.length);
  const svgs = await page.$$eval('main svg', (all) => all.filter((e) => e.getBoundingClientRect().width > 100).length);
  expect(19, 'without JavaScript: the claims table', rows === 11, `${rows} rows`);
  expect(19, 'without JavaScript: headings and texts', /One layer/.test(body) && /need JavaScript/.test(body));
  expect(19, 'without JavaScript: a static picture', svgs >= 1, svgs);
  // Modules that are preloaded and never used may still be on their way when the page closes.
  await page.close();
  return trouble.filter((line) => !line.startsWith('failed: '));
}

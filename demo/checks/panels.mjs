// Of sections 0 to 4, what the twenty do not hold: the hero, equal noise, the sign, the map under the hand,
// information, batch norm, a cell trained here, and a worker that dies.

import { byId, drawn, expect, near, open, press, set, state, text, until } from './browser.mjs';

const stats = (page, figure) => page.evaluate((name) => window.__demo.stats(name), figure);
const command = (page, change) => page.evaluate((c) => window.__demo.run(c), change);
// Two and a half times the 95 % band, 4.9 standard errors: far enough that chance never fails a run.
const inside = ({ measured, theory, band }) =>
  ['mean', 'variance'].every((key) => near(measured[key], theory[key], 2.5 * band[key]));

export async function panels(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1' });
  const hero = [await stats(page, 'hero-dropout'), await stats(page, 'hero-alpha')];
  expect(2, 'hero: Dropout(0.1) makes 1 / 0.9 of the variance, AlphaDropout(0.1) keeps it',
    near(hero[0].theory.variance, 1 / 0.9, 1e-9) && near(hero[1].theory.variance, 1, 1e-9) && hero.every(inside),
    hero.map((s) => s.measured.variance.toFixed(4)).join(', '));

  await command(page, { p: 0.1, op: 'equal' });
  const equal = await stats(page, 'layer-out');
  expect(2, 'equal noise is Dropout(0.3125)', near(equal.theory.variance, 1 / (1 - 0.3125), 2e-4) && inside(equal),
    equal.measured.variance.toFixed(4));
  await command(page, { op: 'alpha', selu: 1, mu: 0.5, nu: 2 });
  expect(2, 'SELU first, N(0.5, 2): as in theory', inside(await stats(page, 'layer-out')));
  await press(page, 'standard');
  await drawn(page);
  const { mu, nu } = await state(page);
  expect(3, '“Standardised input” puts mean and variance right', mu === 0 && nu === 1 &&
    (await page.$eval('#layer-banner', (e) => e.hidden)));

  const [right, wrong] = [await stats(page, 'sign-right'), await stats(page, 'sign-wrong')];
  expect(2, 'the wrong sign: mean 0.32 in theory and measured; the right one: 0',
    near(wrong.theory.mean, 0.3239, 1e-4) && near(right.theory.mean, 0, 1e-9) && inside(wrong) && inside(right),
    `${wrong.measured.mean.toFixed(4)}, ${right.measured.mean.toFixed(4)}`);
  await set(page, 'p', 0.2);
  const spoken = await page.$eval(byId('p'), (e) => e.getAttribute('aria-valuetext'));
  expect(11, 'the rate’s slider says what it means', spoken.includes('Dropout(0.51)'), spoken);
  await command(page, { p: 0.1, selu: 0 });

  const canvas = await page.$(byId('map-canvas'));
  await canvas.click({ offset: { x: 200, y: 100 } });
  const before = await state(page);
  await page.keyboard.press('ArrowRight');
  const after = await state(page);
  expect(5, 'a click starts an orbit, the arrow keys move it', before.mu0 !== 0.6 &&
    near(after.mu0, before.mu0 + 0.05, 1e-6) && after.nu0 === before.nu0, `${before.mu0}, ${before.nu0}`);
  const units = await text(page, '#units-text');
  const share = Number(/\((\d+) %\) have/.exec(units)[1]);
  expect(5, 'about 8 % of the units fulfil |ω| ≤ 0.1', share >= 4 && share <= 13, units);
  await page.close();
  return trouble;
}

export async function signals(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1#depth=64' });
  const { correlation } = await page.evaluate(() => window.__demo.signals());
  expect(6, 'one input under two masks: correlated by 0.687, 0.466, 0.211',
    [[1, 0.687], [2, 0.466], [4, 0.211]].every(([l, c]) => near(correlation[l], c, 0.03)),
    [1, 2, 4].map((l) => correlation[l].toFixed(3)).join(', '));
  await press(page, 'tab-information');
  const finding = await text(page, '#signal-finding');
  expect(6, 'the tab shows it', /in common from layer/.test(finding), finding);
  await press(page, 'ghost');
  await press(page, 'preset-batch');
  await drawn(page);
  const { gradient } = await page.evaluate(() => window.__demo.signals());
  const growth = (gradient[1] / gradient[64]) ** (1 / 63);
  expect(6, 'ReLU + BatchNorm: the gradient × 1.467 a layer', near(growth, 1.467, 0.05), growth.toFixed(4));
  await page.$eval('#network-legend .ghost button', (b) => b.click());
  expect(6, 'a ghost goes when it is told to', (await page.evaluate(() => window.__demo.ghosts())).length === 0);
  await press(page, 'preset-explodes');
  await drawn(page);
  const { measured } = await stats(page, 'one-of-many');
  expect(6, 'SELU + Dropout(0.5), 64 layers: explodes', measured.variance > 1000, measured.variance.toFixed(0));
  await page.close();
  return trouble;
}

export async function price(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1' });
  const limit = await text(page, '#price-finding');
  expect(6, 'the price of p = 0.1: 69 % signal, 9.9 layers', /69 %/.test(limit) && /9\.9 layers/.test(limit), limit);
  await page.evaluate(() => window.__demo.trainCell(0.1, 2, 42));
  await until(page, () => window.__demo.cellRuns()[0]?.live !== undefined);
  const [{ stored, live }] = await page.evaluate(() => window.__demo.cellRuns());
  expect(6, 'a cell trained here is within 12 points of its stored value', near(live, stored, 0.12), `${live} for ${stored}`);
  await page.close();
  return trouble;
}

export async function crash(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1' });
  await command(page, 'crash');
  expect(15, 'a dead worker of the figures is said', await page.$eval('#problem', (e) => !e.hidden));
  await press(page, 'retry');
  await drawn(page);
  await command(page, { seed: 7 });
  expect(15, 'and Retry brings it back', await page.$eval('#problem', (e) => e.hidden));
  await page.close();
  return trouble;
}

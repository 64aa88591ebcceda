// 2 to 6 and 18: the figures' numbers against theory that is written down here once more.

import { expect, near, note, open, press, text, until } from './browser.mjs';

const kPrime = -1.7580993408473766;
const stats = (page, figure) => page.evaluate((name) => window.__demo.stats(name), figure);
const command = (page, change) => page.evaluate((c) => window.__demo.run(c), change);

/** Mean and variance of AlphaDropout(p) for an input of mean mu and variance nu; and its constant. */
function alpha(p, mu = 0, nu = 1) {
  const q = 1 - p;
  const a = 1 / Math.sqrt(q * (1 + p * kPrime ** 2));
  return { mean: a * q * mu, variance: (nu + p * (kPrime - mu) ** 2) / (1 + p * kPrime ** 2), dropped: a * q * kPrime };
}

export async function oneLayer(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1' });
  for (const p of [0.05, 0.1, 0.2, 0.5]) {
    await command(page, { p });
    const { measured, theory, band } = await stats(page, 'layer-out');
    const want = alpha(p);
    // The band holds 95 of 100 (1.96 standard errors); 99.99 of 100 lie within 3.9.
    const inside = ['mean', 'variance'].every((key) => near(measured[key], theory[key], (3.9 / 1.96) * band[key]));
    expect(2, `p = ${p}: mean and variance inside the 99.99 % band`, inside, `${measured.mean.toFixed(4)}, ${measured.variance.toFixed(4)}`);
    expect(2, `p = ${p}: theory to 1e-9`, near(theory.mean, want.mean, 1e-9) && near(theory.variance, want.variance, 1e-9));
    const { least, most, counts, total } = measured.bins;
    const shares = Object.values(counts).map((count) => count / total);
    const step = (most - least) / shares.length;
    const at = Math.floor((want.dropped - least) / step);
    const tallest = shares.indexOf(Math.max(...shares));
    const beside = (shares[at - 1] + shares[at + 1]) / 2;
    // Beside the mask's chance, the neighbours' estimate of what the bin would hold without the spike.
    expect(2, `p = ${p}: the spike stands at aqα′ and holds p`, Math.abs(tallest - at) <= 1 &&
      near(shares[tallest] - beside, p, 4.9 * Math.sqrt((p * (1 - p)) / total) + 0.004), `${(shares[tallest] - beside).toFixed(4)} at ${want.dropped.toFixed(4)}`);
  }

  await command(page, { p: 0.5, mu: 1, nu: 1 });
  const { theory } = await stats(page, 'layer-out');
  expect(3, 'N(1, 1), p = 0.5: theory (0.443, 1.887)', near(theory.mean, 0.443, 5e-4) && near(theory.variance, 1.887, 5e-4));
  const banner = await text(page, '[data-testid="layer-banner"]');
  expect(3, 'and says that it is not preserved', /not standardised: not preserved/i.test(banner), banner.slice(0, 40));

  await command(page, { p: 0.1, mu: 0, samples: 4096 });
  const inside = await page.evaluate(async () => {
    const found = { mean: 0, variance: 0 };
    for (let i = 0; i < 200; ++i) {
      await window.__demo.run('resample');
      const { measured, theory, band } = window.__demo.stats('layer-out');
      for (const key of ['mean', 'variance']) found[key] += Math.abs(measured[key] - theory[key]) <= band[key] ? 1 : 0;
    }
    return found;
  });
  const fair = (count) => count >= 180 && count <= 198;
  expect(4, '200 masks: 90 to 99 % inside the 95 % band', fair(inside.mean) && fair(inside.variance), `mean ${inside.mean / 2} %, variance ${inside.variance / 2} %`);
  await page.close();
  return trouble;
}

export async function map(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1' });
  const orbit = (nu0) => page.evaluate((v) => window.__demo.orbit({ mu0: 0, nu0: v, omega: 0, tau: 1 }), nu0);
  const fixed = (await orbit(1)).path[1];
  expect(5, 'g(0, 1) = (0, 1) to 1e-12', near(fixed.mean, 0, 1e-12) && near(fixed.variance, 1, 1e-12));
  const layers = async (from) => (await orbit(from)).path.findIndex(({ variance }) => Math.abs(variance - 1) < 0.01);
  const [four, small] = [await layers(4), await layers(0.02)];
  expect(5, 'from variance 4: 20 layers; from 0.02: 27', four === 20 && small === 27, `${four}, ${small}`);
  await page.close();
  return trouble;
}

/** Numbers of the network figure's table, a row a layer: mean, theory, variance, theory … */
async function layers(page) {
  return page.$$eval('#network table tbody tr', (rows) =>
    rows.map((row) => [...row.querySelectorAll('td, th')].slice(1).map((cell) => Number(cell.textContent.replace('−', '-')))));
}

/** The bands of E2 at width 256, a little wider for the batch of 128. */
export async function network(browser, address) {
  const { page, trouble } = await open(browser, address, { hash: '?test=1' });
  await press(page, 'network-table');
  const deep = { depth: 64, width: 256, batch: 128, p: 0.1, activation: 'selu', init: 'lecun', norm: 'none' };
  const moments = async (change) => {
    await command(page, { ...deep, ...change });
    await until(page, () => window.__demo.signals() !== undefined);
    const rows = (await layers(page)).map(([mean, , variance]) => ({ mean, variance }));
    expect(6, `${JSON.stringify(change)}: the table has a row a layer`, rows.length === (change.depth ?? 64) + 1, rows.length);
    return rows.slice(1);
  };
  const spread = (rows) => `mean ${Math.max(...rows.map(({ mean }) => Math.abs(mean))).toFixed(3)}, variance ${Math.min(...rows.map((r) => r.variance)).toFixed(3)} to ${Math.max(...rows.map((r) => r.variance)).toFixed(3)}`;

  let rows = await moments({ dropout: 'alpha' });
  expect(6, 'SELU + AlphaDropout(0.1): all 64 layers in the band', rows.every(({ mean, variance }) => Math.abs(mean) <= 0.05 && variance >= 0.92 && variance <= 1.08), spread(rows));
  const { gradient } = await page.evaluate(() => window.__demo.signals());
  const slope = Math.log(gradient[0]) / 64;
  const chi = Math.log(1.071575 / (1 + 0.1 * kPrime ** 2));
  expect(6, 'the gradient’s slope is ln χ(p)', near(slope, chi, 0.05), `${slope.toFixed(4)}, in theory ${chi.toFixed(4)}`);
  await press(page, 'ghost');
  rows = await moments({ dropout: 'none' });
  expect(6, 'SELU alone: all layers in the band', rows.every(({ mean, variance }) => Math.abs(mean) <= 0.07 && variance >= 0.82 && variance <= 1.18), spread(rows));
  rows = (await moments({ dropout: 'dropout' })).slice(31);
  const middle = rows.reduce((sum, { variance }) => sum + variance, 0) / rows.length;
  expect(6, 'SELU + Dropout(0.1): the shifted fixed point, variance 1.62', near(middle, 1.622, 0.2), middle.toFixed(3));
  rows = await moments({ activation: 'relu', init: 'default', dropout: 'none', depth: 16 });
  expect(6, 'ReLU with PyTorch’s default init: dead from layer 8', rows.slice(7).every(({ variance }) => variance < 1e-3), rows[7].variance.toExponential(1));
  const ghosts = await page.evaluate(() => window.__demo.ghosts());
  expect(6, 'the ghost is still there', ghosts.length === 1 && /AlphaDropout/.test(ghosts[0]), ghosts.join());
  await page.close();
  return trouble;
}

export async function instruments(browser, address) {
  const { page, trouble } = await open(browser, address);
  await until(page, () => window.__demo.hud().ratio !== undefined);
  const before = await page.evaluate(() => JSON.stringify(window.__demo.hud()));
  const hud = JSON.parse(before);
  expect(18, 'alpha_dropout beside a copy of the same bytes', hud.ratio > 0 && hud.alpha > 0, `${hud.ratio.toFixed(2)}, ${(hud.alpha / 1e9).toFixed(2)} G/s`);
  await press(page, 'hud-again');
  await until(page, (old) => JSON.stringify(window.__demo.hud()) !== old, before);
  expect(18, 'the numbers are measured anew', true);
  note(`${hud.simd}, ${hud.threads} thread(s): ${hud.reason}`);
  await page.close();
  return trouble;
}

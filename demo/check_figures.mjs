// Sections 0 to 4 of the page: what they show held to the theory, and what they do when things go wrong.

const near = (got, want, within) => Math.abs(got - want) <= within;
// Two and a half times the 95 % band, 4.9 standard errors: far enough that chance never fails a run.
const inside = ({ measured, theory, band }, key) =>
  near(measured[key], theory[key], 2.5 * band[key]);

const stats = (page, figure) => page.evaluate((f) => window.__demo.stats(f), figure);
const run = (page, command) => page.evaluate((c) => window.__demo.run(c), command);

// a, the dropped value and their effect at (0, 1), to nine digits.
const alphas = [
  [0.05, -1.594775872],
  [0.1, -1.457738731],
  [0.2, -1.236159849],
  [0.5, -0.779193931],
];

/** Sets a control as a hand would, and waits for the answer. */
async function set(page, name, value, drawn) {
  await page.$eval(
    `[data-testid="${name}"]`,
    (field, next) => {
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = next;
      else field.value = String(next);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    },
    value,
  );
  await drawn(page);
}

export async function checkLayer(page, { expect, drawn, text }) {
  const hero = [await stats(page, 'hero-dropout'), await stats(page, 'hero-alpha')];
  expect('hero: Dropout(0.1) makes 1 / 0.9 of the variance, AlphaDropout(0.1) keeps it',
    near(hero[0].theory.variance, 1 / 0.9, 1e-9) && near(hero[1].theory.variance, 1, 1e-9) &&
    hero.every((s) => inside(s, 'mean') && inside(s, 'variance')),
    hero.map((s) => s.measured.variance.toFixed(4)).join(', '));

  for (const [p, dropped] of alphas) {
    await run(page, { p, op: 'alpha', seed: 42, mu: 0, nu: 1, selu: 0, draw: 0 });
    const got = await stats(page, 'layer-out');
    expect(`p = ${p}: theory is (0, 1), and so is what is measured`,
      near(got.theory.mean, 0, 1e-9) && near(got.theory.variance, 1, 1e-9) &&
      inside(got, 'mean') && inside(got, 'variance'),
      `mean ${got.measured.mean.toFixed(4)}, variance ${got.measured.variance.toFixed(4)}`);
    const { bins } = got.measured;
    const at = Math.floor(((dropped - bins.least) / (bins.most - bins.least)) * 100);
    const counts = Object.values(bins.counts);
    const spike = counts.indexOf(Math.max(...counts));
    const beside = (counts[spike - 1] + counts[spike + 1]) / 2;
    const share = (counts[spike] - beside) / bins.total;
    expect(`p = ${p}: the spike stands at a q α′ and holds p of all`,
      Math.abs(spike - at) <= 1 && near(share, p, 0.01), `bin ${spike} for ${at}, share ${share.toFixed(4)}`);
  }
  await run(page, { p: 0.5, mu: 1, nu: 1 });
  const shifted = await stats(page, 'layer-out');
  const banner = await page.$eval('#layer-banner', (e) => !e.hidden && e.textContent);
  expect('N(1, 1) at p = 0.5: theory 0.443 and 1.887, and the page says: not preserved',
    near(shifted.theory.mean, 0.443, 5e-4) && near(shifted.theory.variance, 1.887, 5e-4) &&
    inside(shifted, 'mean') && inside(shifted, 'variance') && /not preserved/.test(banner), banner);
  await page.click('[data-testid="standard"]');
  await drawn(page);
  expect('Standardised input puts it right', await page.$eval('#layer-banner', (e) => e.hidden));

  await run(page, { p: 0.1, op: 'equal' });
  const equal = await stats(page, 'layer-out');
  expect('equal noise: Dropout(0.3125)', near(equal.theory.variance, 1 / (1 - 0.3125), 2e-4) &&
    inside(equal, 'variance'), equal.measured.variance);
  await run(page, { op: 'alpha', selu: 1, mu: 0.5, nu: 2 });
  const selu = await stats(page, 'layer-out');
  expect('SELU first, N(0.5, 2): as in theory', inside(selu, 'mean') && inside(selu, 'variance'));
  await run(page, { selu: 0, mu: 0, nu: 1, samples: 4096 });

  const shares = await page.evaluate(async () => {
    const hits = { mean: 0, variance: 0 };
    for (let draw = 1; draw <= 200; ++draw) {
      await window.__demo.run({ draw });
      const { measured, theory, band } = window.__demo.stats('layer-out');
      for (const key of ['mean', 'variance']) {
        hits[key] += Math.abs(measured[key] - theory[key]) <= band[key] ? 1 : 0;
      }
    }
    return [hits.mean / 200, hits.variance / 200];
  });
  expect('of 200 samples, 95 % fall into the band', shares.every((s) => s >= 0.9 && s <= 0.99), shares.join(', '));

  const [right, wrong] = [await stats(page, 'sign-right'), await stats(page, 'sign-wrong')];
  expect('the wrong sign: mean 0.32 in theory and measured, the right one 0',
    near(wrong.theory.mean, 0.3239, 1e-4) && inside(wrong, 'mean') && near(right.theory.mean, 0, 1e-9) &&
    inside(right, 'mean') && inside(wrong, 'variance'), `${wrong.measured.mean}, ${right.measured.mean}`);
  await set(page, 'p', 0.2, drawn);
  expect('the slider reaches the state and says what it means', (await page.evaluate(() => window.__demo.state().p)) === 0.2 &&
    (await page.$eval('[data-testid="p"]', (e) => e.getAttribute('aria-valuetext'))).includes('Dropout(0.51)'));
  await run(page, { p: 0.1, samples: 65536, draw: 0 });
  console.log(`     “${await text(page, '#layer-finding')}”`);
}

export async function checkMap(page, { expect, text }) {
  const orbits = await page.evaluate(() =>
    [1, 4, 0.02].map((nu0) => window.__demo.orbit({ mu0: 0, nu0, omega: 0, tau: 1 })),
  );
  const [rest, ...from] = orbits;
  expect('map g: (0, 1) stays', near(rest.path[1].mean, 0, 1e-12) && near(rest.path[1].variance, 1, 1e-12));
  expect('map g: from variance 4 in 20 layers, from 0.02 in 27',
    from[0].settled === 20 && from[1].settled === 27, from.map((o) => o.settled).join(', '));
  const moved = await page.evaluate(() => window.__demo.orbit({ omega: 0, tau: 1.1 }).end);
  expect('map g: the fixed point of τ = 1.1', near(moved.mean, 0.0485, 1e-4) && near(moved.variance, 1.399, 1e-3));

  const canvas = await page.$('[data-testid="map-canvas"]');
  await canvas.click({ offset: { x: 200, y: 100 } });
  const { mu0, nu0 } = await page.evaluate(() => window.__demo.state());
  await page.keyboard.press('ArrowRight');
  const after = await page.evaluate(() => window.__demo.state());
  expect('a click starts an orbit, the arrow keys move it', mu0 !== 0.6 && near(after.mu0, mu0 + 0.05, 1e-6) &&
    after.nu0 === nu0, `${mu0}, ${nu0}`);
  const units = await text(page, '#units-text');
  const [, share] = /\((\d+) %\) have/.exec(units);
  expect('about 8 % of the units fulfil |ω| ≤ 0.1', Number(share) >= 4 && Number(share) <= 13, units);
}

const variance = (page) => page.evaluate(() => window.__demo.stats('one-of-many').measured.variance);
const mean = (page) => page.evaluate(() => window.__demo.stats('one-of-many').measured.mean);

export async function checkDepth(page, { expect, drawn, text }) {
  const preset = async (name) => {
    await page.click(`[data-testid="preset-${name}"]`);
    await drawn(page);
    console.log(`     “${await text(page, '#many-finding')}”`);
  };
  await preset('snn');
  // Twice the largest seen over ten networks at width 256.
  expect('SELU + AlphaDropout, 64 layers: at (0, 1)',
    near(await mean(page), 0, 0.05) && near(await variance(page), 1, 0.08), await variance(page));
  const { gradient, correlation } = await page.evaluate(() => window.__demo.signals());
  const slope = Math.log(gradient[0]) / 64;
  expect('the gradient shrinks by χ(0.1) = 0.8186 a layer', near(slope, Math.log(0.8186), 0.05), Math.exp(slope));
  expect('one input under two masks: correlated by 0.687, 0.466, 0.211',
    [[1, 0.687], [2, 0.466], [4, 0.211]].every(([l, c]) => near(correlation[l], c, 0.03)),
    [1, 2, 4].map((l) => correlation[l].toFixed(3)).join(', '));
  await page.click('[data-testid="tab-information"]');
  expect('the tab shows it', /in common from layer/.test(await text(page, '#signal-finding')),
    await text(page, '#signal-finding'));
  await page.click('[data-testid="ghost"]');
  await page.click('[data-testid="tab-gradient"]');

  await preset('shifted');
  expect('SELU + Dropout(0.1), 64 layers: at the shifted fixed point (0.056, 1.62)',
    near(await mean(page), 0.056, 0.08) && near(await variance(page), 1.622, 0.25), await variance(page));
  expect('the ghost stays', (await page.evaluate(() => window.__demo.ghosts())).length === 1 &&
    (await page.$$('#network-legend .ghost')).length === 1);
  await preset('explodes');
  expect('SELU + Dropout(0.5), 64 layers: explodes', (await variance(page)) > 1000, await variance(page));
  await preset('batch');
  const batch = (await page.evaluate(() => window.__demo.signals())).gradient;
  const growth = (batch[1] / batch[64]) ** (1 / 63);
  expect('ReLU + BatchNorm: moments kept, the gradient × 1.467 a layer',
    near(await variance(page), 0.341, 0.08) && near(growth, 1.467, 0.05), growth);
  await page.$eval('#network-legend .ghost button', (b) => b.click());
  expect('and goes when it is told to', (await page.evaluate(() => window.__demo.ghosts())).length === 0);

  await page.click('[data-testid="network-table"]');
  const rows = await page.$$eval('#network tbody tr', (trs) => trs.length);
  expect('the table has a row for every point', rows === 65, rows);
  await preset('default');
  // The default's biases are drawn too: nothing is left but they.
  expect('ReLU with the default init: dead', (await variance(page)) < 1e-3, await variance(page));
  await preset('snn');
}

export async function checkPrice(page, { expect, text, racing }) {
  const limit = await text(page, '#price-finding');
  expect('the price of p = 0.1: 69 % signal, 9.9 layers', /69 %/.test(limit) && /9\.9 layers/.test(limit), limit);
  await page.evaluate(() => window.__demo.trainCell(0.1, 2, 42));
  await racing(page, () => window.__demo.cellRuns()[0]?.live !== undefined);
  const [{ stored, live }] = await page.evaluate(() => window.__demo.cellRuns());
  expect('a cell trained here is within 12 points of its stored value', near(live, stored, 0.12), `${live} for ${stored}`);
}

export async function checkStates(open, { expect, drawn }) {
  const { page, trouble } = await open();
  await page.evaluate(() => window.__demo.run('crash'));
  expect('a dead worker is said, with a way out', await page.$eval('#problem', (e) => !e.hidden));
  await page.click('[data-testid="retry"]');
  await drawn(page);
  await page.evaluate(() => window.__demo.run({ seed: 7 }));
  expect('Retry brings it back', await page.$eval('#problem', (e) => e.hidden));

  await page.keyboard.press('?');
  expect('? opens the help', await page.$eval('#help', (e) => e.open));
  await page.keyboard.press('Escape');
  await page.focus('#seed');
  const before = await page.evaluate(() => window.__demo.state().draw);
  await page.keyboard.press('n');
  expect('letters are text inside a field', (await page.evaluate(() => window.__demo.state().draw)) === before);
  await page.$eval('#seed', (e) => e.blur());
  await page.keyboard.press('n');
  expect('and commands outside', (await page.evaluate(() => window.__demo.state().draw)) === before + 1);
  await drawn(page);

  const names = await page.$$eval('[data-figure] canvas[role=img]', (all) =>
    all.every((c) => ['labelledby', 'describedby'].every((a) =>
      c.getAttribute(`aria-${a}`)?.split(' ').every((id) => document.getElementById(id)))));
  expect('every figure has a name and a description', names);
  const hud = await page.evaluate(() => window.__demo.hud());
  expect('the instruments know build, threads and seed', hud.simd !== '' && hud.threads >= 1 && hud.seed === 7, JSON.stringify(hud));
  // What this page was told to break is no trouble.
  return trouble;
}

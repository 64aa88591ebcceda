// What the live page says of training, measured on its own digits; the results go into demo/src/measured.json.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as snn from 'alphatorch/snn';
import { drawnDigits } from './data.mjs';
import { networks, train } from './network.mjs';

const target = fileURLToPath(new URL('../../../demo/src/measured.json', import.meta.url));
const kWidth = 64;
const kSeeds = [1, 2];
const kRates = [0.01, 0.03];

const round = (x, digits = 1) => (Number.isFinite(x) ? Number(x.toFixed(digits)) : null);
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
/** Mean, least and greatest over seeds. */
const over = (values, digits) => [mean(values), Math.min(...values), Math.max(...values)].map((x) => round(x, digits));

/** The same training with each seed and learning rate: of the rate that trains best. */
function best(network, data, { rates = kRates, ...settings }) {
  const tried = rates.map((lr) => {
    const runs = kSeeds.map((seed) => train(network, data, { seed, lr, ...settings }).at(-1));
    const of = (part, what) => runs.map((run) => run[part][what]);
    return {
      lr,
      train: over(of('train', 'accuracy')),
      test: over(of('test', 'accuracy')),
      loss: over(of('test', 'loss'), 3),
    };
  });
  return tried.reduce((a, b) => (b.train[0] > a.train[0] ? b : a));
}

export async function page({ write, say }) {
  const data = await drawnDigits(1000);
  const result = {
    command: './run bench snn --only page --write',
    data: "1000 + 1000 of the page's digits on 14 × 14, standardised; width 64, batch 32, 20 epochs; accuracies in per cent",
    columns: 'train, test, loss: [mean, least, greatest] over seeds 1 and 2 at the lr that trains best',
  };
  const put = (key, rows) => {
    result[key] = rows;
    if (write) writeFileSync(target, `${JSON.stringify(result).replace(/([[,])\{/g, '$1\n  {').replace(/,"(\w+)":\[\n/g, ',\n"$1":[\n')}\n`);
  };
  const each = (key, cases, run) => {
    const rows = [];
    for (const [name, ...rest] of cases) {
      rows.push({ name, ...run(...rest) });
      say(`${key}: ${JSON.stringify(rows.at(-1))}`);
      put(key, rows);
    }
  };

  const phase = { depths: [2, 4, 8, 16, 32], rates: [0, 0.02, 0.05, 0.1, 0.2, 0.5], budget: [], train: [] };
  phase.columns = 'train[p][depth], one seed, the better of lr 0.01 and, where that does not reach 99, 0.03; budget: 4 ξ(p)';
  for (const p of phase.rates) {
    phase.budget.push(round(4 * snn.depth_scale(p)));
    phase.train.push(
      phase.depths.map((depth) => {
        const network = { activation: 'selu', init: 'lecun', dropout: 'alpha', p, depth, width: kWidth };
        return kRates.reduce(
          (found, lr) => (found >= 99 ? found : Math.max(found, train(network, data, { lr }).at(-1).train.accuracy)),
          0,
        );
      }),
    );
    say(`phase: p = ${p}: ${phase.train.at(-1)} (depths ${phase.depths}; 4 ξ = ${phase.budget.at(-1)})`);
    put('phase', phase);
  }

  const drops = (dropped) => ({ activation: 'selu', init: 'lecun', dropout: 'alpha', p: dropped ? 0.1 : 0, dropped });
  const places = [['none', 0], ['the first layer', 1], ['the first 4 layers', 4]];
  // One rate: at a higher one the gain of accuracy goes, and only that of loss stays.
  each('placement', places, (dropped) =>
    best({ ...drops(dropped), depth: 32, width: kWidth }, data, { rates: [0.01] }),
  );

  each('deep', Object.entries(networks), (network) => best({ ...network, depth: 32, width: kWidth }, data, {}));
  const adam = ['SNN', 'ReLU, He'].map((name) => [name, networks[name]]);
  each('deep_adam', adam, (network) =>
    best({ ...network, depth: 32, width: kWidth }, data, { optimizer: 'Adam', rates: [0.001] }),
  );
  const shallow = ['SNN', 'SNN, AlphaDropout(0.1) behind every layer', 'ReLU, He', 'ReLU, He, Dropout(0.1) behind every layer'];
  each('shallow', shallow.map((name) => [name, networks[name]]), (network) =>
    best({ ...network, depth: 4, width: kWidth }, data, { rates: [0.01, 0.03, 0.1] }),
  );
}

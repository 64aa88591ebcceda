// “Copy as PyTorch”: the scripts, run by real PyTorch, print the numbers of the page's figures.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { networkScript, oneLayerScript } from '../../demo/src/code/python.ts';
import { layer } from '../../demo/src/experiments/layer.ts';
import { network } from '../../demo/src/experiments/network.ts';
import { changed, defaults } from '../../demo/src/state.ts';

/** Pairs of mean and variance, a line each. */
async function python(code) {
  const { stdout, stderr } = await promisify(execFile)('/usr/bin/python3', ['-W', 'ignore', '-c', code], { timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout.trim().split('\n').map((line) => line.split(' ').slice(1).map(Number));
}

/** `rounding` is relative to the variance, or to a standard deviation for means. */
function same(samples, theirs, rounding) {
  expect(theirs.length).toBe(samples.length);
  samples.forEach(({ mean, variance }, i) => {
    const [theirMean, theirVariance] = theirs[i];
    expect(Math.abs(mean - theirMean), `mean ${i}`).toBeLessThan(rounding * (Math.sqrt(theirVariance) + Math.abs(theirMean)));
    expect(Math.abs(variance - theirVariance), `variance ${i}`).toBeLessThan(rounding * theirVariance);
  });
}

test.each([
  {},
  { op: 'dropout', p: 0.5, samples: 320, seed: 7 },
  { op: 'equal', mu: 1, nu: 4, draw: 3, samples: 4096 },
  { op: 'none', selu: 1, nu: 0.5, samples: 4096 },
  { op: 'alpha', selu: 1, p: 0.2, seed: 999999, samples: 4096 },
])('one layer, %o', async (change) => {
  const state = changed(defaults, change);
  const { input, output } = layer(state);
  same([input, output], await python(oneLayerScript(state)), 2e-6);
});

// A sum's rounding grows with the layers; a mask that differed in one bit would show at 1e-3.
test.each([
  { depth: 32, width: 64, batch: 32 },
  { depth: 16, width: 64, batch: 64, dropout: 'dropout', seed: 3 },
  { depth: 12, width: 32, batch: 64, activation: 'relu', init: 'he', dropout: 'none', norm: 'batch' },
  { depth: 8, width: 64, batch: 32, activation: 'tanh', init: 'default', p: 0.3 },
])('the network, %o', async (change) => {
  const state = changed(defaults, change);
  const samples = await network(state, async () => true);
  same(samples, await python(networkScript(state)), 1e-4);
});

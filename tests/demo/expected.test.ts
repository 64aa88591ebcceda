import { expect, test } from 'vitest';
import { csv } from '../../demo/src/figure/export.js';
import { expected } from '../../demo/src/layer/expected.js';
import { activatedProduct, expectedNetwork } from '../../demo/src/many/expected.js';
import { cellOf, grid, mixed, phase } from '../../demo/src/price/phase.js';
import { defaults } from '../../demo/src/state.js';
import type { State } from '../../demo/src/state.js';

const near = (got: number | null, want: number, abs: number): void => {
  expect(Math.abs(got! - want), `${got} for ${want}`).toBeLessThanOrEqual(abs);
};
const network = (change: Partial<State>) => expectedNetwork({ ...defaults, ...change });

test('SELU’s correlation map', () => {
  near(activatedProduct('selu', 1, 0), 0, 1e-6);
  near(activatedProduct('selu', 1, 0.5), 0.49057, 1e-5);
  near(activatedProduct('selu', 1, 0.9), 0.89526, 1e-5);
  near(activatedProduct('selu', 1, 1), 1, 2e-5);
  // E[relu(z)²] is half of the variance; of uncorrelated values it is the mean squared.
  near(activatedProduct('relu', 4, 1), 2, 1e-6);
  near(activatedProduct('relu', 1, 0), 1 / (2 * Math.PI), 1e-6);
  // An odd function of uncorrelated values.
  near(activatedProduct('tanh', 1, 0), 0, 1e-12);
});

test('SELU + AlphaDropout(0.1): information and gradient by layer', () => {
  const layers = network({ depth: 16 });
  for (const [layer, want] of [[1, 0.687], [2, 0.466], [4, 0.211], [8, 0.041], [16, 0.0018]] as const) {
    near(layers[layer]!.correlation, want, 2e-3);
  }
  near(layers[15]!.gradient, 0.8186, 1e-4);
  near(layers[0]!.gradient, 0.8186 ** 16, 1e-4);
  expect(layers[16]!.gradient).toBe(1);
});

test('without dropout one input stays one input', () => {
  for (const { correlation } of network({ dropout: 'none' })) expect(correlation).toBe(1);
  for (const { correlation } of network({ p: 0 })) expect(correlation).toBe(1);
});

test('ReLU + BatchNorm: N(0, 1) before each ReLU, the gradient × π / (π − 1)', () => {
  const layers = network({ activation: 'relu', init: 'he', norm: 'batch', dropout: 'none', depth: 8 });
  near(layers[8]!.out.mean, 1 / Math.sqrt(2 * Math.PI), 1e-12);
  near(layers[8]!.out.variance, 0.5 - 0.5 / Math.PI, 1e-12);
  near(layers[7]!.gradient, Math.PI / (Math.PI - 1), 1e-9);
});

test('the far ends stay numbers', () => {
  for (const activation of ['selu', 'relu', 'tanh'] as const) {
    for (const init of ['lecun', 'he', 'default'] as const) {
      for (const layer of network({ activation, init, dropout: 'dropout', p: 0.95, depth: 128 })) {
        expect(Number.isFinite(layer.out.variance) && Number.isFinite(layer.gradient)).toBe(true);
        if (layer.out.variance > 0) expect(Number.isFinite(layer.correlation!)).toBe(true);
      }
    }
  }
});

test('one layer: AlphaDropout(0.5) of N(1, 1), and Dropout at equal noise', () => {
  const alpha = expected({ ...defaults, p: 0.5, mu: 1 }).output;
  near(alpha.mean, 0.443, 5e-4);
  near(alpha.variance, 1.887, 5e-4);
  near(expected({ ...defaults, op: 'equal' }).mask.p, 0.3125, 1e-4);
  // The fourth moment is what the variance's band is made of: kurtosis 2.518.
  near(expected(defaults).output.fourth, 2.518, 1e-3);
});

test('the phase diagram: cells by rate and depth, and where they stand', () => {
  const data = phase([
    { p: 0.1, depth: 4, train_accuracy: 0.5 },
    { p: 0, depth: 2, train_accuracy: 1 },
  ]);
  expect(data.rates).toEqual([0, 0.1]);
  expect(cellOf(data, 0, 2)!.train_accuracy).toBe(1);
  expect(cellOf(data, 0, 4)).toBeUndefined();
  const place = grid(data, 400, 300);
  expect(place.at(place.x(1) + 1, place.y(1) + 1)).toEqual({ column: 1, row: 1 });
  expect(mixed('#000000', '#ffffff', 0.5)).toBe('rgb(128 128 128)');
});

test('CSV: the address in its head, commas and quotes in quotes', () => {
  const fake = { origin: 'http://page', pathname: '/' };
  Object.assign(globalThis, { location: fake });
  const text = csv('T', '#v=1', { finding: '', columns: ['a', 'b'], rows: [[1, 'x, "y"']], paint: () => {} });
  expect(text).toBe('# alphatorch: T\n# http://page/#v=1\na,b\n1,"x, ""y"""\n');
});

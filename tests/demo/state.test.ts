import { expect, test } from 'vitest';
import * as state from '../../demo/src/state.js';
import type { State } from '../../demo/src/state.js';

// A small generator of our own, so that a failure can be repeated.
function random(seed: number): (n: number) => number {
  let s = seed;
  return (n) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return Math.floor((s / 2 ** 32) * n);
  };
}

function any(pick: (n: number) => number): State {
  const made: Record<string, number | string> = {};
  for (const [key, values] of Object.entries(state.choices)) made[key] = values[pick(values.length)]!;
  for (const [key, [least, most, step]] of Object.entries(state.ranges)) {
    made[key] = Number((least + step * pick(Math.round((most - least) / step) + 1)).toFixed(6));
  }
  return state.changed(state.defaults, made as unknown as State);
}

test('a state survives the address, 200 times over', () => {
  const pick = random(1);
  for (let i = 0; i < 200; ++i) {
    const want = any(pick);
    expect(state.parseHash(state.formatHash(want))).toEqual({ state: want, rejected: [] });
  }
});

test('no hash is the default, and the default writes every value', () => {
  expect(state.parseHash('')).toEqual({ state: state.defaults, rejected: [] });
  for (const key of state.keys) expect(state.formatHash(state.defaults)).toContain(`${key}=`);
});

test.each([
  '#p=NaN',
  '#p=1e309',
  '#p=',
  '#p=0x1',
  '#p=0.1.2',
  '#mu=--1',
  '#depth=Infinity',
  '#width=257',
  '#width=1e9',
  '#seed=99999999999',
  '#op=AlphaDropout',
  '#selu=2',
  '#activation=__proto__',
  '#dropout=constructor',
  '#__proto__=1',
  '#constructor=1&toString=2',
  '#init=%3Cscript%3E',
  '#%E0%A4%A',
  '#=&=&=',
  `#p=${'9'.repeat(100_000)}`,
  `#${'p=0.2&'.repeat(20_000)}`,
])('a hostile hash is the default: %.40s', (hash) => {
  const got = state.parseHash(hash);
  expect(got.state).toEqual(state.defaults);
  expect(got.rejected.length).toBeGreaterThan(0);
});

test.each([
  ['#p=2', { p: 0.95 }],
  ['#p=-0.5', { p: 0 }],
  ['#p=0.1249', { p: 0.12 }],
  ['#depth=500', { depth: 128, layer: 128 }],
  ['#depth=0', { depth: 2, layer: 2 }],
  ['#mu=-99&nu=0', { mu: -3, nu: 0.05 }],
  ['#omega=7&tau=0', { omega: 2, tau: 0.5 }],
  ['#raceLr_snn=0&raceLr_drop=1e3', { raceLr_snn: 1e-6, raceLr_drop: 10 }],
])('a number beyond its range is clamped: %s', (hash, change) => {
  expect(state.parseHash(hash)).toEqual({ state: { ...state.defaults, ...change }, rejected: [] });
});

test('what is good in a half-bad hash is kept', () => {
  const got = state.parseHash('#v=1&p=0.25&depth=abc&width=64&evil=1');
  expect(got.state).toEqual({ ...state.defaults, p: 0.25, width: 64 });
  expect(got.rejected).toEqual(['depth', 'evil']);
});

test('the shown layer follows the depth', () => {
  const shallow = state.changed(state.defaults, { depth: 8 });
  expect(shallow.layer).toBe(8);
  expect(state.changed(shallow, { depth: 32 }).layer).toBe(32);
  const third = state.changed(shallow, { layer: 3 });
  expect(state.changed(third, { depth: 32 }).layer).toBe(3);
  expect(state.changed(third, { depth: 2 }).layer).toBe(2);
  expect(state.parseHash('#depth=5&layer=60').state.layer).toBe(5);
  expect(state.parseHash('#depth=5').state.layer).toBe(5);
});

test('the optimizer brings its usual learning rates, where none is given', () => {
  const adam = { raceOptimizer: 'adam', raceLr_snn: 0.001, raceLr_relu: 0.001, raceLr_norm: 0.001, raceLr_drop: 0.001 } as const;
  expect(state.changed(state.defaults, { raceOptimizer: 'adam' })).toEqual({ ...state.defaults, ...adam });
  expect(state.changed(state.changed(state.defaults, adam), { raceOptimizer: 'sgd' })).toEqual(state.defaults);
  const linked = state.parseHash('#raceLr_relu=3e-2&raceOptimizer=adam').state;
  expect(linked).toEqual({ ...state.defaults, ...adam, raceLr_relu: 0.03 });
});

test('a phone runs two lanes, unless a link says otherwise', () => {
  expect(state.parseHash('', state.phoneDefaults).state).toMatchObject({ raceRuns_relu: 1, raceRuns_norm: 0, raceRuns_drop: 0 });
  expect(state.parseHash('#raceRuns_drop=1', state.phoneDefaults).state).toMatchObject({ raceRuns_norm: 0, raceRuns_drop: 1 });
  expect(state.parseHash(state.formatHash(state.defaults), state.phoneDefaults).state).toEqual(state.defaults);
});

// The data of the race, and that its lanes run the same race.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import { parseTable } from '../../demo/src/race/csv.js';
import { centred, digit, halved, SIDE } from '../../demo/src/race/digits.js';
import { lanes, type Raw, type Settings } from '../../demo/src/race/messages.js';
import { build, drops } from '../../demo/src/race/network.js';
import { Run } from '../../demo/src/race/run.js';
import { samples } from '../../demo/src/race/source.js';
import { spirals } from '../../demo/src/race/spirals.js';
import { statusOf } from '../../demo/src/race/status.js';
import { aligned } from '../../demo/src/race/views/curves.js';

// A small generator of our own, so that a failure can be repeated.
function chanceOf(seed: number): () => number {
  let s = seed;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}

const settings: Settings = {
  data: 'digits14',
  seed: 1,
  depth: 2,
  width: 32,
  p: 0.05,
  placement: 'first',
  places: 1,
  same: false,
  optimizer: 'sgd',
  batch: 32,
  epochs: 4,
};

describe('digits', () => {
  const many = (seed: number, each: number) => {
    const chance = chanceOf(seed);
    return Array.from({ length: 10 * each }, (_, i) => ({ label: i % 10, pixels: digit(i % 10, chance) }));
  };

  test('are the same for a seed and differ within a class', () => {
    expect(many(1, 2)).toEqual(many(1, 2));
    const [a, b] = [digit(3, chanceOf(1)), digit(3, chanceOf(2))];
    expect(a.filter((v, i) => Math.abs(v - b[i]!) > 0.5).length).toBeGreaterThan(20);
  });

  test('are ink on paper, inside the frame', () => {
    for (const { pixels } of many(2, 20)) {
      expect(pixels.length).toBe(SIDE * SIDE);
      expect(pixels.every((v) => v >= 0 && v <= 1)).toBe(true);
      const mass = pixels.reduce((a, b) => a + b, 0);
      expect(mass).toBeGreaterThan(15);
      expect(mass).toBeLessThan(250);
      expect(halved(pixels).reduce((a, b) => a + b, 0)).toBeCloseTo(mass / 4, 3);
    }
  });

  test('are told apart by the nearest mean image far better than by chance, and not all of them', () => {
    const mean = Array.from({ length: 10 }, () => new Float32Array(SIDE * SIDE));
    for (const { label, pixels } of many(3, 60)) pixels.forEach((v, i) => (mean[label]![i]! += v / 60));
    const tested = many(4, 30);
    const right = tested.filter(({ label, pixels }) => {
      const off = mean.map((m) => m.reduce((sum, v, i) => sum + (v - pixels[i]!) ** 2, 0));
      return off.indexOf(Math.min(...off)) === label;
    });
    expect(right.length / tested.length).toBeGreaterThan(0.6);
    expect(right.length / tested.length).toBeLessThan(0.99);
  });

  test('a drawing is moved to the middle; an empty one stays empty', () => {
    const image = new Float32Array(SIDE * SIDE);
    image[2 * SIDE + 3] = 1;
    const moved = centred(image);
    expect(moved.indexOf(1)).toBe(14 * SIDE + 14);
    expect(centred(new Float32Array(SIDE * SIDE)).every((v) => v === 0)).toBe(true);
  });
});

test('spirals: two arms, one turned by half a circle against the other', () => {
  const points = spirals(400, chanceOf(5));
  expect(points.filter(([, , label]) => label === 1).length).toBe(200);
  expect(points.every(([x, y]) => Math.hypot(x, y) < 1.1)).toBe(true);
  const quiet = spirals(2, () => 0.5);
  expect(quiet[0]![0]).toBeCloseTo(-quiet[1]![0], 12);
});

describe('a CSV file', () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i},${-i}.5,${i % 2 ? 'yes' : 'no'}`);

  test('with names, quotes, a byte order mark and Windows line ends', () => {
    const table = parseTable(`\uFEFFx,"y, of all",answer\r\n${rows.join('\r\n')}\r\n\r\n`);
    expect([table.features, table.classes, table.rejected]).toEqual([['x', 'y, of all'], ['no', 'yes'], []]);
    expect([table.rows[3], table.labels.slice(0, 3)]).toEqual([[3, -3.5], [0, 1, 0]]);
  });

  test('without names; the class may stand anywhere when it is named', () => {
    expect(parseTable(rows.join('\n')).features).toEqual(['column 1', 'column 2']);
    const named = parseTable(`Label,x\n${Array.from({ length: 10 }, (_, i) => `${i % 2},${i}`).join('\n')}`);
    expect([named.features, named.rows[9]]).toEqual([['x'], [9]]);
  });

  test('bad rows are named by their line, and nothing else is lost', () => {
    const text = ['x,y,class', '1,oops,no', ...rows, '1,2', '', '"3\n",4,', '5,6,yes,7'].join('\n');
    const { rejected, rows: kept } = parseTable(text);
    expect(rejected).toEqual([
      'line 2: “oops” under y is no number',
      'line 15: 2 cells instead of 3',
      'line 17: no class',
      'line 19: 4 cells instead of 3',
    ]);
    expect(kept.length).toBe(12);
  });

  test('that cannot be learnt from is refused with a sentence', () => {
    expect(() => parseTable('')).toThrow('the file is empty');
    expect(() => parseTable('1\n2')).toThrow('a table needs at least one column of numbers and one of classes');
    expect(() => parseTable('1,a\n2,b')).toThrow('only 2 rows can be used');
    expect(() => parseTable(Array(12).fill('1,a').join('\n'))).toThrow('all rows are of one class');
  });
});

test('the lanes are repeatable, learn, and answer a digit', async () => {
  const raw = (await samples({ data: 'digits14', seed: 1, files: [] })) as Raw;
  const go = (lane: number) => {
    const run = new Run(lane, settings, 0.1, raw);
    const first = run.advance(true);
    for (let i = 0; i < 118; ++i) run.advance(false);
    const result = { first, last: run.advance(true), standing: run.standing() };
    const probabilities = run.classify(digit(7, chanceOf(9)));
    run.dispose();
    expect(run.data.x_test.is_disposed).toBe(true);
    return { ...result, answer: probabilities.indexOf(Math.max(...probabilities)) };
  };
  const all = lanes.map((_, lane) => go(lane));
  expect(go(0)).toEqual(all[0]);
  for (const { first, last, standing } of all) {
    expect(last).toBeLessThan(first / 2);
    expect(standing.test).toBeGreaterThan(0.8);
    expect(standing.train).toBeGreaterThan(0.8);
    expect(standing.moments.length).toBe(2);
    expect(standing.boundary).toBe(undefined);
  }
  expect(all.filter(({ answer }) => answer === 7).length).toBeGreaterThanOrEqual(3);
  expect(torch.is_grad_enabled()).toBe(true);
});

test('spirals have a boundary, which follows the classes', async () => {
  const raw = (await samples({ data: 'spirals', seed: 1, files: [] })) as Raw;
  const run = new Run(0, { ...settings, data: 'spirals', p: 0, optimizer: 'adam' }, 0.02, raw);
  for (let i = 0; i < 300; ++i) run.advance(false);
  const { boundary, train } = run.standing();
  const { side, classes, sure, bounds } = boundary!;
  expect([classes.length, sure.length]).toEqual([side * side, side * side]);
  const right = raw.labels.filter((label, i) => {
    const [x, y] = [raw.rows[2 * i]!, raw.rows[2 * i + 1]!];
    const at = (value: number, from: number, to: number) => Math.floor(((value - from) / (to - from)) * side);
    return classes[(side - 1 - at(y, bounds[2]!, bounds[3]!)) * side + at(x, bounds[0]!, bounds[1]!)] === label;
  });
  expect(right.length / raw.labels.length).toBeGreaterThan(train - 0.1);
  run.dispose();
});

test('dropout is where it was asked for', () => {
  const places = (lane: number, change: Partial<Settings>) =>
    Array.from({ length: 4 }, (_, i) => i).filter((i) => drops(lanes[lane]!, i, { ...settings, depth: 4, ...change }));
  expect(places(0, {})).toEqual([0]);
  expect(places(0, { placement: 'last', places: 2 })).toEqual([2, 3]);
  expect(places(0, { placement: 'all' })).toEqual([0, 1, 2, 3]);
  expect(places(3, {})).toEqual([0, 1, 2, 3]);
  expect(places(3, { same: true })).toEqual([0]);
  expect([places(1, { placement: 'all' }), places(2, { placement: 'all' })]).toEqual([[], []]);
  const text = String(build(lanes[0]!, settings, 3, 2));
  expect(text.match(/AlphaDropout/g)).toHaveLength(1);
});

test('a status says what has become of a lane', () => {
  const usual = { epoch: 3, epochs: 20, running: true, train: 0.1, chance: 0.1, diverged: undefined, stopped: undefined };
  const status = (change: object) => statusOf({ ...usual, ...change }).text;
  expect(status({})).toBe('training');
  expect(status({ running: false })).toBe('paused');
  expect(status({ running: false, epoch: 0 })).toBe('ready');
  expect(status({ epoch: 10 })).toBe('stalled');
  expect(status({ epoch: 10, train: 0.16 })).toBe('training');
  expect(status({ epoch: 20, train: 0.9 })).toBe('done');
  expect(status({ epoch: 20 })).toBe('stalled');
  expect(status({ epoch: 20, diverged: 7 })).toBe('diverged at step 7');
  expect(status({ stopped: 'memory' })).toBe('stopped: memory');
});

test('curves share one axis; what is no number is a gap', () => {
  const curves = [{ at: [1, 3], values: [5, NaN] }, { at: [2], values: [-1] }];
  expect(aligned(curves, false)).toEqual([[1, 2, 3], [5, null, null], [null, -1, null]]);
  expect(aligned(curves, true)[2]).toEqual([null, null, null]);
});

// The data of the race, and that its lanes run the same race.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import { parseTable } from '../../demo/src/race/csv.js';
import { centred, digit, SIDE } from '../../demo/src/race/digits.js';
import { Race } from '../../demo/src/race/race.js';
import { spirals } from '../../demo/src/race/spirals.js';

// A small generator of our own, so that a failure can be repeated.
function chanceOf(seed: number): () => number {
  let s = seed;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}

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

test('the lanes are repeatable, learn, and answer a digit', () => {
  const settings = { data: 'digits', seed: 1, depth: 2, width: 32, p: 0.05, lr: 0.02, batch: 32 } as const;
  const run = () => {
    const race = new Race(settings, '');
    const first = race.advance(true);
    for (let i = 0; i < 118; ++i) race.advance(false);
    const result = { first, last: race.advance(true), standings: race.standings() };
    const answers = race.classify(digit(7, chanceOf(9))).map((p) => p.indexOf(Math.max(...p)));
    race.dispose();
    return { ...result, answers };
  };
  const { first, last, standings, answers } = run();
  expect(run()).toEqual({ first, last, standings, answers });
  expect(last.every((loss, i) => loss < first[i]! / 2)).toBe(true);
  for (const { accuracy, moments } of standings) {
    expect(accuracy).toBeGreaterThan(0.8);
    expect(moments.length).toBe(2);
  }
  expect(answers.filter((answer) => answer === 7).length).toBeGreaterThanOrEqual(3);
});

test('a table trains too, the rest of its memory goes with it', () => {
  const text = Array.from({ length: 100 }, (_, i) => `${Math.sin(i)},${i % 7},5,${Math.sin(i) > 0 ? 'up' : 'down'}`).join('\n');
  const race = new Race({ data: 'table', seed: 0, depth: 1, width: 8, p: 0, lr: 0.1, batch: 16 }, text);
  for (let i = 0; i < 100; ++i) race.advance(false);
  expect(race.data.y_test.shape[0]).toBe(20);
  expect(race.standings().every(({ accuracy }) => accuracy > 0.8)).toBe(true);
  race.dispose();
  expect(race.data.x_test.is_disposed).toBe(true);
  expect(torch.is_grad_enabled()).toBe(true);
});

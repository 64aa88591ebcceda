// Handwriting-like digits: strokes, bent and slanted by chance, drawn with a round pen on 28 × 28.

export const SIDE = 28;
/** Uniform numbers in [0, 1). */
export type Chance = () => number;
type Point = readonly [x: number, y: number];
type Stroke = readonly Point[];

// Control points of smooth strokes in the unit square, y down. Digits that people write in more than
// one way have more than one form.
const forms: readonly (readonly (readonly Stroke[])[])[] = [
  [[[[0.5, 0.08], [0.2, 0.22], [0.18, 0.7], [0.5, 0.92], [0.82, 0.7], [0.8, 0.25], [0.5, 0.08]]]],
  [[[[0.35, 0.25], [0.52, 0.08], [0.52, 0.5], [0.5, 0.92]]], [[[0.55, 0.08], [0.5, 0.5], [0.46, 0.92]]]],
  [[[[0.22, 0.28], [0.45, 0.06], [0.76, 0.24], [0.6, 0.55], [0.22, 0.9]], [[0.22, 0.9], [0.5, 0.88], [0.82, 0.9]]]],
  [[[[0.24, 0.14], [0.6, 0.06], [0.76, 0.28], [0.44, 0.46]], [[0.44, 0.46], [0.82, 0.56], [0.7, 0.9], [0.22, 0.86]]]],
  [
    [[[0.62, 0.08], [0.4, 0.36], [0.18, 0.62]], [[0.18, 0.62], [0.5, 0.62], [0.84, 0.6]], [[0.64, 0.36], [0.62, 0.64], [0.62, 0.92]]],
    [[[0.24, 0.1], [0.22, 0.34], [0.3, 0.52], [0.72, 0.48]], [[0.72, 0.08], [0.7, 0.5], [0.66, 0.92]]],
  ],
  [[[[0.74, 0.1], [0.52, 0.1], [0.3, 0.12]], [[0.3, 0.12], [0.28, 0.28], [0.26, 0.44]], [[0.26, 0.44], [0.62, 0.34], [0.84, 0.62], [0.6, 0.92], [0.22, 0.84]]]],
  [[[[0.66, 0.08], [0.34, 0.32], [0.2, 0.68], [0.46, 0.92], [0.78, 0.72], [0.58, 0.5], [0.26, 0.64]]]],
  [
    [[[0.2, 0.12], [0.5, 0.12], [0.8, 0.12]], [[0.8, 0.12], [0.6, 0.5], [0.42, 0.92]]],
    [[[0.2, 0.12], [0.5, 0.12], [0.8, 0.12]], [[0.8, 0.12], [0.6, 0.5], [0.42, 0.92]], [[0.36, 0.52], [0.54, 0.52], [0.74, 0.5]]],
  ],
  [[[[0.5, 0.48], [0.22, 0.3], [0.48, 0.07], [0.76, 0.28], [0.5, 0.48], [0.2, 0.7], [0.5, 0.93], [0.8, 0.7], [0.5, 0.48]]]],
  [[[[0.76, 0.3], [0.5, 0.07], [0.24, 0.3], [0.5, 0.5], [0.76, 0.3]], [[0.76, 0.3], [0.74, 0.6], [0.58, 0.92]]]],
];

/** Points along a Catmull–Rom curve through `points`. */
function* along(points: Stroke): Generator<Point> {
  const at = (i: number): Point => points[Math.min(points.length - 1, Math.max(0, i))]!;
  for (let i = 0; i + 1 < points.length; ++i) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let s = 0; s < 12; ++s) {
      const t = s / 12;
      const mix = (k: 0 | 1): number =>
        0.5 *
        (2 * b[k] +
          (c[k] - a[k]) * t +
          (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t ** 2 +
          (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t ** 3);
      yield [mix(0), mix(1)];
    }
  }
  yield at(points.length - 1);
}

/** Ink of a round pen of `radius` pixels along `path`, added to `image`: 0 to 1, soft at the edge. */
export function ink(image: Float32Array, path: Iterable<Point>, radius: number): void {
  for (const [x, y] of path) {
    const reach = Math.ceil(radius + 1);
    for (let row = Math.max(0, Math.floor(y) - reach); row <= Math.min(SIDE - 1, Math.floor(y) + reach); ++row) {
      for (let column = Math.max(0, Math.floor(x) - reach); column <= Math.min(SIDE - 1, Math.floor(x) + reach); ++column) {
        const distance = Math.sqrt((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2);
        const cover = Math.min(1, Math.max(0, radius + 0.5 - distance));
        const i = row * SIDE + column;
        image[i] = Math.max(image[i]!, cover);
      }
    }
  }
}

/** One digit of the class, in a hand of its own. */
export function digit(label: number, chance: Chance): Float32Array {
  const ways = forms[label]!;
  const strokes = ways[Math.floor(chance() * ways.length)]!;
  const spread = (size: number): number => (2 * chance() - 1) * size;
  const [angle, slant, width, height] = [spread(0.22), spread(0.25), 1 + spread(0.2), 1 + spread(0.15)];
  const radius = 0.9 + 0.8 * chance();
  // A slow wave bends the whole digit; each control point strays by itself.
  const [wave, phase] = [spread(0.05), 2 * Math.PI * chance()];
  const image = new Float32Array(SIDE * SIDE);
  for (const stroke of strokes) {
    const moved = stroke.map(([px, py]): Point => {
      const x = px + spread(0.035) - 0.5 + wave * Math.sin(3 * py + phase);
      const y = py + spread(0.035) - 0.5;
      const [u, v] = [(x - slant * y) * width, y * height];
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return [SIDE / 2 + 20 * (c * u - s * v), SIDE / 2 + 20 * (s * u + c * v)];
    });
    ink(image, along(moved), radius);
  }
  return centred(image);
}

/** An image with its ink's centre moved to the middle; an empty one stays empty. */
export function centred(image: Float32Array): Float32Array {
  let [mass, x, y] = [0, 0, 0];
  image.forEach((v, i) => {
    mass += v;
    x += v * (i % SIDE);
    y += v * Math.floor(i / SIDE);
  });
  const result = new Float32Array(image.length);
  if (mass === 0) return result;
  const [dx, dy] = [Math.round((SIDE - 1) / 2 - x / mass), Math.round((SIDE - 1) / 2 - y / mass)];
  image.forEach((v, i) => {
    const [column, row] = [(i % SIDE) + dx, Math.floor(i / SIDE) + dy];
    if (column >= 0 && column < SIDE && row >= 0 && row < SIDE) result[row * SIDE + column] = v;
  });
  return result;
}

/** Half the pixels a side: each the mean of four. */
export function halved(image: Float32Array): Float32Array {
  const side = SIDE / 2;
  return Float32Array.from({ length: side * side }, (_, i) => {
    const at = 2 * Math.floor(i / side) * SIDE + 2 * (i % side);
    return (image[at]! + image[at + 1]! + image[at + SIDE]! + image[at + SIDE + 1]!) / 4;
  });
}

// The standard normal distribution, and expectations under it: what all the theory is made of.

/** The standard normal density. */
export const normal_density = (t: number): number => Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI);

/** The standard normal distribution function. */
export const normal_cdf = (t: number): number => {
  const x = Math.abs(t);
  // Series near zero, continued fraction beyond.
  const upper = x < 2 ? 0.5 - erfHalf(x) : normal_density(x) * fraction(x);
  return t < 0 ? upper : 1 - upper;
};

/** P(Z > t) over the density at t (Mills' ratio), where both may be too small to be divided. */
export const mills = (t: number): number => (t < 2 ? normal_cdf(-t) / normal_density(t) : fraction(t));

// Phi(t) - 1/2, in the form whose terms are all positive, so that nothing cancels.
function erfHalf(t: number): number {
  let term = t;
  let sum = t;
  for (let n = 3; term > 1e-18 * sum; n += 2) {
    term *= (t * t) / n;
    sum += term;
  }
  return normal_density(t) * sum;
}

function fraction(t: number): number {
  let tail = t;
  for (let k = 100; k >= 1; --k) tail = t + k / tail;
  return 1 / tail;
}

// Where panels of the integral end. In standard deviations: beyond 12 is less than 1e-32. In z:
// around 0, where the activations turn.
const kDeviations = [-12, -9, -6, -4, -2, 0, 2, 4, 6, 9, 12];
const kTurns = [0.5, 1, 2, 4, 8, 20, 50].flatMap((z) => [-z, z]).concat(0);

/**
 * E f(z), z ~ N(mean, deviation²), for an `f` that is smooth but around 0: Gauss-Legendre over
 * panels. Nothing cancels in it, as it does in closed forms where `f` hardly varies.
 */
export function expectation(f: (z: number) => number, mean: number, deviation: number): number {
  const turns = kTurns.map((z) => (z - mean) / deviation).filter((t) => Math.abs(t) < 12);
  const ends = [...kDeviations, ...turns].sort((a, b) => a - b);
  const { nodes, weights } = legendre();
  let sum = 0;
  for (let i = 1; i < ends.length; ++i) {
    const half = (ends[i]! - ends[i - 1]!) / 2;
    const middle = (ends[i]! + ends[i - 1]!) / 2;
    for (let k = 0; k < nodes.length; ++k) {
      const t = middle + half * nodes[k]!;
      sum += weights[k]! * half * normal_density(t) * f(mean + deviation * t);
    }
  }
  return sum;
}

let rule: { readonly nodes: Float64Array; readonly weights: Float64Array } | undefined;

/** The Gauss-Legendre rule of 16 nodes, by Newton's method on the polynomial. */
function legendre(): NonNullable<typeof rule> {
  if (rule) return rule;
  const n = 16;
  const [nodes, weights] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; ++i) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    // Six steps: the start is good to 1e-3, and each doubles the digits.
    for (let step = 0; step < 6; ++step) {
      let [before, p] = [1, x];
      for (let k = 2; k <= n; ++k) [before, p] = [p, ((2 * k - 1) * x * p - (k - 1) * before) / k];
      slope = (n * (x * p - before)) / (x * x - 1);
      x -= p / slope;
    }
    [nodes[i], weights[i]] = [x, 2 / ((1 - x * x) * slope * slope)];
  }
  return (rule = { nodes, weights });
}

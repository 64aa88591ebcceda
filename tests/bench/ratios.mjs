// From the times of each contestant in each round to medians, ratios, and targets met or missed.

/**
 * A ratio is the time of the first contestant over that of the second; a target wants it at least, or
 * at most, its bound. `ms` is the time of ours itself, `threads` what several threads gain.
 */
export const ratios = {
  'of peak': ['peak', 'ours', '≥'],
  'of peak, plain SIMD': ['peak, plain SIMD', 'ours, plain SIMD', '≥'],
  '× hand': ['ours', 'hand', '≤'],
  '× copy': ['ours', 'copy', '≤'],
  '× contiguous': ['ours', 'contiguous', '≤'],
  '× needed': ['ours', 'needed', '≤'],
  threads: ['ours', 'ours, threads', '≥'],
  tfjs: ['tfjs', 'ours', '≥'],
  onnxruntime: ['onnxruntime', 'ours', '≥'],
  'jax-js': ['jax-js', 'ours', '≥'],
  'tfjs, threads': ['tfjs, threads', 'ours, threads', '≥'],
  'onnxruntime, threads': ['onnxruntime, threads', 'ours, threads', '≥'],
  'jax-js, threads': ['jax-js, threads', 'ours, threads', '≥'],
  ms: ['ours', undefined, '≤'],
};

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The median of the ratios of each round, in which both ran within a second of each other: what slows
 * the machine for a while slows both. Undefined when one of the two did not run.
 */
export function ratio(name, times) {
  const [above, below] = ratios[name];
  if (!times[above] || (below && !times[below])) return undefined;
  return median(times[above].map((t, round) => (below ? t / times[below][round] : t)));
}

/** All ratios of a task that can be told, each with its bound and whether it is met. */
export function judge({ targets }, times) {
  const found = {};
  for (const [name, [, , sense]] of Object.entries(ratios)) {
    const value = ratio(name, times);
    if (value === undefined) continue;
    const bound = targets[name];
    if (name === 'ms' && bound === undefined) continue;
    const met = bound === undefined ? undefined : sense === '≥' ? value >= bound : value <= bound;
    found[name] = { value, sense, bound, met };
  }
  return found;
}

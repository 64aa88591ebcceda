// How fast alpha_dropout is here and now, beside a plain copy of the same bytes.

import * as torch from 'alphatorch';
import type { Speed } from './messages.js';

const SIZE = 1 << 20;
const RUNS = 9;
const RUN_MS = 20;

/** Elements a second: the median of some runs, each long enough for the clock. */
function rate(once: () => void): number {
  once();
  const rates = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    let done = 0;
    let spent = 0;
    for (; spent < RUN_MS; spent = performance.now() - start) {
      once();
      done += SIZE;
    }
    return (1000 * done) / spent;
  });
  return rates.sort((one, other) => one - other)[(RUNS - 1) / 2]!;
}

export function speed(): Speed {
  return torch.tidy(() => {
    const x = torch.randn([SIZE]);
    const y = torch.empty_like(x);
    return {
      alpha: rate(() => torch.nn.functional.alpha_dropout(x, 0.1, true).dispose()),
      copy: rate(() => void y.copy_(x)),
    };
  });
}

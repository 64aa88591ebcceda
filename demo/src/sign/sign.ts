// The panel that shows why a sign matters: TensorFlow.js's AlphaDropout beside ours.

import { ALPHA_PRIME, dropout_mask, mask_band, masked_moments, normal_cdf } from 'alphatorch/snn';
import type { Mask } from 'alphatorch/snn';
import './sign.css';
import type { Sign } from '../experiments/messages.js';
import { element, part, present } from '../figure/figure.js';
import { number, signed } from '../format.js';
import type { State } from '../state.js';
import type { Stats } from '../stats.js';
import { drawHistogram } from '../views/histogram.js';
import { drawTiles } from '../views/tiles.js';

/** As TensorFlow.js computes it: (keep − 1) α′ is −α′ where a unit is dropped. */
export function wrongMask(p: number): Mask {
  const mask = dropout_mask('alpha', p);
  return p === 0 ? mask : { ...mask, dropped: mask.b - mask.a * ALPHA_PRIME };
}

export function drawSign(state: State, result: Sign): Record<string, Stats> {
  const masks = { right: dropout_mask('alpha', state.p), wrong: wrongMask(state.p) };
  const stats: Record<string, Stats> = {};
  for (const kind of ['right', 'wrong'] as const) {
    const mask = masks[kind];
    const id = `sign-${kind}`;
    const shown: Stats = {
      measured: result[kind],
      theory: masked_moments(mask, { mean: 0, variance: 1 }),
      band: mask_band(mask, result[kind].bins.total),
    };
    const cdf = (t: number): number =>
      (1 - mask.p) * normal_cdf((t - mask.b) / mask.a) + (t >= mask.dropped ? mask.p : 0);
    const { bins, mean, variance } = result[kind];
    present(id, {
      finding: `Mean ${signed(mean)}, in theory ${number(shown.theory.mean)}; variance ${number(variance)}, in theory ${number(shown.theory.variance)}.`,
      columns: ['from', 'share'],
      rows: [...bins.counts].map((count, i) => [
        bins.least + (i * (bins.most - bins.least)) / bins.counts.length,
        count / bins.total,
      ]),
      paint: (c, w, h, palette) =>
        drawHistogram(
          c,
          w,
          h,
          {
            bins,
            colour: kind === 'right' ? palette.alpha : palette.drop,
            cdf,
            spikes: [{ at: mask.dropped, share: mask.p }],
          },
          palette,
        ),
    });
    drawTiles(part(id, '.tiles'), shown.measured, shown.theory, shown.band);
    stats[id] = shown;
  }
  element('sign-finding').textContent =
    state.p === 0
      ? 'At p = 0 nothing is dropped and the sign does not show.'
      : `At p = ${state.p} the wrong sign moves the mean of standardised input to ${number(result.wrong.mean, 2)}; ` +
        `with the right one it is ${signed(result.right.mean, 3)}. The variance is 1 in both, so nothing looks broken.`;
  return stats;
}

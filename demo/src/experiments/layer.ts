// One layer, in the library's own words: what a visitor would write with the npm package.

import { ALPHA_PRIME, dropout_mask, equal_noise_rate } from 'alphatorch/snn';
import * as torch from 'alphatorch';
import type { State } from '../state.js';
import { HERO } from './messages.js';
import type { Hero, Layer, Sample, Sign, Units } from './messages.js';
import { sample } from './sample.js';
import { INPUT, LAYER, MASKS, seed, UNITS } from './seeds.js';

const { nn } = torch;

function standardised(samples: number): torch.Tensor {
  const drawn = torch.randn([samples]);
  return drawn.sub(drawn.mean()).div(drawn.std());
}

export function hero(state: State): Hero {
  return torch.tidy(() => {
    seed(state, INPUT);
    const x = standardised(HERO.samples);
    const masks = Array.from({ length: HERO.masks }, (_, i) => {
      const [dropout, alpha] = [nn.Dropout, nn.AlphaDropout].map((Kind) => {
        seed(state, MASKS + i);
        return sample(new Kind(HERO.p).forward(x), 4, 64);
      }) as [Sample, Sample];
      return { dropout, alpha };
    });
    return { input: sample(x, 4, 64), masks };
  });
}

/** N(mu, nu), SELU if asked for, and then the operation; the draw renews input and mask. */
export function layer(state: State): Layer {
  return torch.tidy(() => {
    seed(state, LAYER + state.draw);
    const x = torch.randn([state.samples]).mul(Math.sqrt(state.nu)).add(state.mu);
    const u = state.selu ? torch.selu(x) : x;
    const operations = {
      none: () => new nn.Identity(),
      dropout: () => new nn.Dropout(state.p),
      alpha: () => new nn.AlphaDropout(state.p),
      equal: () => new nn.Dropout(equal_noise_rate(state.p)),
    };
    const y = operations[state.op]().forward(u);
    const [input, output] = [sample(x), sample(y)];
    const half = Math.max(4, input.bins.most, output.bins.most);
    // One axis for both, so that what widens is seen to widen.
    return input.bins.most === output.bins.most
      ? { input, output }
      : { input: sample(x, half), output: sample(y, half) };
  });
}

/** The same mask twice: dropped units go to α′, and, as TensorFlow.js has it, to −α′. */
export function sign(state: State): Sign {
  return torch.tidy(() => {
    seed(state, INPUT);
    const x = standardised(65536);
    const { a, b } = dropout_mask('alpha', state.p);
    seed(state, MASKS + state.draw);
    const keep = torch.rand([65536]).ge(state.p).to(torch.float32);
    const affine = (masked: torch.Tensor): Sample => sample(masked.mul(a).add(b), 5);
    return {
      right: affine(x.mul(keep).add(keep.mul(-1).add(1).mul(ALPHA_PRIME))),
      wrong: affine(x.mul(keep).add(keep.add(-1).mul(ALPHA_PRIME))),
    };
  });
}

/** The units of a layer with LeCun-normal weights: what the map's theorems ask of them. */
export function units(state: State): Units {
  return torch.tidy(() => {
    seed(state, UNITS);
    const w = torch.empty([512, state.width]);
    nn.init.kaiming_normal_(w, { mode: 'fan_in', nonlinearity: 'linear' });
    return {
      omega: w.sum(1).toArray() as Float32Array,
      tau: w.square().sum(1).toArray() as Float32Array,
    };
  });
}


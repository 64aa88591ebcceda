// Statistics of samples.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/breadth.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

asPyTorch(fixtures, 'statistics');

test('cdist: through the product and without it, the same', () => {
  const [x, y] = [torch.randn(4, 3), torch.randn(5, 3)];
  const near = torch.cdist(x, y, { compute_mode: 'donot_use_mm_for_euclid_dist' });
  const product = torch.cdist(x, y, { compute_mode: 'use_mm_for_euclid_dist' });
  expect(torch.allclose(near, product, { atol: 1e-5 })).toBe(true);
});

test('cdist: without features all points are one', () => {
  for (const p of [0, 1, 2, 3, Infinity]) {
    expect(torch.cdist(torch.ones(2, 0), torch.ones(3, 0), p).equal(torch.zeros(2, 3)), `${p}`).toBe(true);
    expect(torch.cdist(torch.ones(0, 4), torch.ones(3, 4), p).shape).toEqual([0, 3]);
  }
});

test('refusals', () => {
  const says = (message: string, f: () => unknown) => refuses(f, 'RuntimeError', message);
  const x = torch.ones(3);
  const whole = x.long();
  says('quantile() input tensor must be either float or double dtype', () => torch.quantile(whole, 0.5));
  says('quantile() input tensor must be non-empty', () => torch.quantile(torch.ones(0), 0.5));
  says('quantile() q must be in the range [0, 1] but got 1.5', () => torch.quantile(x, 1.5));
  says('quantile() q values must be in the range [0, 1]', () => torch.quantile(x, torch.tensor([1.5])));
  says('quantile() q tensor must be same dtype as the input tensor', () =>
    torch.quantile(x, torch.tensor([0.5], { dtype: torch.float64 })),
  );
  says('bincount only supports 1-d non-negative integral inputs.', () => torch.bincount(whole.neg()));
  says('minlength should be >= 0', () => torch.bincount(whole, { minlength: -1 }));
  says('weights should be 1-d and have the same length as input', () => torch.bincount(whole, torch.ones(2)));
  says('torch.histc: max must be larger than min', () => torch.histc(x, 4, 2, 1));
  says('aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.', () =>
    torch.aminmax(torch.ones(0)),
  );
  says('diff expects input to be at least one-dimensional', () => torch.diff(torch.tensor(1)));
  says('X1 and X2 must have the same number of columns. X1: 2 X2: 3', () =>
    torch.cdist(torch.ones(3, 2), torch.ones(3, 3)),
  );
  says('nanmean(): expected input to have floating point dtype but got Long', () => torch.nanmean(whole));
});

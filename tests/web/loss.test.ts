// Losses: their rules, their messages, their far ends. Their values are in nn_fixtures.test.ts.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;
const { functional: F } = nn;
const labels = (...values: number[]) => torch.tensor(values, { dtype: torch.int64 });

test('targets out of range name the class and the range', () => {
  const x = torch.zeros(2, 3);
  const text = 'Target 3 is out of bounds. The classes are 0 to 2.';
  refuses(() => F.cross_entropy(x, labels(1, 3)), 'IndexError', text);
  refuses(() => F.nll_loss(x, labels(1, 3)), 'IndexError', text);
  refuses(
    () => F.nll_loss(x, labels(-1, 0)),
    'IndexError',
    'Target -1 is out of bounds. The classes are 0 to 2.',
  );
});

test('sizes and dtypes that do not fit are refused in PyTorch’s words', () => {
  const x = torch.zeros(2, 3);
  refuses(
    () => F.cross_entropy(x, labels(1, 0, 2)),
    'ValueError',
    'Expected input batch_size (2) to match target batch_size (3).',
  );
  refuses(
    () => F.nll_loss(x, torch.zeros([2, 2], { dtype: torch.int64 })),
    'RuntimeError',
    '0D or 1D target tensor expected, multi-target not supported',
  );
  refuses(
    () => F.nll_loss(x, torch.zeros([2], { dtype: torch.int32 })),
    'RuntimeError',
    'expected scalar type Long but found Int',
  );
  refuses(
    () => F.nll_loss(x, labels(0, 1), { weight: torch.ones(2) }),
    'RuntimeError',
    'weight tensor should be defined either for all 3 classes or no classes but got weight tensor of shape: [2]',
  );
  refuses(
    () => F.cross_entropy(x, torch.zeros([2, 3], { dtype: torch.int64 })),
    'RuntimeError',
    'Expected floating point type for target with class probabilities, got Long',
  );
  refuses(
    () => F.cross_entropy(x, labels(0, 1), { label_smoothing: 1.5 }),
    'RuntimeError',
    'label_smoothing must be between 0.0 and 1.0. Got: 1.5',
  );
  refuses(
    () => F.binary_cross_entropy(torch.zeros(2), torch.zeros(3)),
    'ValueError',
    'Using a target size (torch.Size([3])) that is different to the input size (torch.Size([2])) is ' +
      'deprecated. Please ensure they have the same size.',
  );
  refuses(
    () => F.binary_cross_entropy(torch.tensor([0.5, 1.5]), torch.zeros(2)),
    'RuntimeError',
    'all elements of input should be between 0 and 1',
  );
  refuses(
    () => F.binary_cross_entropy_with_logits(torch.zeros(2), torch.zeros(3)),
    'ValueError',
    'Target size (torch.Size([3])) must be the same as input size (torch.Size([2]))',
  );
  refuses(
    () => F.mse_loss(x, x, { reduction: 'avg' as 'mean' }),
    'ValueError',
    'avg is not a valid value for reduction',
  );
  refuses(
    () => F.huber_loss(x, x, { delta: 0 }),
    'RuntimeError',
    'huber_loss does not support non-positive values for delta.',
  );
  refuses(
    () => F.smooth_l1_loss(x, x, { beta: -1 }),
    'RuntimeError',
    'smooth_l1_loss does not support negative values for beta.',
  );
  refuses(
    () => F.cross_entropy(torch.zeros(3), torch.tensor([1])),
    'RuntimeError',
    'size mismatch (got input: [3], target: [1])',
  );
  refuses(
    () => F.margin_ranking_loss(torch.zeros(2), torch.zeros(2), torch.tensor(1)),
    'RuntimeError',
    'margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: [2], input2: [2], target: []',
  );
  refuses(
    () => F.triplet_margin_loss(x, x, x.select(0, 0)),
    'RuntimeError',
    'All inputs should have same dimension but got 2D, 2D and 1D inputs.',
  );
  refuses(
    () => F.cosine_embedding_loss(x, x, torch.tensor(1)),
    'RuntimeError',
    '0D target tensor expects 1D input tensors, but found inputs with sizes [2, 3] and [2, 3].',
  );
  refuses(
    () => F.cosine_embedding_loss(torch.zeros(2), torch.zeros(2), torch.ones(2)),
    'RuntimeError',
    '1D target tensor expects 2D input tensors, but found inputs with sizes [2] and [2].',
  );
  refuses(
    () => F.cosine_embedding_loss(x, x, x),
    'RuntimeError',
    '0D or 1D target tensor expected, multi-target not supported',
  );
});

test('a broadcast target warns', () => {
  const messages: string[] = [];
  torch.onwarning((message) => messages.push(message));
  try {
    F.mse_loss(torch.zeros(2, 1), torch.zeros(2));
    F.mse_loss(torch.zeros(2), torch.zeros(2));
  } finally {
    torch.onwarning(null);
  }
  expect(messages).toEqual([
    'Using a target size (torch.Size([2])) that is different to the input size (torch.Size([2, 1])). ' +
      'This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.',
  ]);
});

test('far ends', () => {
  const x = torch.randn(2, 3);
  expect(F.nll_loss(x, labels(-100, -100)).item()).toBeNaN();
  expect(F.nll_loss(x, labels(-100, -100), { reduction: 'sum' }).item()).toBe(0);
  expect(F.cross_entropy(torch.zeros(0, 3), labels()).item()).toBeNaN();
  expect(F.cross_entropy(torch.zeros(0, 3), labels(), { reduction: 'sum' }).item()).toBe(0);
  expect(F.mse_loss(torch.zeros(0), torch.zeros(0)).item()).toBeNaN();
  // Logarithms of 0 count as -100, and the gradients are finite.
  const sure = torch.tensor([0, 1], { requires_grad: true });
  const wrong = F.binary_cross_entropy(sure, torch.tensor([1, 0]));
  expect(wrong.item()).toBe(100);
  wrong.backward();
  expect(sure.grad!.tolist()).toEqual([-5e11, 5e11].map(Math.fround));
  // A logit that saturates the sigmoid.
  const far = F.binary_cross_entropy_with_logits(torch.tensor([200]), torch.tensor([0]));
  expect(far.item()).toBe(200);
  // Logits far apart: log_softmax does not underflow.
  expect(F.cross_entropy(torch.tensor([[1000, 0]]), labels(1)).item()).toBe(1000);
  // A mask as the target.
  const mask = torch.tensor([true, false]);
  const half = torch.tensor([0.5, 0.5], { requires_grad: true });
  for (const loss of [F.mse_loss, F.smooth_l1_loss, F.huber_loss]) {
    expect(loss(half, mask).item()).toBe(loss(half, mask.float()).item());
  }
  // A NaN comes through.
  expect(F.cross_entropy(torch.tensor([[NaN, 0]]), labels(1)).item()).toBeNaN();
});

test('modules are their functions, and their weights are part of the state', () => {
  const x = torch.randn(4, 3);
  const t = labels(0, 2, 1, 1);
  const weight = torch.tensor([1, 2, 3]);
  const loss = new nn.CrossEntropyLoss({ weight, label_smoothing: 0.1 });
  const expected = F.cross_entropy(x, t, { weight, label_smoothing: 0.1 });
  expect(loss.forward(x, t).item()).toBe(expected.item());
  expect(Object.keys(loss.state_dict())).toEqual(['weight']);
  expect(`${loss}`).toBe('CrossEntropyLoss()');
  expect(new nn.MSELoss({ reduction: 'sum' }).forward(x, x).item()).toBe(0);
  refuses(
    () => new nn.MSELoss({ size: 1 } as object),
    'TypeError',
    "MSELoss() got an unexpected keyword argument 'size'",
  );
});

test('a loss leaves nothing behind but itself', () => {
  const x = torch.randn([8, 3], { requires_grad: true });
  const t = labels(0, 1, 2, 0, 1, 2, 0, 1);
  const [p, minus, e] = torch.no_grad(() => [x.softmax(1), x.neg(), x.exp()]);
  const before = torch.memory().live_tensors;
  const losses = [
    F.cross_entropy(x, t),
    F.cross_entropy(x, t, { label_smoothing: 0.1 }),
    F.kl_div(x, p!, { reduction: 'batchmean' }),
    new nn.TripletMarginLoss({ swap: true }).forward(x, minus!, e!),
  ];
  losses.forEach((loss) => loss.dispose());
  expect(torch.memory().live_tensors).toBe(before);
});

test('cross_entropy with smoothing: what is ignored has no gradient, even where all of it is', () => {
  const target = torch.tensor([0n, 0n]);
  for (const reduction of ['none', 'sum', 'mean'] as const) {
    const x = torch.tensor([[1, -Infinity, 2], [0, 1, 2]], { requires_grad: true });
    const loss = F.cross_entropy(x, target, { ignore_index: 0, label_smoothing: 0.1, reduction });
    if (reduction === 'none') expect(loss.tolist()).toEqual([0, 0]);
    if (reduction === 'mean') expect(loss.item()).toBeNaN();
    loss.sum().backward();
    expect(x.grad!.select(0, 1).tolist<number[]>().map(Math.abs), reduction).toEqual([0, 0, 0]);
  }
});

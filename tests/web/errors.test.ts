// Bad input: an Error in PyTorch's words, and nothing changed.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const runtime: [message: string, make: () => unknown][] = [
  [
    'The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0',
    () => torch.zeros(3).add(torch.zeros(4)),
  ],
  [
    "output with shape [3] doesn't match the broadcast shape [2, 3]",
    () => torch.zeros(3).add_(torch.zeros(2, 3)),
  ],
  [
    'mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)',
    () => torch.zeros(2, 3).matmul(torch.zeros(4, 5)),
  ],
  ['self must be a matrix', () => torch.zeros(2).mm(torch.zeros(2, 2))],
  [
    'both arguments to matmul need to be at least 1D, but they are 0D and 1D',
    () => torch.tensor(1).matmul(torch.zeros(2)),
  ],
  [
    'inconsistent tensor size, expected tensor [3] and src [4] to have the same number of elements, but got 3 and 4 elements respectively',
    () => torch.zeros(3).dot(torch.zeros(4)),
  ],
  [
    'expected m1 and m2 to have the same dtype, but got: float != double',
    () => torch.zeros(2, 2).mm(torch.zeros(2, 2).double()),
  ],
  ["shape '[4]' is invalid for input of size 6", () => torch.zeros(6).view(4)],
  ['only one dimension can be inferred', () => torch.zeros(6).view(-1, -1)],
  [
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    () => torch.zeros(2, 3).t().view(6),
  ],
  [
    'cannot reshape tensor of 0 elements into shape [-1, 0] because the unspecified dimension size -1 can be any value and is ambiguous',
    () => torch.zeros(0, 3).reshape(-1, 0),
  ],
  [
    'The expanded size of the tensor (4) must match the existing size (3) at non-singleton dimension 1.  Target sizes: [2, 4].  Tensor sizes: [2, 3]',
    () => torch.zeros(2, 3).expand(2, 4),
  ],
  ['permute(): duplicate dims are not allowed.', () => torch.zeros(2, 3).permute(0, 0)],
  ['t() expects a tensor with <= 2 dimensions, but self is 3D', () => torch.zeros(1, 2, 3).t()],
  [
    'Sizes of tensors must match except in dimension 0. Expected size 3 but got size 4 for tensor number 1 in the list.',
    () => torch.cat([torch.zeros(2, 3), torch.zeros(2, 4)]),
  ],
  ['torch.cat(): expected a non-empty list of Tensors', () => torch.cat([])],
  [
    'stack expects each tensor to be equal size, but got [2] at entry 0 and [3] at entry 1',
    () => torch.stack([torch.zeros(2), torch.zeros(3)]),
  ],
  [
    "split_with_sizes expects split_sizes to sum exactly to 3 (input tensor's size at dimension 0), but got split_sizes=[1, 1]",
    () => torch.zeros(3).split([1, 1]),
  ],
  [
    'split expects split_size be non-negative, but got split_size=-1',
    () => torch.zeros(3).split(-1),
  ],
  [
    'split_size can only be 0 if dimension size is 0, but got dimension size of 3',
    () => torch.zeros(3).split(0),
  ],
  ['chunk expects `chunks` to be greater than 0, got: 0', () => torch.zeros(3).chunk(0)],
  ['start (1) + length (5) exceeds dimension size (3).', () => torch.zeros(3).narrow(0, 1, 5)],
  ["torch.clamp: At least one of 'min' or 'max' must not be None", () => torch.zeros(3).clamp()],
  [
    "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found 'round'",
    () => torch.zeros(3).div(2, { rounding_mode: 'round' as never }),
  ],
  [
    'approximate argument must be either none or tanh.',
    () => torch.gelu(torch.zeros(1), { approximate: 'erf' as never }),
  ],
  [
    'mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long',
    () => torch.tensor([1n]).mean(),
  ],
  ['std and var only support floating point and complex dtypes', () => torch.tensor([1n]).var()],
  [
    'Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.',
    () => torch.tensor([true]).sub(torch.tensor([true])),
  ],
  [
    'Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.',
    () => torch.tensor([true]).neg(),
  ],
  [
    'only Tensors of floating point dtype can require gradients',
    () => torch.tensor([1n]).requires_grad_(),
  ],
  [
    'grad can be implicitly created only for scalar outputs',
    () => torch.ones([2], { requires_grad: true }).backward(),
  ],
  [
    'element 0 of tensors does not require grad and does not have a grad_fn',
    () => torch.ones(1).backward(),
  ],
  [
    'Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and output[0] has a shape of torch.Size([3]).',
    () => torch.ones([3], { requires_grad: true }).backward(torch.ones(2)),
  ],
  [
    'you can only change requires_grad flags of leaf variables.',
    () => torch.ones([1], { requires_grad: true }).mul(2).requires_grad_(),
  ],
  [
    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
    () => torch.ones([1], { requires_grad: true }).mul(2).requires_grad_(false),
  ],
];

/** Refuses, and draws no random number. */
function refusesQuietly(make: () => unknown, name: string, message: string): void {
  const state = torch.get_rng_state();
  refuses(make, name, message);
  expect(torch.equal(torch.get_rng_state(), state)).toBe(true);
}

test.each(runtime)('%s', (message, make) => refusesQuietly(make, 'RuntimeError', message));

const index: [message: string, make: () => unknown][] = [
  [
    'Dimension out of range (expected to be in range of [-1, 0], but got 1)',
    () => torch.zeros(2).sum(1),
  ],
  [
    'Dimension out of range (expected to be in range of [-2, 1], but got 3)',
    () => torch.zeros(2).unsqueeze(3),
  ],
  ['max(): Expected reduction dim 0 to have non-zero size.', () => torch.zeros(0, 2).max(0)],
  [
    'select(): index 5 out of range for tensor of size [2] at dimension 0',
    () => torch.zeros(2).select(0, 5),
  ],
];

test.each(index)('%s', (message, make) => refusesQuietly(make, 'IndexError', message));

test('a second backward through a graph that was freed', () => {
  const y = torch.ones([1], { requires_grad: true }).exp();
  y.backward();
  expect(() => y.backward()).toThrow('Trying to backward through the graph a second time');
});

test('a saved tensor that was overwritten', () => {
  const x = torch.ones([3], { requires_grad: true });
  const y = x.exp();
  y.detach().zero_();
  expect(() => y.sum().backward()).toThrow(
    'one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [3]]',
  );
});

test('arguments of the wrong kind are refused before anything runs', () => {
  const x = torch.zeros(2);
  const type: [make: () => unknown, message: string][] = [
    [
      () => torch.selu('x' as never),
      "selu(): argument 'input' (position 1) must be Tensor, not string",
    ],
    [
      () => torch.selu(undefined as never),
      "selu(): argument 'input' (position 1) must be Tensor, not undefined",
    ],
    [
      () => torch.selu(null as never),
      "selu(): argument 'input' (position 1) must be Tensor, not null",
    ],
    [
      () => torch.selu(3 as never),
      "selu(): argument 'input' (position 1) must be Tensor, not number",
    ],
    [
      () => torch.selu([1] as never),
      "selu(): argument 'input' (position 1) must be Tensor, not Array",
    ],
    [
      () => x.add('1' as never),
      "add(): argument 'other' (position 2) must be Tensor or number, not string",
    ],
    [
      () => x.add(undefined as never),
      "add(): argument 'other' (position 2) must be Tensor or number, not undefined",
    ],
    [
      () => x.matmul(2 as never),
      "matmul(): argument 'other' (position 2) must be Tensor, not number",
    ],
    [
      () => torch.cat(x as never),
      "cat(): argument 'tensors' (position 1) must be array of Tensors, not Tensor",
    ],
    [
      () => torch.cat([x, 1] as never),
      "cat(): argument 'tensors' (position 1) must be Tensor, not number",
    ],
    [() => x.transpose(0.5, 1), "transpose(): argument 'dim0' must be int, not 0.5"],
    [
      () => x.transpose(0, undefined as never),
      "transpose(): argument 'dim1' (position 3) must be number, not undefined",
    ],
    [
      () => x.sum('0' as never),
      "sum(): argument 'dim' (position 1) must be array of ints, not string",
    ],
    [() => x.sum({ axis: 0 } as never), "sum() got an unexpected keyword argument 'axis'"],
    [
      () => x.view('2' as never),
      "view(): argument 'size' must be array of ints, but found string at pos 0",
    ],
    [
      () => (x.grad = 3 as never),
      'assigned grad expected to be a Tensor or None but got grad of type number',
    ],
    [
      () => new (torch.Tensor as unknown as new (data: unknown) => torch.Tensor)([1]),
      'Tensor: use torch.tensor(data), got Array',
    ],
    [
      () => torch.set_grad_enabled(1 as never),
      "set_grad_enabled(): argument 'mode' must be bool, not number",
    ],
  ];
  for (const [make, message] of type) refuses(make, 'TypeError', message);
});

test('no function meets what is no tensor with an error of its own insides', () => {
  const calls: Record<string, (...args: never[]) => unknown> = {};
  const spaces = { torch, 'nn.functional': torch.nn.functional, 'nn.init': torch.nn.init, linalg: torch.linalg };
  // These take a function, or types.
  const others = /^(tidy|no_grad|enable_grad|inference_mode|keep|can_cast|dtype|_trace)$/;
  for (const [space, names] of Object.entries(spaces)) {
    for (const [name, f] of Object.entries(names)) {
      if (typeof f === 'function' && !/^[A-Z]/.test(name) && !others.test(name)) calls[`${space}.${name}`] = f as () => unknown;
    }
  }
  expect(Object.keys(calls).length).toBeGreaterThan(400);
  const wrong = [[], ['x'], [null], [[1, 2]], ['x', torch.ones(2)], [torch.ones(2, 2), 'x']];
  const odd: string[] = [];
  for (const [name, f] of Object.entries(calls)) {
    for (const args of wrong) {
      try {
        f(...(args as never[]));
      } catch (error) {
        if (error instanceof torch.TorchError) continue;
        odd.push(`${name}(${args.map(String).join(', ')}): ${String(error)}`);
      }
    }
  }
  expect(odd).toEqual([]);
});

test('a refused operation leaves its tensors and the number of tensors as they were', () => {
  const x = torch.ones(3);
  const { live_tensors } = torch.memory();
  for (const fail of [
    () => x.add_(torch.ones(4)),
    () => x.view(2),
    () => x.normal_(0, -1),
    () => torch.zeros(-1),
  ]) {
    expect(() => torch.tidy(fail)).toThrow();
  }
  expect(x.tolist()).toEqual([1, 1, 1]);
  expect(x._version).toBe(0);
  expect(torch.memory().live_tensors).toBe(live_tensors);
});

test('errors are Errors of the library, named as in PyTorch', () => {
  let error: unknown;
  try {
    torch.zeros(2).view(3);
  } catch (e) {
    error = e;
  }
  expect(error).toBeInstanceOf(Error);
  expect(error).toBeInstanceOf(torch.TorchError);
  expect((error as Error).name).toBe('RuntimeError');
});

test('out of memory names the bytes, and the library still works', () => {
  for (const size of [[2 ** 20, 2 ** 20], [2 ** 31]]) {
    const bytes = size.reduce((a, b) => a * b, 4);
    expect(() => torch.zeros(size)).toThrow(String(bytes));
    expect(torch.ones(3).sum().item()).toBe(3);
  }
});

// An exception that leaves WebAssembly does not put back C++'s stack of 1 MB, of which each takes hundreds of bytes.
const kMany = 20_000;

test('any number of errors leaves room for more', () => {
  const [a, b] = [torch.ones(2, 2), torch.ones(3)];
  for (let i = 0; i < kMany; ++i) expect(() => a.matmul(b)).toThrow('size mismatch');
  expect(a.matmul(a).tolist()).toEqual([[2, 2], [2, 2]]);
});

test('so do errors that a hook catches, and those that it throws', () => {
  const x = torch.ones(2, { requires_grad: true });
  const wrong = torch.ones(3);
  let refused = 0;
  const y = x.mul(3);
  const handle = y.register_hook((g) => {
    for (let i = 0; i < kMany; ++i) {
      try {
        g.add(wrong);
      } catch {
        refused += 1;
      }
    }
    return g.mul(2);
  });
  y.sum().backward();
  expect(refused).toBe(kMany);
  expect(x.grad!.tolist()).toEqual([6, 6]);

  handle.remove();
  const z = x.mul(3);
  z.register_hook(() => {
    throw new Error('refused');
  });
  const loss = z.sum();
  for (let i = 0; i < kMany; ++i) expect(() => loss.backward({ retain_graph: true })).toThrow('refused');
  expect(x.mul(3).sum().item()).toBe(6);
});

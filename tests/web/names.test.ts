// What a ported script calls: making, converting and turning tensors, reductions in all their forms,
// the less common names; and indexing's far ends.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import fixtures from '../fixtures/names.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

for (const topic of ['creation', 'conversion', 'shape', 'reduction', 'elementwise', 'more', 'ends']) {
  asPyTorch(fixtures, topic);
}

describe('attributes', () => {
  const x = torch.arange(6, { dtype: torch.float32 }).reshape(2, 3);

  test('sizes and layout', () => {
    const t = x.t();
    expect([t.ndim, t.dim(), t.ndimension(), t.numel(), t.nelement(), torch.numel(t)]).toEqual([2, 2, 2, 6, 6, 6]);
    expect([t.stride(), t.stride(-1), x.index(1).storage_offset()]).toEqual([[1, 3], 3, 3]);
    expect([t.is_contiguous(), t.contiguous().is_contiguous()]).toEqual([false, true]);
    expect([t.element_size(), t.itemsize, t.nbytes, t.device]).toEqual([4, 4, 24, 'cpu']);
    expect(x.contiguous()).toBe(x);
    expect(x.cpu()).toBe(x);
    expect(torch.broadcast_shapes([2, 1], [3], [])).toEqual([2, 3]);
    refuses(
      () => x.size(2),
      'IndexError',
      'Dimension out of range (expected to be in range of [-2, 1], but got 2)',
    );
  });

  test('T, mT, H, mH are views', () => {
    const cube = torch.arange(8).reshape(2, 2, 2);
    expect([x.T.shape, x.H.shape, x.mT.shape, x.mH.shape]).toEqual([[3, 2], [3, 2], [3, 2], [3, 2]]);
    expect(cube.T.index(0, 1, 1).item()).toBe(6);
    expect(cube.mT.index(0, 1, 0).item()).toBe(1);
    x.T.index(0, 1).fill_(3);
    expect(x.index(1, 0).item()).toBe(3);
    refuses(() => cube.H, 'RuntimeError', 'tensor.H is only supported on matrices (2-D tensors). Got 3-D tensor.');
    refuses(
      () => x.index(0).mT,
      'RuntimeError',
      'tensor.mT is only supported on matrices or batches of matrices. Got 1-D tensor.',
    );
  });

  test('numpy() copies, and not from under a graph', () => {
    const a = x.clone();
    const array = a.numpy();
    array[0] = 9;
    expect([a.index(0, 0).item(), array.constructor.name]).toEqual([0, 'Float32Array']);
    refuses(
      () => x.clone().requires_grad_().numpy(),
      'RuntimeError',
      "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
    );
  });

  test('data and _version', () => {
    const a = torch.ones(2, { requires_grad: true });
    a.data.mul_(3);
    expect([a.tolist(), a.data.requires_grad]).toEqual([[3, 3], false]);
    const before = a._version;
    torch.no_grad(() => a.add_(1));
    expect(a._version).toBe(before + 1);
  });

  test('truth', () => {
    expect([torch.is_nonzero(torch.tensor(0)), torch.tensor([NaN]).is_nonzero()]).toEqual([false, true]);
    refuses(() => x.is_nonzero(), 'RuntimeError', 'Boolean value of Tensor with more than one value is ambiguous');
    refuses(
      () => torch.is_nonzero(torch.empty(0)),
      'RuntimeError',
      'Boolean value of Tensor with no values is ambiguous',
    );
  });
});

describe('conversion', () => {
  const x = torch.tensor([1.5, -2]);

  test('to() takes a dtype, a tensor, a device, or all by name', () => {
    expect(x.to('cpu')).toBe(x);
    expect(x.to(torch.float32)).toBe(x);
    expect(x.to('cpu', torch.int64).tolist()).toEqual([1, -2]);
    expect(x.to({ dtype: torch.float64, device: 'cpu', non_blocking: true }).dtype).toBe(torch.float64);
    expect(x.to(torch.zeros(1, { dtype: torch.uint8 })).dtype).toBe(torch.uint8);
    const copy = x.to(torch.float32, { copy: true });
    expect([copy === x, copy.tolist()]).toEqual([false, [1.5, -2]]);
    refuses(() => x.to('cuda' as never), 'RuntimeError', "the only device is 'cpu', got 'cuda'");
    refuses(() => x.to(undefined as never), 'TypeError', 'to(): a dtype, tensor or device is missing');
    refuses(() => torch.zeros(2, { device: 'cuda:0' as never }), 'RuntimeError', "the only device is 'cpu', got 'cuda:0'");
    expect(torch.zeros(2, { device: torch.device('cpu') }).device).toBe('cpu');
  });

  test('type() names the kind of tensor, or converts', () => {
    const types = [torch.bool, torch.uint8, torch.int32, torch.int64, torch.float32, torch.float64];
    const names = ['Bool', 'Byte', 'Int', 'Long', 'Float', 'Double'];
    expect(types.map((dtype) => x.type(dtype).type())).toEqual(names.map((name) => `torch.${name}Tensor`));
  });

  test('half() and bfloat16() say that there is none', () => {
    refuses(() => x.half(), 'NotImplementedError', 'half(): float16 is not a dtype here; use float32');
    refuses(() => x.bfloat16(), 'NotImplementedError', 'bfloat16(): bfloat16 is not a dtype here; use float32');
  });

  test('as_tensor() and from_numpy()', () => {
    expect(torch.as_tensor(x)).toBe(x);
    expect(torch.asarray([1n, 2n]).dtype).toBe(torch.int64);
    expect(torch.from_numpy(new Uint8Array([1, 255])).tolist()).toEqual([1, 255]);
    expect(torch.from_numpy(new Int16Array([-1])).dtype).toBe(torch.int32);
    refuses(() => torch.from_numpy([1] as never), 'TypeError', 'from_numpy(): expected a typed array, got object');
  });

  test('a default dtype holds for what is made from numbers', () => {
    torch.set_default_dtype(torch.float64);
    try {
      expect(torch.tensor([1.5]).dtype).toBe(torch.float64);
      expect([torch.zeros(1).dtype, torch.full([1], 2).dtype]).toEqual([torch.float64, torch.float64]);
      expect(torch.tensor([1n]).div(2).dtype).toBe(torch.float64);
    } finally {
      torch.set_default_dtype(torch.float32);
    }
    refuses(
      () => torch.set_default_dtype(torch.int64),
      'TypeError',
      'only floating-point types are supported as the default type',
    );
  });

  test('promotion, limits', () => {
    expect(torch.promote_types(torch.uint8, torch.int32)).toBe(torch.int32);
    expect(torch.promote_types(torch.bool, torch.float64)).toBe(torch.float64);
    expect(torch.result_type(x, 1)).toBe(torch.float32);
    expect(torch.result_type(torch.tensor([1n]), 1.5)).toBe(torch.float32);
    expect([torch.can_cast(torch.float32, torch.int64), torch.can_cast(torch.bool, torch.uint8)]).toEqual([false, true]);
    expect([torch.finfo(torch.float64).eps, torch.finfo().max]).toEqual([2 ** -52, 3.4028234663852886e38]);
    expect([torch.iinfo(torch.int64).max, torch.iinfo(torch.uint8).bits]).toEqual([2n ** 63n - 1n, 8]);
  });
});

describe('in place', () => {
  // Those with rows of their own, whose arguments are indices, masks or dimensions.
  const apart = /^(index|scatter|masked|put|fill|squeeze|unsqueeze|transpose|swap|t_|detach|bernoulli|dropout|requires)/;
  type Method = (...args: unknown[]) => torch.Tensor;
  const methods = torch.Tensor.prototype as unknown as Record<string, Method>;
  const names = Object.getOwnPropertyNames(methods).filter(
    (name) => name.endsWith('_') && name.slice(0, -1) in methods && !apart.test(name),
  );
  const square = (values: number[], dtype: torch.dtype) => torch.tensor(values, { dtype }).reshape(2, 2);
  const operands = [
    [square([0.2, 0.4, 0.6, 0.8], torch.float32), square([0.5, 0.3, 0.7, 0.4], torch.float32)],
    [square([6, 5, 0, 3], torch.int64), square([1, 2, 1, 1], torch.int64)],
    [square([6, 5, 0, 3], torch.float32).reshape(1, 2, 2), square([1, 2, 1, 1], torch.float32).reshape(1, 2, 2)],
    [torch.tensor([3, 4]), square([1, 2, 1, 1], torch.float32)],
  ] as const;

  test('there are many', () => expect(names.length).toBeGreaterThan(90));

  test.each(names)('%s writes what the op without it gives, and returns x', (name) => {
    const refused: string[] = [];
    for (const [x, y] of operands) {
      const v = y.reshape(-1).narrow(0, 0, 2);
      const batch = y.unsqueeze(0);
      for (const args of [[], [y], [y, y], [0], [y, 0.5], [y, v], [v, v], [batch, batch]]) {
        try {
          const due = methods[name.slice(0, -1)]!.call(x, ...args);
          if (String(due.shape) !== String(x.shape)) continue;
          const written = x.clone();
          expect(methods[name]!.call(written, ...args)).toBe(written);
          expect(written.tolist()).toEqual(due.to(x.dtype).tolist());
          return;
        } catch (error) {
          if (!(error instanceof torch.TorchError)) throw error;
          refused.push(error.message);
        }
      }
    }
    throw new Error(`no arguments fit: ${refused.join('; ')}`);
  });
});

describe('turning in place', () => {
  test('x itself changes its sizes, and its gradient finds the way', () => {
    const leaf = torch.ones(2, 3, { requires_grad: true });
    const x = leaf.mul(2);
    expect(x.t_()).toBe(x);
    expect(x.shape).toEqual([3, 2]);
    x.unsqueeze_(0).mul_(torch.arange(6).reshape(1, 3, 2)).sum().backward();
    expect(leaf.grad!.tolist()).toEqual([[0, 4, 8], [2, 6, 10]]);
  });

  test('the elements stay where they are', () => {
    const x = torch.zeros(2, 3);
    const row = x.index(0);
    x.transpose_(0, 1).index(2, 0).fill_(5);
    expect(row.tolist()).toEqual([0, 0, 5]);
  });

  test('a view turns too, within a graph', () => {
    const leaf = torch.ones(2, 2, { requires_grad: true });
    const y = leaf.mul(1);
    const v = y.index(':', '1:').squeeze_(1);
    y.mul_(torch.tensor([[1, 2], [3, 4]]));
    v.mul_(10);
    y.sum().backward();
    expect(leaf.grad!.tolist()).toEqual([[1, 20], [3, 40]]);
    expect(v.tolist()).toEqual([20, 40]);
  });

  test('a leaf that requires grad refuses', () => {
    const leaf = torch.ones(2, 3, { requires_grad: true });
    refuses(() => leaf.t_(), 'RuntimeError', 'a leaf Variable that requires grad is being used in an in-place operation.');
    expect(leaf.shape).toEqual([2, 3]);
  });
});

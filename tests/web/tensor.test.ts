// The Tensor class: layout, values, lifetime, autograd.
import * as torch from 'alphatorch';
import type { TypedArray } from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const released =
  'the tensor was released (by dispose() or using, or at the end of the scope it was made in: a forward, ' +
  'a loss, a tidy(), a turn of a data loader); torch.keep(x) keeps x beyond its scope';

test('layout', () => {
  const x = torch.zeros(2, 3, 4);
  expect(x.shape).toEqual([2, 3, 4]);
  expect(Object.isFrozen(x.shape)).toBe(true);
  expect(x.size()).toEqual([2, 3, 4]);
  expect([x.size(0), x.size(-1)]).toEqual([2, 4]);
  expect([x.ndim, x.dim(), x.numel()]).toEqual([3, 3, 24]);
  expect(x.stride()).toEqual([12, 4, 1]);
  expect(x.stride(-2)).toBe(4);
  expect(x.T.shape).toEqual([4, 3, 2]);
  expect(x.mT.shape).toEqual([2, 4, 3]);
  expect(x.mT.is_contiguous()).toBe(false);
  expect(x.select(0, 1).storage_offset()).toBe(12);
  expect([x.device, x.element_size(), String(x.dtype)]).toEqual(['cpu', 4, 'torch.float32']);
  refuses(
    () => x.size(3),
    'IndexError',
    'Dimension out of range (expected to be in range of [-3, 2], but got 3)',
  );
  refuses(
    () => torch.tensor(1).size(0),
    'IndexError',
    'Dimension specified as 0 but tensor has no dimensions',
  );
  refuses(
    () => torch.zeros(3).mT,
    'RuntimeError',
    'tensor.mT is only supported on matrices or batches of matrices. Got 1-D tensor.',
  );
});

test('item, tolist and toArray', () => {
  expect(torch.tensor(2.5).item()).toBe(2.5);
  expect(torch.tensor([[3]]).item()).toBe(3);
  expect(torch.tensor(true).item<boolean>()).toBe(true);
  expect(torch.tensor(5n).item()).toBe(5);
  expect(torch.tensor(2n ** 60n + 1n).item<bigint>()).toBe(2n ** 60n + 1n);
  expect(torch.tensor(-(2n ** 53n)).item<bigint>()).toBe(-(2n ** 53n));
  expect(torch.tensor(NaN).item()).toBeNaN();
  expect(Object.is(torch.tensor(-0).item(), -0)).toBe(true);
  refuses(
    () => torch.zeros(2).item(),
    'RuntimeError',
    'a Tensor with 2 elements cannot be converted to Scalar',
  );
  expect(torch.arange(6).reshape(2, 3).t().tolist()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  expect(torch.tensor([true, false]).tolist()).toEqual([true, false]);
  expect(torch.tensor([1n, 2n ** 60n]).tolist()).toEqual([1, 2n ** 60n]);
  const safe = Number.MAX_SAFE_INTEGER, edges = [-1, 0, -(2 ** 32), safe, -safe, 2n ** 53n, -(2n ** 53n), -(2n ** 63n)];
  expect(torch.tensor(edges.map(BigInt)).tolist()).toEqual(edges);
  for (const [size, lists] of [[[], 0], [[0], []], [[2, 0], [[], []]], [[0, 2], []], [[2, 0, 3], [[], []]], [[1, 2, 0], [[[], []]]]] as const) {
    expect(torch.zeros(size).tolist()).toEqual(lists);
  }
  expect(torch.arange(12).reshape(2, 3, 2).tolist()).toEqual([[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]);
  expect(torch.zeros(2, 0, 3).tolist()).toEqual([[], []]);
  expect(torch.tensor(4).tolist()).toBe(4);
  const arrays: [torch.dtype, TypedArray][] = [
    [torch.bool, Uint8Array.of(0, 1)],
    [torch.uint8, Uint8Array.of(0, 1)],
    [torch.int32, Int32Array.of(0, 1)],
    [torch.int64, BigInt64Array.of(0n, 1n)],
    [torch.float32, Float32Array.of(0, 1)],
    [torch.float64, Float64Array.of(0, 1)],
  ];
  for (const [dtype, due] of arrays)
    expect(torch.tensor([0, 1], { dtype }).toArray<TypedArray>()).toEqual(due);
  const copy = torch.zeros(2);
  copy.toArray()[0] = 5;
  expect(copy.tolist()).toEqual([0, 0]);
});

test('iterating gives the slices of dimension 0', () => {
  expect([...torch.arange(4).reshape(2, 2)].map((row) => row.tolist())).toEqual([
    [0, 1],
    [2, 3],
  ]);
  refuses(() => [...torch.tensor(1)], 'TypeError', 'iteration over a 0-d tensor');
});

test('dtypes convert; the same dtype gives the tensor itself', () => {
  const x = torch.tensor([-1.7, 0, 2.9]);
  expect(x.to(torch.float32) === x).toBe(true);
  expect(x.to(torch.float32, { copy: true }) === x).toBe(false);
  expect(x.long().tolist()).toEqual([-1, 0, 2]);
  expect(x.int().dtype).toBe(torch.int32);
  expect(x.bool().tolist()).toEqual([true, false, true]);
  expect(x.double().dtype).toBe(torch.float64);
  expect(x.float() === x).toBe(true);
  expect(x.type_as(x.long()).dtype).toBe(torch.int64);
  expect([torch.int, torch.long, torch.float, torch.double].map(String)).toEqual([
    'torch.int32',
    'torch.int64',
    'torch.float32',
    'torch.float64',
  ]);
  refuses(
    () => x.to('float' as never),
    'RuntimeError',
    "the only device is 'cpu', got 'float'",
  );
});

test('views share elements', () => {
  const x = torch.zeros(2, 3);
  x.select(0, 1).fill_(5);
  x.t().select(0, 0).add_(1);
  expect(x.tolist()).toEqual([
    [1, 0, 0],
    [6, 5, 5],
  ]);
  expect(x._version).toBe(2);
  expect(x.detach()._version).toBe(2);
});

test('a released tensor says so; disposing again does not', () => {
  const x = torch.ones(2);
  const y = x.view(1, 2);
  x.dispose();
  x.dispose();
  expect(x.is_disposed).toBe(true);
  for (const use of [
    () => x.shape,
    () => x.item(),
    () => torch.selu(x),
    () => y.add(x),
    () => x.add_(1),
    () => torch.cat([y, x]),
  ]) {
    refuses(use, 'RuntimeError', released);
  }
  expect(y.tolist(), 'a view keeps what it needs').toEqual([[1, 1]]);
  y[Symbol.dispose]();
  expect(y.is_disposed).toBe(true);
});

test('tidy releases what was made, but not what is returned, kept or a parameter', () => {
  const before = torch.memory().live_tensors;
  const kept: torch.Tensor[] = [];
  const [a, { b }, inner, parameter] = torch.tidy(() => {
    const x = torch.ones(3);
    kept.push(torch.keep(x.add(1)), x.add(2));
    const inner = torch.tidy(() => x.mul(3));
    return [x.mul(2), { b: new Map([[1, x.add(5)]]) }, inner, new torch.nn.Parameter(x)] as const;
  });
  expect(a.tolist()).toEqual([2, 2, 2]);
  expect(b.get(1)!.tolist()).toEqual([6, 6, 6]);
  expect(inner.tolist()).toEqual([3, 3, 3]);
  expect(parameter.tolist()).toEqual([1, 1, 1]);
  expect(kept[0]!.tolist()).toEqual([2, 2, 2]);
  refuses(() => kept[1]!.tolist(), 'RuntimeError', released);
  for (const x of [a, b.get(1)!, inner, parameter, kept[0]!]) x.dispose();
  expect(torch.memory().live_tensors).toBe(before);
});

test('tidy releases also when its function throws', () => {
  const before = torch.memory().live_tensors;
  const failing = () =>
    torch.tidy(() => {
      torch.ones(3).add(1);
      throw new Error('stop');
    });
  expect(failing).toThrow('stop');
  expect(torch.memory().live_tensors).toBe(before);
});

test('an asynchronous tidy ends when its promise settles, and touches nothing of others', async () => {
  const before = torch.memory().live_tensors;
  let early!: torch.Tensor;
  const running = torch.tidy(async () => {
    early = torch.ones(2);
    await Promise.resolve();
    return early.add(1);
  });
  const others = torch.zeros(1);
  expect(early.is_disposed).toBe(false);
  const result = await running;
  expect(early.is_disposed).toBe(true);
  expect(result.tolist()).toEqual([2, 2]);
  expect(others.tolist()).toEqual([0]);
  result.dispose();
  others.dispose();
  const failing = torch.tidy(async () => {
    torch.ones(2);
    await Promise.resolve();
    throw new Error('stop');
  });
  await expect(failing).rejects.toThrow('stop');
  expect(torch.memory().live_tensors).toBe(before);
});

test('a training loop in tidy holds no more memory at its end than at its start', () => {
  const w = torch.ones([50, 50], { requires_grad: true });
  const step = () =>
    torch.tidy(() => {
      const loss = torch.selu(w.matmul(w)).sum();
      w.grad = null;
      loss.backward();
      torch.no_grad(() => w.sub_(w.grad!, { alpha: 1e-4 }));
      return loss.item();
    });
  step();
  const { live_tensors, live_bytes } = torch.memory();
  for (let i = 0; i < 50; ++i) step();
  expect(torch.memory().live_tensors).toBe(live_tensors);
  expect(torch.memory().live_bytes).toBe(live_bytes);
});

test('backward fills grad, the same object until it is replaced', () => {
  const x = torch.tensor([1, 2, 3], { requires_grad: true });
  expect(x.grad).toBeNull();
  x.mul(x).sum().backward();
  expect(x.grad!.tolist()).toEqual([2, 4, 6]);
  expect(x.grad === x.grad).toBe(true);
  x.sum().backward();
  expect(x.grad!.tolist()).toEqual([3, 5, 7]);
  x.grad!.dispose();
  expect(x.grad!.tolist()).toEqual([3, 5, 7]);
  x.grad = null;
  expect(x.grad).toBeNull();
  x.grad = torch.ones(3);
  x.sum().backward();
  expect(x.grad.tolist()).toEqual([2, 2, 2]);
  refuses(
    () => (x.grad = torch.ones(2)),
    'RuntimeError',
    'assigned grad has data of a different size',
  );
  refuses(
    () => (x.grad = torch.ones(3).double()),
    'RuntimeError',
    'assigned grad has data of a different type',
  );
});

test('gradient, retain_graph and create_graph, by position and by name', () => {
  const x = torch.tensor([1, 2], { requires_grad: true });
  const y = x.pow(3);
  y.backward(torch.tensor([1, 10]), { retain_graph: true });
  expect(x.grad!.tolist()).toEqual([3, 120]);
  x.grad = null;
  y.backward({ gradient: torch.ones(2), create_graph: true });
  const first = x.grad!;
  x.grad = null;
  first.sum().backward();
  expect(x.grad!.tolist()).toEqual([6, 12]);

  const [g] = torch.autograd.grad(x.pow(2).sum(), x, { create_graph: true });
  expect(g!.tolist()).toEqual([2, 4]);
  expect(g!.requires_grad).toBe(true);
  const other = torch.ones([1], { requires_grad: true });
  expect(torch.autograd.grad(x.sum(), [other], { allow_unused: true })).toEqual([null]);
});

test('leaves, grad_fn and grad mode', () => {
  const x = torch.ones([2], { requires_grad: true });
  const y = torch.selu(x);
  expect([x.is_leaf, y.is_leaf]).toEqual([true, false]);
  expect([x.grad_fn, y.grad_fn!.name()]).toEqual([null, 'EluBackward0']);
  expect(torch.is_grad_enabled()).toBe(true);
  torch.no_grad(() => {
    expect(torch.is_grad_enabled()).toBe(false);
    expect(x.add(1).requires_grad).toBe(false);
    expect(torch.enable_grad(() => x.add(1)).requires_grad).toBe(true);
  });
  expect(() =>
    torch.no_grad(() => {
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(torch.is_grad_enabled()).toBe(true);
  const mode = torch.set_grad_enabled(false);
  expect(x.add(1).requires_grad).toBe(false);
  mode[Symbol.dispose]();
  mode[Symbol.dispose]();
  expect(torch.is_grad_enabled()).toBe(true);
  expect(x.detach().requires_grad).toBe(false);
  expect(x.requires_grad_(false).requires_grad).toBe(false);
});

test('data is the elements without history', () => {
  const x = torch.ones([2], { requires_grad: true });
  expect(x.data.requires_grad).toBe(false);
  x.data = torch.zeros(3, 1);
  expect(x.shape).toEqual([3, 1]);
  expect(x.requires_grad).toBe(true);
});

test('operators of JavaScript see the one element', () => {
  const loss: any = torch.tensor(0.5, { requires_grad: true });
  let total = 1;
  total += loss;
  expect([total, loss < 1, loss > 1, Math.max(loss, 2), isNaN(loss), loss * 2]).toEqual([1.5, true, false, 2, false, 1]);
  const [count, truth, large]: any[] = [torch.tensor([[3n]]), torch.tensor([true]), torch.tensor([2n ** 60n])];
  expect([count + 1, +count, truth == true, large + 1n]).toEqual([4, 3, true, 2n ** 60n + 1n]);
  expect([`${loss}`, String(loss), `loss: ${count}`]).toEqual([
    'tensor(0.5000, requires_grad=True)',
    'tensor(0.5000, requires_grad=True)',
    'loss: tensor([[3]])',
  ]);
});

test('of more elements, or none, they are refused, but for text', () => {
  const two: any = torch.ones(2);
  const none: any = torch.ones(0);
  expect('two: ' + two).toBe('two: tensor([1., 1.])');
  refuses(() => two < 1, 'RuntimeError', 'a Tensor with 2 elements cannot be converted to Scalar');
  refuses(() => two * 2, 'RuntimeError', 'a Tensor with 2 elements cannot be converted to Scalar');
  refuses(() => +none, 'RuntimeError', 'a Tensor with 0 elements cannot be converted to Scalar');
  two.dispose();
  expect('two: ' + two).toBe('two: tensor(released)');
  refuses(() => two < 1, 'RuntimeError', released);
});

test('JSON holds the elements', () => {
  const state = { w: torch.tensor([[1, 2.5]]), n: torch.tensor(3n), b: torch.tensor([true]), x: torch.tensor([NaN]) };
  expect(JSON.stringify(state)).toBe('{"w":[[1,2.5]],"n":3,"b":[true],"x":[null]}');
});

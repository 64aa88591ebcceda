// Anomaly mode, inference mode, and what may be done to flags and gradients.
import * as torch from 'alphatorch';
import { afterEach, expect, test } from 'vitest';
import { refuses } from './refuses.js';

const leaf = (...values: number[]) => torch.tensor(values, { requires_grad: true });
const { detect_anomaly, set_detect_anomaly } = torch.autograd;

afterEach(() => {
  torch.onwarning(null);
  set_detect_anomaly(false);
});

test('the backward that makes the first NaN is named, and where its forward was called', () => {
  const warnings: string[] = [];
  torch.onwarning((text) => void warnings.push(text));
  const x = leaf(0);
  function theCulprit() {
    return x.sqrt();
  }
  refuses(
    () => detect_anomaly(() => theCulprit().mul(0).sum().backward()),
    'RuntimeError',
    "Function 'SqrtBackward0' returned nan values in its 0th output.",
  );
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^Error detected in SqrtBackward0\. Traceback of forward call that caused the error:\n/);
  expect(warnings[0]).toContain('theCulprit');
  expect(x.grad).toBe(null);
  // Off again: NaN goes through.
  x.sqrt().mul(0).sum().backward();
  expect(x.grad!.item()).toBeNaN();
});

test('the forward that makes the first NaN is named, and the infinity before it', () => {
  const x = leaf(1000);
  refuses(
    () =>
      detect_anomaly(() => {
        const e = x.exp();
        return e.sub(e);
      }),
    'RuntimeError',
    "Function 'SubBackward0' returned nan values in its forward, of inputs that had none. Before it, 'ExpBackward0' made inf of finite values.",
  );
  refuses(
    () => detect_anomaly(() => torch.tensor([-1]).log()),
    'RuntimeError',
    "Function 'LogBackward0' returned nan values in its forward, of inputs that had none.",
  );
  // NaN that was given, and infinities that stay infinities, are no one's fault.
  detect_anomaly(() => torch.tensor([NaN]).log().add(1));
  detect_anomaly(() => leaf(0).log().sum().backward());
});

test('the mode ends with its stretch, and check_nan can be off', () => {
  expect(torch.is_anomaly_enabled()).toBe(false);
  detect_anomaly(() => expect(torch.is_anomaly_enabled()).toBe(true));
  expect(() =>
    detect_anomaly(() => {
      throw new Error('mine');
    }),
  ).toThrow('mine');
  expect(torch.is_anomaly_enabled()).toBe(false);
  const mode = set_detect_anomaly(true, false);
  expect(torch.tensor([-1]).log().item()).toBeNaN();
  mode[Symbol.dispose]();
  expect(torch.is_anomaly_enabled()).toBe(false);
});

test('anomaly mode leaves nothing behind', () => {
  const x = leaf(1, 2);
  const before = { ...torch.memory(), peak_bytes: 0 };
  torch.tidy(() => detect_anomaly(() => x.mul(x).exp().sum().backward()));
  x.grad = null;
  expect({ ...torch.memory(), peak_bytes: 0 }).toEqual(before);
});

test('inference mode: no graph now, nor later', () => {
  const x = leaf(1, 2);
  const y = torch.inference_mode(() => {
    expect([torch.is_inference_mode_enabled(), torch.is_grad_enabled()]).toEqual([true, false]);
    expect(x.view(1, 2).is_inference()).toBe(false);
    torch.inference_mode(false, () => expect(x.mul(2).requires_grad).toBe(true));
    return x.mul(2);
  });
  expect([torch.is_inference_mode_enabled(), torch.is_grad_enabled()]).toEqual([false, true]);
  expect([y.requires_grad, y.is_inference(), y.view(2, 1).is_inference(), y.mul(2).is_inference()]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  refuses(
    () => x.mul(y),
    'RuntimeError',
    'Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.',
  );
  refuses(
    () => y.requires_grad_(),
    'RuntimeError',
    'Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.',
  );
  expect(() => y.mul_(2)).toThrow(/^Inplace update to inference tensor outside InferenceMode is not allowed\./);
  expect(torch.inference_mode(() => y.mul_(2)).tolist()).toEqual([4, 8]);
  expect(x.mul(y.clone()).requires_grad).toBe(true);
});

test('detach_, requires_grad_ and assigning grad follow PyTorch’s rules', () => {
  const x = leaf(1, 2);
  const y = x.mul(2);
  const v = y.view(2, 1);
  expect(() => v.detach_()).toThrow(/^Can't detach views in-place\. Use detach\(\) instead\./);
  expect(y.detach_()).toBe(y);
  expect([y.requires_grad, y.is_leaf, y.grad_fn]).toEqual([false, true, null]);
  refuses(
    () => (x.mul(2).requires_grad = false),
    'RuntimeError',
    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
  );
  refuses(
    () => torch.tensor([1], { dtype: torch.int64 }).requires_grad_(),
    'RuntimeError',
    'only Tensors of floating point dtype can require gradients',
  );
  refuses(() => (x.grad = x), 'RuntimeError', "can't assign Variable as its own grad");
  refuses(() => (x.grad = torch.ones(3)), 'RuntimeError', 'assigned grad has data of a different size');
  refuses(() => (x.grad = torch.ones(2).double()), 'RuntimeError', 'assigned grad has data of a different type');
});

test('a chain of ops made here is linear in its length, forward, backward and teardown', () => {
  const time = (length: number) => {
    const x = leaf(1);
    const start = performance.now();
    torch.tidy(() => {
      let y = x.mul(1);
      for (let i = 0; i < length; ++i) {
        const next = y.add(1);
        y.dispose();
        y = next;
      }
      y.sum().backward();
    });
    expect(x.grad!.item()).toBe(1);
    return performance.now() - start;
  };
  time(50_000); // to warm up
  // Four times as long; sixteen times would be quadratic. A busy machine stretches one run, not three.
  let ratio = Infinity;
  for (let chance = 3; chance > 0 && ratio >= 9; --chance) ratio = (1 / time(250_000)) * time(1_000_000);
  expect(ratio).toBeLessThan(9);
});

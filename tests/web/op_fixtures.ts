// Runs the cases that fixtures/cases.py prints: values, dtypes, gradients and errors of PyTorch.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

type Tensor = torch.Tensor;

interface Entry {
  shape: number[];
  dtype: string;
  values: (number | string | boolean)[];
}
interface Argument {
  tensor?: Entry;
  list?: Argument[];
  dtype?: string;
  plain?: unknown;
}
interface Call {
  topic: string;
  op: string;
  args: Argument[];
  options: Record<string, Argument>;
}
interface Case extends Call {
  results: Entry[];
  grads: (Entry | null)[] | null;
}
interface Refusal extends Call {
  error: string;
  message: string;
}

const special: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 };
const value = (v: unknown) => (typeof v === 'string' && v in special ? special[v]! : v);
const dtypeOf = (name: string) => (torch as unknown as Record<string, torch.dtype>)[name]!;

const tensorOf = ({ shape, dtype, values }: Entry): Tensor =>
  torch.tensor(values.map(value) as number[], { dtype: dtypeOf(dtype) }).reshape(shape).clone();

/** What JavaScript passes, its floating tensors collected as `leaves`. */
function given({ tensor, list, dtype, plain }: Argument, leaves?: Tensor[]): unknown {
  if (dtype) return dtypeOf(dtype);
  if (list) return list.map((inner) => given(inner, leaves));
  if (!tensor) return Array.isArray(plain) ? plain : value(plain);
  const x = tensorOf(tensor);
  if (leaves && x.dtype.is_floating_point) leaves.push(x);
  return x;
}

/** Few ulp of the largest value; float64 is printed with nine digits. */
function near(found: Tensor, due: Entry, what: string): void {
  expect(found.shape, `${what}: shape`).toEqual(due.shape);
  expect(String(found.dtype), `${what}: dtype`).toBe(`torch.${due.dtype}`);
  const values = found.detach().reshape(-1).tolist<(number | boolean)[]>().map(Number);
  const expected = due.values.map((v) => Number(value(v)));
  const finite = expected.filter(Number.isFinite).map(Math.abs);
  const scale = Math.max(1e-6, ...finite);
  values.forEach((v, i) => {
    const e = expected[i]!;
    const text = `${what}: [${values.join(', ')}] for [${expected.join(', ')}]`;
    if (Number.isFinite(e)) expect(Math.abs(v - e), text).toBeLessThanOrEqual(4e-6 * scale);
    else expect(v, text).toBe(e);
  });
}

/** How many tensors JavaScript holds. */
function held(): number {
  let count = 0;
  torch._trace(
    () => torch.tensor(0).dispose(),
    ({ core }) => (count = core.held_count()),
  );
  return count;
}

/** What `f` returns, having seen that it leaves no other tensor behind. */
function tidily<R>(inputs: readonly unknown[], f: () => R): R {
  const before = held();
  const outcome = f();
  const fresh = new Set([outcome].flat().filter((y) => y instanceof torch.Tensor && !inputs.includes(y)));
  expect(held() - before - fresh.size, 'tensors left behind').toBe(0);
  return outcome;
}

/** Calls what `op` names under torch, else a method; one that writes has a clone to write to. */
function outcomeOf({ op, args, options }: Call, leaves: Tensor[], grads: boolean) {
  const positional = args.map((argument) => given(argument, leaves));
  if (grads) for (const leaf of leaves) leaf.requires_grad_();
  const named = Object.fromEntries(
    Object.entries(options).map(([name, argument]) => [name, given(argument)]),
  );
  const rest = Object.keys(named).length > 0 ? [named] : [];
  type Owner = Record<string, (...args: unknown[]) => Tensor | Tensor[]>;
  let owner: unknown = torch;
  const path = op.split('.');
  for (const part of path.slice(0, -1)) owner = (owner as Record<string, unknown>)[part];
  const last = path.at(-1)!;
  if (!op.endsWith('_') && typeof (owner as Owner)[last] === 'function') {
    return tidily(positional.flat(), () => (owner as Owner)[last]!(...positional, ...rest));
  }
  const self = positional.shift() as Tensor;
  const target = op.endsWith('_') ? self.clone() : self;
  return tidily([target], () => (target as unknown as Owner)[last]!(...positional, ...rest));
}

function run(c: Case): void {
  const { results, grads } = c;
  const leaves: Tensor[] = [];
  const outcome = outcomeOf(c, leaves, grads !== null);
  const found = Array.isArray(outcome) ? outcome : [outcome];
  expect(found.length).toBe(results.length);
  results.forEach((due, i) => near(found[i]!, due, `result ${i}`));
  if (!grads) return;
  const totals = found
    .filter((y) => y.requires_grad)
    .map((y) => {
      const seed = torch.cos(torch.arange(y.numel(), { dtype: y.dtype })).reshape(y.shape);
      return y.mul(seed).sum();
    });
  torch.autograd.backward(totals);
  grads.forEach((due, i) => {
    // Where nothing depends on an input, no gradient stands for PyTorch's zeros.
    const { grad } = leaves[i]!;
    if (due && grad) near(grad, due, `gradient ${i}`);
    else expect([grad, due?.values.every((v) => Number(v) === 0) ?? true], `gradient ${i}`).toEqual([null, true]);
  });
}

const called = ({ op, args, options }: Call): string => {
  const texts = args.map((a) =>
    a.tensor ? `[${a.tensor.shape.join(', ')}]` : String(a.plain ?? '…'),
  );
  return `${op} ${texts.join(' ')} ${Object.keys(options).join(' ')}`;
};

/** A test for each case of a topic, and for each error. */
export function asPyTorch(fixtures: { cases: unknown[]; refusals?: unknown[] }, topic: string): void {
  const of = <T extends Call>(all: unknown[] = []) => (all as T[]).filter((c) => c.topic === topic);
  const cases = of<Case>(fixtures.cases);
  const refusals = of<Refusal>(fixtures.refusals);
  test(`${topic}: there are cases`, () => {
    expect(cases.length + refusals.length).toBeGreaterThan(20);
  });
  cases.forEach((c, i) => test(`${i} ${called(c)}`, () => torch.tidy(() => run(c))));
  refusals.forEach((c, i) =>
    test(`${i} ${called(c)} is refused`, () => {
      const error = new Set(['IndexError', 'TypeError', 'ValueError']).has(c.error)
        ? c.error
        : 'RuntimeError';
      torch.tidy(() => refuses(() => outcomeOf(c, [], false), error, c.message));
    }),
  );
}

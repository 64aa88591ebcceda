// ModuleDict, ParameterDict, ParameterList, and torch.nn.utils.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;

test('ModuleDict: entries are children in order', () => {
  const dict = new nn.ModuleDict({ a: new nn.Linear(1, 2), b: new nn.SELU() });
  dict.update([['c', new nn.ReLU()]]);
  expect([...dict.keys()]).toEqual(['a', 'b', 'c']);
  expect([...dict]).toEqual(['a', 'b', 'c']);
  expect(dict.length).toBe(3);
  expect(dict.has('b')).toBe(true);
  expect(dict.has('train')).toBe(false);
  expect(dict.get('a')).toBe(dict.a);
  expect([...dict.named_parameters()].map(([name]) => name)).toEqual(['a.weight', 'a.bias']);
  expect(dict.pop('b')).toBeInstanceOf(nn.SELU);
  expect(`${dict}`).toBe(
    'ModuleDict(\n  (a): Linear(in_features=1, out_features=2, bias=True)\n  (c): ReLU()\n)',
  );
  refuses(() => dict.get('b'), 'KeyError', "'b'");
  refuses(
    () => dict.set('train', new nn.ReLU()),
    'KeyError',
    "attribute 'train' already exists",
  );
  dict.clear();
  expect(dict.length).toBe(0);
});

test('ParameterDict and ParameterList make parameters of tensors', () => {
  const dict = new nn.ParameterDict({ w: torch.zeros(2) });
  expect(dict.get('w')).toBeInstanceOf(nn.Parameter);
  const list = new nn.ParameterList([torch.zeros(2), new nn.Parameter(torch.ones(3))]);
  expect(list.length).toBe(2);
  expect(list.at(-1).shape).toEqual([3]);
  expect([...list.parameters()].every((p) => p.requires_grad)).toBe(true);
  expect(Object.keys(list.state_dict())).toEqual(['0', '1']);
  refuses(() => list.at(2), 'IndexError', 'index 2 is out of range');
});

function withGradients(...grads: number[][]): torch.nn.Parameter[] {
  return grads.map((grad) => {
    const parameter = new nn.Parameter(torch.zeros(grad.length));
    parameter.grad = torch.tensor(grad);
    return parameter;
  });
}

test('clip_grad_norm_ scales all gradients together', () => {
  const parameters = withGradients([3, 0], [0, 4]);
  parameters.push(new nn.Parameter(torch.zeros(1)));
  expect(nn.utils.clip_grad_norm_(parameters, 1).item()).toBe(5);
  const factor = Math.fround(1 / Math.fround(5 + 1e-6));
  expect(parameters[0]!.grad!.tolist()).toEqual([Math.fround(3 * factor), 0]);
  expect(parameters[1]!.grad!.tolist()).toEqual([0, Math.fround(4 * factor)]);
  const small = withGradients([0.3], [0.4]);
  expect(nn.utils.clip_grad_norm_(small, 1).item()).toBeCloseTo(0.5, 6);
  expect(small[0]!.grad!.tolist()).toEqual([Math.fround(0.3)]);
  expect(nn.utils.clip_grad_norm_(withGradients([1, -7], [2]), 1, Infinity).item()).toBe(7);
  expect(nn.utils.clip_grad_norm_([], 1).item()).toBe(0);
  refuses(
    () => nn.utils.clip_grad_norm_(withGradients([NaN]), 1, { error_if_nonfinite: true }),
    'RuntimeError',
    'The total norm of order 2.0 for gradients from `parameters` is non-finite, so it cannot be clipped. ' +
      'To disable this error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`',
  );
  refuses(
    () => nn.utils.clip_grad_norm_(new nn.Tanh() as never, 1),
    'TypeError',
    'expected Tensors or an iterable of them, got Tanh',
  );
});

test('clip_grad_value_ limits every element', () => {
  const parameters = withGradients([3, -0.5, -Infinity]);
  nn.utils.clip_grad_value_(parameters, 1);
  expect(parameters[0]!.grad!.tolist()).toEqual([1, -0.5, -1]);
});

test('parameters to a vector and back', () => {
  const model = new nn.Linear(2, 3);
  const vector = nn.utils.parameters_to_vector(model.parameters());
  expect(vector.shape).toEqual([9]);
  nn.utils.vector_to_parameters(torch.arange(9).to(torch.float32), model.parameters());
  expect(model.weight.tolist()).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(model.bias!.tolist()).toEqual([6, 7, 8]);
  refuses(
    () => nn.utils.vector_to_parameters(torch.zeros(3), model.parameters()),
    'RuntimeError',
    'vector_to_parameters: the vector needs 9 elements, got [3]',
  );
});

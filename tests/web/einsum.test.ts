// einsum and the other products.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/breadth.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

asPyTorch(fixtures, 'products');

test('operands as a list; three of them', () => {
  const [a, b, c] = [torch.randn(2, 3), torch.randn(3, 4), torch.randn(4, 2)];
  const due = a.mm(b).mm(c);
  expect(torch.allclose(torch.einsum('ij,jk,kl', [a, b, c]), due, { atol: 1e-5 })).toBe(true);
  expect(torch.allclose(torch.chain_matmul(a, b, c), due, { atol: 1e-5 })).toBe(true);
});

test('einsum refuses in PyTorch’s words', () => {
  const [a, b] = [torch.ones(2, 3), torch.ones(3, 4)];
  const says = (message: string, f: () => unknown) => refuses(f, 'RuntimeError', `einsum(): ${message}`);
  says('must provide at least one operand', () => torch.einsum('ij', []));
  says('fewer operands were provided than specified in the equation', () => torch.einsum('ij,jk', a));
  says('more operands were provided than specified in the equation', () => torch.einsum('ij', a, b));
  says('invalid subscript given at index 1 in the equation string, subscripts must be in [a-zA-Z]', () =>
    torch.einsum('i1->i', a),
  );
  says("found '.' for operand 0 that is not part of any ellipsis", () => torch.einsum('i.j', a));
  says("found '.' for operand 0 for which an ellipsis was already found", () => torch.einsum('......', a));
  says(
    'the number of subscripts in the equation (1) does not match the number of dimensions (2) for operand 0 and no ellipsis was given',
    () => torch.einsum('i', a),
  );
  says(
    'the number of subscripts in the equation (3) is more than the number of dimensions (2) for operand 0',
    () => torch.einsum('...ijk', a),
  );
  says('output subscript i appears more than once in the output', () => torch.einsum('ij->ii', a));
  says('output subscript k does not appear in the equation for any input operand', () =>
    torch.einsum('ij->k', a),
  );
  says("subscript i is repeated for operand 0 but the sizes don't match, 3 != 2", () => torch.einsum('ii', a));
  says('subscript j has size 2 for operand 1 which does not broadcast with previously seen size 3', () =>
    torch.einsum('ij,jk', a, a),
  );
});

test('beta = 0 ignores the input, NaN included, and gives it a gradient of zeros', () => {
  const [a, b] = [torch.ones(1, 2, 2).requires_grad_(), torch.eye(2).unsqueeze(0)];
  const x = torch.full([2], NaN).requires_grad_();
  const both = { baddbmm: torch.baddbmm(x, a, b, { beta: 0 }), addmm: torch.addmm(x, a.select(0, 0), b.select(0, 0), { beta: 0 }) };
  for (const y of Object.values(both)) {
    expect(y.view(2, 2).tolist()).toEqual([[1, 1], [1, 1]]);
    x.grad = null;
    a.grad = null;
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual([0, 0]);
    expect(a.grad!.tolist()).toEqual([[[1, 1], [1, 1]]]);
  }
});

test('the others too', () => {
  refuses(
    () => torch.tensordot(torch.ones(2, 3), torch.ones(4, 2), 1),
    'RuntimeError',
    'contracted dimensions need to match, but first has size 3 in dim -1 and second has size 4 in dim 0',
  );
  refuses(
    () => torch.baddbmm(torch.ones(3, 2), torch.ones(1, 2, 2), torch.ones(1, 2, 2)),
    'RuntimeError',
    'The expanded size of the tensor (2) must match the existing size (3) at non-singleton dimension 1.  ' +
      'Target sizes: [1, 2, 2].  Tensor sizes: [3, 2]',
  );
  refuses(() => torch.trace(torch.ones(2)), 'RuntimeError', 'trace: expected a matrix, but got tensor with dim 1');
  refuses(
    () => torch.matrix_power(torch.ones(2, 3), 2),
    'RuntimeError',
    'linalg.matrix_power: A must be batches of square matrices, but they are 2 by 3 matrices',
  );
});

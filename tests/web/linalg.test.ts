// torch.linalg.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/breadth.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

const { linalg } = torch;

asPyTorch(fixtures, 'linalg');

const close = (a: torch.Tensor, b: torch.Tensor) =>
  expect(torch.allclose(a, b, { rtol: 1e-4, atol: 1e-5 }), `${a.tolist()} for ${b.tolist()}`).toBe(true);

test('what has no sign of its own is put together again', () => {
  const a = torch.randn(2, 4, 3);
  const { U, S, Vh } = linalg.svd(a, { full_matrices: false });
  close(U.mul(S.unsqueeze(-2)).matmul(Vh), a);
  expect(linalg.svd(a).U.shape).toEqual([2, 4, 4]);
  const s = a.mT.matmul(a);
  const { eigenvalues, eigenvectors } = linalg.eigh(s);
  close(eigenvectors.mul(eigenvalues.unsqueeze(-2)).matmul(eigenvectors.mT), s);
});

test('lstsq: least squares, least norm, residuals and rank', () => {
  const a = torch.tensor([[1, 0], [1, 1], [1, 2]]);
  const b = torch.tensor([[1], [3], [4]]);
  const { solution, residuals, rank } = linalg.lstsq(a, b);
  close(solution, torch.tensor([[7 / 6], [1.5]]));
  close(residuals, torch.tensor([1 / 6]));
  expect(rank.item()).toBe(2);
  close(linalg.lstsq(torch.ones(3, 2), torch.ones(3)).solution, torch.tensor([0.5, 0.5]));
  expect(linalg.lstsq(torch.ones(3, 2), torch.ones(3)).residuals.shape).toEqual([0]);
  const x = torch.randn(3, 2, { requires_grad: true });
  linalg.lstsq(x, b).solution.sum().backward();
  expect(x.grad!.shape).toEqual([3, 2]);
});

test('solve with left: false, and the methods', () => {
  const [a, b] = [torch.randn(3, 3).add(torch.eye(3).mul(4)), torch.randn(2, 3)];
  close(linalg.solve(a, b, { left: false }).matmul(a), b);
  close(a.inverse().matmul(a), torch.eye(3));
  close(a.slogdet().logabsdet.exp(), a.det().abs());
  expect(a.matrix_power(2).tolist()).toEqual(a.mm(a).tolist());
});

test('a singular matrix is a LinAlgError in PyTorch’s words', () => {
  const zero = torch.zeros(2, 2);
  const batch = torch.stack([torch.eye(2), zero]);
  const says = (message: string, f: () => unknown) => refuses(f, 'LinAlgError', message);
  const inverse =
    'The diagonal element 1 is zero, the inversion could not be completed because the input matrix is singular.';
  says(`linalg.inv: ${inverse}`, () => linalg.inv(zero));
  says(`linalg.inv: (Batch element 1): ${inverse}`, () => linalg.inv(batch));
  says('torch.linalg.solve: The solver failed because the input matrix is singular.', () =>
    linalg.solve(zero, torch.ones(2)),
  );
  says(
    'linalg.cholesky: (Batch element 1): The factorization could not be completed because the input is not ' +
      'positive-definite (the leading minor of order 1 is not positive-definite).',
    () => linalg.cholesky(batch),
  );
});

test('shapes and dtypes are refused in PyTorch’s words', () => {
  const says = (message: string, f: () => unknown) => refuses(f, 'RuntimeError', message);
  says('linalg.inv: A must be batches of square matrices, but they are 2 by 3 matrices', () =>
    linalg.inv(torch.ones(2, 3)),
  );
  says('linalg.inv: The input tensor A must have at least 2 dimensions.', () => linalg.inv(torch.ones(2)));
  says('linalg.inv: Expected a floating point or complex tensor as input. Got Long', () =>
    linalg.inv(torch.ones(2, 2, { dtype: torch.int64 })),
  );
  says('linalg.solve: Incompatible shapes of A and B for the equation AX = B (2x2 and 3x1)', () =>
    linalg.solve(torch.eye(2), torch.ones(3)),
  );
  says(
    'linalg.solve: Expected A and B to have the same dtype, but found A of type Float and B of type Double instead',
    () => linalg.solve(torch.eye(2), torch.ones(2, { dtype: torch.float64 })),
  );
  says("qr received unrecognized mode 'x' but expected one of 'reduced' (default), 'r', or 'complete'", () =>
    linalg.qr(torch.eye(2), 'x' as 'r'),
  );
  says('torch.linalg.lstsq: input.size(-2) should match other.size(-1)', () =>
    linalg.lstsq(torch.ones(3, 2), torch.ones(2)),
  );
  says('linalg.matrix_norm: Order 3 not supported.', () => linalg.matrix_norm(torch.ones(3, 3), 3));
  says(
    'linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got 3D.',
    () => linalg.norm(torch.ones(2, 2, 2), 2),
  );
});

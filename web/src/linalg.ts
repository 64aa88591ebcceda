// torch.linalg: matrices, or batches of them in the last two dimensions. float32 is computed in
// float64 and rounded at the end.

import { dimensions, handle, keywords, nothing, number, tensorOf, type Dims, type Keywords } from './arguments.js';
import { call, list, TorchError } from './core.js';
import type { DType } from './dtype.js';
import { empty } from './creation.js';
import { op, tensorsAt, unary } from './op.js';
import { matmul } from './ops/matmul.js';
import { norm as vectorNorm } from './ops/reduce.js';
import { Tensor } from './tensor.js';
import { tidy } from './memory.js';
import { square } from './ops/unary.js';
import { sub } from './ops/arithmetic.js';
import { sum } from './ops/reduce.js';

export { matmul, matrix_power, multi_dot } from './ops.js';

/** The inverse. A singular matrix is a `LinAlgError`. */
export const inv = unary('inv');

/** The determinant. */
export const det = unary('det');

/** The determinant as `sign * e^logabsdet`, by position and by name. */
export function slogdet(A: Tensor): [sign: Tensor, logabsdet: Tensor] & {
  sign: Tensor;
  logabsdet: Tensor;
} {
  const a = handle(A, 'slogdet', 'A');
  const [sign, logabsdet] = tensorsAt(call((c) => c.slogdet(a))) as [Tensor, Tensor];
  return Object.assign([sign, logabsdet] as [Tensor, Tensor], { sign, logabsdet });
}

/**
 * X with `A @ X = B` or, `left: false`, `X @ A = B`. B is as many columns, or one vector for each
 * matrix. A singular matrix is a `LinAlgError`.
 */
export function solve(A: Tensor, B: Tensor, { left = true, ...more } = {}): Tensor {
  nothing('linalg.solve', more);
  const [a, b] = [handle(A, 'solve', 'A'), handle(B, 'solve', 'B', 2)];
  if (left) return op((c) => c.solve(a, b));
  return tidy(() => solve(A.mT, B.mT).mT);
}

/** {@link solve} for a triangular A, of which the other triangle is not read. */
export function solve_triangular(
  A: Tensor,
  B: Tensor,
  options: { upper: boolean; left?: boolean; unitriangular?: boolean },
): Tensor {
  const [a, b] = [handle(A, 'solve_triangular', 'A'), handle(B, 'solve_triangular', 'B', 2)];
  const { upper, left = true, unitriangular = false } = (options ?? {}) as Partial<typeof options>;
  if (upper === undefined) {
    const missing = 'missing 1 required keyword-only arguments: "upper"';
    throw new TorchError(`linalg_solve_triangular() ${missing}`, 'TypeError');
  }
  return op((c) => c.solve_triangular(a, b, upper, left, unitriangular));
}

/**
 * The lower triangular L with `L @ Lᵀ = A` or, `upper: true`, its transpose. A matrix that is not
 * positive definite is a `LinAlgError`.
 */
export function cholesky(A: Tensor, { upper = false, ...more } = {}): Tensor {
  nothing('linalg.cholesky', more);
  const a = handle(A, 'cholesky', 'A');
  return op((c) => c.cholesky(a, upper));
}

type Mode = 'reduced' | 'complete' | 'r';

/** `A = Q @ R` with orthonormal columns in Q and an upper triangular R, by position and by name. */
export function qr(
  A: Tensor,
  mode: Mode | { mode?: Mode } = 'reduced',
): [Q: Tensor, R: Tensor] & { Q: Tensor; R: Tensor } {
  const a = handle(A, 'qr', 'A');
  const { mode: kind } = keywords<{ mode: Mode }>('qr', { mode: 'reduced' }, [mode]);
  if (!['reduced', 'complete', 'r'].includes(kind)) {
    throw new TorchError(
      `qr received unrecognized mode '${kind}' but expected one of 'reduced' (default), 'r', or 'complete'`,
    );
  }
  const [q, R] = tensorsAt(call((c) => c.qr(a, kind === 'complete'))) as [Tensor, Tensor];
  if (kind === 'r') q.dispose();
  const Q = kind === 'r' ? empty([0], { dtype: A.dtype }) : q;
  return Object.assign([Q, R] as [Tensor, Tensor], { Q, R });
}

type Triangle = 'L' | 'U';

/**
 * Eigenvalues of a symmetric matrix in ascending order, and eigenvectors as columns, by position and
 * by name. Reads the lower triangle, or `UPLO: 'U'` the upper one. Eigenvectors have no sign of their
 * own: it may differ from PyTorch's.
 */
export function eigh(
  A: Tensor,
  UPLO: Triangle | { UPLO?: Triangle } = 'L',
): [eigenvalues: Tensor, eigenvectors: Tensor] & { eigenvalues: Tensor; eigenvectors: Tensor } {
  const a = handle(A, 'eigh', 'A');
  const { UPLO: side } = keywords<{ UPLO: Triangle }>('eigh', { UPLO: 'L' }, [UPLO]);
  if (!/^[luLU]$/.test(side))
    throw new TorchError(`Expected UPLO argument to be 'L' or 'U', but got ${side}`);
  const upper = side.toUpperCase() === 'U';
  const [eigenvalues, eigenvectors] = tensorsAt(call((c) => c.eigh(a, upper))) as [Tensor, Tensor];
  return Object.assign([eigenvalues, eigenvectors] as [Tensor, Tensor], {
    eigenvalues,
    eigenvectors,
  });
}

/** The eigenvalues of {@link eigh}. */
export function eigvalsh(A: Tensor, UPLO: Triangle | { UPLO?: Triangle } = 'L'): Tensor {
  const [values, vectors] = eigh(A, UPLO);
  vectors.dispose();
  return values;
}

/**
 * `A = U @ diag(S) @ Vh`, S in descending order, by position and by name; with
 * `full_matrices: false` U and Vh have only the vectors that S has a value for. Singular vectors
 * have no sign of their own: it may differ from PyTorch's.
 */
export function svd(
  A: Tensor,
  full_matrices: boolean | { full_matrices?: boolean } = true,
): [U: Tensor, S: Tensor, Vh: Tensor] & { U: Tensor; S: Tensor; Vh: Tensor } {
  const a = handle(A, 'svd', 'A');
  const { full_matrices: full } = keywords('svd', { full_matrices: true }, [full_matrices]);
  const [U, S, Vh] = tensorsAt(call((c) => c.svd(a, full))) as [Tensor, Tensor, Tensor];
  return Object.assign([U, S, Vh] as [Tensor, Tensor, Tensor], { U, S, Vh });
}

/** The singular values in descending order. */
export function svdvals(A: Tensor): Tensor {
  const [U, S, Vh] = svd(A, false);
  U.dispose();
  Vh.dispose();
  return S;
}

interface Tolerance {
  /** Singular values up to this count as 0, … */
  atol?: number | null;
  /** … and those up to this times the largest; by default, the dtype's `eps` times the larger size. */
  rtol?: number | null;
}

const thresholded =
  (name: 'pinv' | 'matrix_rank') =>
  (A: Tensor, { atol = null, rtol = null, ...more }: Tolerance = {}): Tensor => {
    nothing(name, more);
    const a = handle(A, name, 'A');
    return op((c) => c[name](a, atol ?? -1, rtol ?? -1));
  };

/** The pseudoinverse of Moore and Penrose. */
export const pinv = thresholded('pinv');
/** How many singular values count. */
export const matrix_rank = thresholded('matrix_rank');

export interface LeastSquares {
  solution: Tensor;
  /** The squares that are left, for each column; empty where A has no more rows than rank. */
  residuals: Tensor;
  rank: Tensor;
  /** Empty, as PyTorch's default driver leaves it. */
  singular_values: Tensor;
}

/** The X of least norm that makes the squares of `A @ X - B` least. */
export function lstsq(A: Tensor, B: Tensor, { rcond = null, ...more }: { rcond?: number | null } = {}): LeastSquares {
  nothing('linalg.lstsq', more);
  handle(A, 'lstsq', 'A');
  handle(B, 'lstsq', 'B', 2);
  const vector =
    B.ndim === 1 || (B.ndim === A.ndim - 1 && String(B.shape) === String(A.shape.slice(0, -1)));
  const [rows, columns] = A.shape.slice(-2);
  if (A.ndim >= 2 && rows !== B.shape.at(vector ? -1 : -2)) {
    throw new TorchError(
      `torch.linalg.lstsq: input.size(-2) should match other.size(-${vector ? 1 : 2})`,
    );
  }
  const tolerance = { rtol: rcond };
  const rank = matrix_rank(A, tolerance);
  const [solution, residuals] = tidy(() => {
    const right = vector ? B.unsqueeze(-1) : B;
    const x = matmul(pinv(A, tolerance), right);
    const overdetermined = rows! > columns! && rank.eq(columns!).all().item<boolean>();
    const rest = overdetermined
      ? sum(square(sub(matmul(A, x), right)), -2)
      : empty([0], { dtype: A.dtype });
    return [vector ? x.squeeze(-1) : x, rest];
  });
  return { solution, residuals, rank, singular_values: empty([0], { dtype: A.dtype }) };
}

interface Norm {
  dim: Dims;
  keepdim: boolean;
  dtype: DType | null;
}
type Order = number | 'fro' | 'nuc' | null;

/** `(Σ|x|^ord)^(1/ord)` of all elements or over `dim`. */
export function vector_norm(
  x: Tensor,
  ...args: Keywords<[ord: number, dim: Dims, keepdim: boolean], Norm & { ord: number }>
): Tensor {
  handle(x, 'linalg.vector_norm', 'x');
  const defaults = { ord: 2, dim: null, keepdim: false, dtype: null };
  const { ord, dim, keepdim, dtype } = keywords<Norm & { ord: number }>(
    'linalg.vector_norm',
    defaults,
    args,
  );
  return vectorNorm(dtype ? x.to(dtype) : x, number(ord, 'linalg.vector_norm', 'ord'), dim, keepdim);
}

/** The norm of matrices: 'fro', 'nuc', or the order 1, -1, 2, -2, Infinity or -Infinity. */
export function matrix_norm(
  A: Tensor,
  ...args: Keywords<
    [ord: Exclude<Order, null>, dim: readonly number[], keepdim: boolean],
    Norm & { ord: Exclude<Order, null> }
  >
): Tensor {
  const defaults = { ord: 'fro', dim: [-2, -1], keepdim: false, dtype: null } as Norm & {
    ord: Exclude<Order, null>;
  };
  const { ord, dim, keepdim, dtype } = keywords('linalg.matrix_norm', defaults, args);
  const name = 'linalg.matrix_norm';
  handle(A, name, 'A');
  if (A.ndim < 2)
    throw new TorchError(`${name}: The input tensor A must have at least 2 dimensions.`);
  const dims = dimensions(dim, name);
  if (dims.length !== 2)
    throw new TorchError(`${name}: dim must be a 2-tuple. Got ${dims.join(' ')}`);
  const x = dtype ? A.to(dtype) : A;
  if (ord === 'fro') return vectorNorm(x, 2, dims, keepdim);
  if (typeof ord === 'string' && ord !== 'nuc')
    throw new TorchError(`${name}: Order ${ord as string} not supported.`);
  return op((c) => c.matrix_norm(x.handle, ord === 'nuc' ? NaN : ord, list(dims), keepdim));
}

/**
 * The 2-norm of all elements; with `ord`, the norm of a vector or, over two dimensions, of a matrix.
 */
export function norm(
  A: Tensor,
  ...args: Keywords<[ord: Order, dim: Dims, keepdim: boolean], Norm & { ord: Order }>
): Tensor {
  const defaults: Norm & { ord: Order } = { ord: null, dim: null, keepdim: false, dtype: null };
  const { ord, dim, ...rest } = keywords('linalg.norm', defaults, args);
  handle(A, 'linalg.norm', 'A');
  if (ord === null) return vector_norm(A, 2, dim, rest);
  if (dim === null && A.ndim !== 1 && A.ndim !== 2) {
    throw new TorchError(
      `linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ${A.ndim}D.`,
    );
  }
  const two = dim === null ? A.ndim === 2 : typeof dim !== 'number' && dim.length === 2;
  if (two) return matrix_norm(A, ord, (dim as number[] | null) ?? [-2, -1], rest);
  if (typeof ord === 'string') return matrix_norm(A, ord, dimensions(dim, 'linalg.norm'), rest);
  return vector_norm(A, ord, dim, rest);
}

/** The diagonal of matrices, a view. */
export function diagonal(A: Tensor, { offset = 0, dim1 = -2, dim2 = -1, ...more } = {}): Tensor {
  nothing('linalg.diagonal', more);
  return tensorOf(A, 'linalg.diagonal', 'A').diagonal({ offset, dim1, dim2 });
}

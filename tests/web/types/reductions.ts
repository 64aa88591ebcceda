// Compiled, never run: reductions, sorting, statistics, matrix products, linear algebra.
import * as torch from 'alphatorch';
import type { Tensor } from 'alphatorch';

const { linalg } = torch;

export function reduced(x: Tensor, y: Tensor): Tensor[] {
  return [
    // As functions
    torch.sum(x, [0, 1], true), torch.mean(x, { dim: 0 }), torch.prod(x, 0), torch.var(x, 0, {
    correction: 0 }), torch.std(x, false), torch.amax(x, 0), torch.amin(x, [0], true), torch.argmax(x),
    torch.argmin(x, { dim: 0 }), torch.all(x), torch.any(x, 0), torch.count_nonzero(x, [0]),
    torch.norm(x, 2, 0, true), torch.logsumexp(x, 0), torch.max(x), torch.max(x, y), torch.min(x),
    torch.min(x, y), torch.median(x), torch.nanmedian(x), torch.cumsum(x, 0), torch.cumprod(x, { dim: 0
    }), torch.logcumsumexp(x, 0), torch.argsort(x, { descending: true }), torch.msort(x),
    torch.quantile(x, 0.5, 0), torch.nanquantile(x, { q: 0.5 }), torch.bincount(x, y, 3), torch.histc(x,
    10, 0, 1), torch.diff(x, 2, { prepend: y }), torch.nansum(x, 0), torch.nanmean(x), torch.dist(x, y,
    2), torch.cov(x, { correction: 0 }), torch.corrcoef(x), torch.unique(x),
    // As methods
    x.sum([0, 1], true), x.mean({ dim: 0 }), x.prod(0), x.var(0, { correction: 0 }), x.std(false),
    x.amax(0), x.amin([0], true), x.argmax(), x.argmin({ dim: 0 }), x.all(), x.any(0),
    x.count_nonzero([0]), x.norm(2, 0, true), x.logsumexp(0), x.max(), x.max(y), x.min(), x.min(y),
    x.median(), x.nanmedian(), x.cumsum(0), x.cumprod({ dim: 0 }), x.logcumsumexp(0), x.argsort({
    descending: true }), x.msort(), x.quantile(0.5, 0), x.nanquantile({ q: 0.5 }), x.bincount(y, 3),
    x.histc(10, 0, 1), x.diff(2, { prepend: y }), x.nansum(0), x.nanmean(), x.dist(y, 2), x.cov({
    correction: 0 }), x.corrcoef(), x.unique(),
    // In place
    x.cumsum_(0), x.cumprod_(0),
    // Of pairs
    ...torch.var_mean(x, 0), ...torch.std_mean(x), torch.cdist(x, y, 1), torch.trapezoid(x, { dx: 2 }),
    torch.trapz(x, y),
  ];
}

export function pairs(x: Tensor): Tensor[] {
  return [
    // By name
    torch.max(x, 0).values, torch.min(x, 0, { keepdim: true }).values, torch.median(x, 0).values,
    torch.nanmedian(x, { dim: 0 }).values, torch.mode(x, 0).values, torch.cummax(x, 0).values,
    torch.cummin(x, 0).values, torch.sort(x, 0, true).values, torch.topk(x, 2, { largest: false
    }).values, torch.kthvalue(x, 1, 0).values, x.max(0).indices, x.min(0, { keepdim: true }).indices,
    x.median(0).indices, x.nanmedian({ dim: 0 }).indices, x.mode(0).indices, x.cummax(0).indices,
    x.cummin(0).indices, x.sort(0, true).indices, x.topk(2, { largest: false }).indices, x.kthvalue(1,
    0).indices,
    // And by position
    ...torch.aminmax(x, { dim: 0 }), x.aminmax().max, ...torch.unique(x, { return_inverse: true,
    return_counts: true }), ...x.unique({ return_counts: true }),
  ];
}

export function products(x: Tensor, y: Tensor, v: Tensor): Tensor[] {
  return [
    // As functions
    torch.matmul(x, y), torch.mm(x, y), torch.bmm(x, y), torch.mv(x, v), torch.dot(x, y), torch.vdot(x,
    y), torch.inner(x, y), torch.outer(x, v), torch.ger(x, v), torch.cross(x, y, { dim: 1 }),
    torch.kron(x, y), torch.trace(x), torch.matrix_power(x, 2), torch.addmm(x, x, y, { beta: 2 }),
    torch.baddbmm(x, x, y), torch.addbmm(x, x, y), torch.addmv(x, y, v), torch.addr(x, v, v, { alpha: 2
    }), torch.det(x), torch.inverse(x),
    // As methods
    x.matmul(y), x.mm(y), x.bmm(y), x.mv(v), x.dot(y), x.vdot(y), x.inner(y), x.outer(v), x.ger(v),
    x.cross(y, { dim: 1 }), x.kron(y), x.trace(), x.matrix_power(2), x.addmm(x, y, { beta: 2 }),
    x.baddbmm(x, y), x.addbmm(x, y), x.addmv(y, v), x.addr(v, v, { alpha: 2 }), x.det(), x.inverse(),
    // In place
    x.addmm_(x, y), x.baddbmm_(x, y), x.addbmm_(x, y), x.addmv_(y, v), x.addr_(v, v),
    // Of several
    torch.einsum('ij,jk->ik', x, y), torch.tensordot(x, y, { dims: 1 }), torch.multi_dot([x, y]),
    torch.chain_matmul(x, y), ...torch.slogdet(x), x.slogdet().logabsdet,
    // linalg
    linalg.inv(x), linalg.det(x), linalg.solve(x, y, { left: false }), linalg.solve_triangular(x, y, {
    upper: true }), linalg.cholesky(x), linalg.eigvalsh(x, 'U'), linalg.svdvals(x), linalg.pinv(x, {
    rtol: 1e-3 }), linalg.matrix_rank(x), linalg.vector_norm(x, 2, 0), linalg.matrix_norm(x, 'nuc'),
    linalg.norm(x, 2, 0), linalg.matmul(x, y), linalg.matrix_power(x, 2), linalg.multi_dot([x, y]),
    linalg.diagonal(x), linalg.slogdet(x).sign, linalg.qr(x, 'reduced').Q, linalg.eigh(x).eigenvalues,
    linalg.svd(x, false).S, linalg.lstsq(x, y).solution,
  ];
}

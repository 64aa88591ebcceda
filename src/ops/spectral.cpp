// Orthogonal decompositions, and what follows from singular values.

#include <limits>

#include "autograd/record.h"
#include "kernels/linalg.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/join.h"
#include "ops/linalg.h"
#include "ops/matmul.h"
#include "ops/matrices.h"
#include "ops/reduce.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

// The gradient of a tall or square a from `inner`, which is Q^T times what reaches a's own space,
// and from what reaches Q, if anything.
Tensor qr_gradient(const Tensor& q, const Tensor& r, const Tensor& inner, const Tensor& gq) {
  const Tensor upper = upper_part(inner, 0);
  Tensor y = matmul(q, add(upper, swapped(upper_part(inner, -1))));
  if (gq.defined()) y = add(y, gq);
  return solve_triangular(swapped(r), y, false, false, false);
}

std::pair<Tensor, Tensor> qr_parts(const Tensor& a, bool complete) {
  const int64_t m = a.size(-2), n = a.size(-1), k = complete ? m : std::min(m, n);
  const Tensor work = work_copy(a);
  const Tensor q = Tensor::empty(batch_sizes(a, 2, {m, k}), DType::Float64);
  for (size_t i = 0; i < batch_count(a); ++i) {
    kernels::qr(work.data<double>() + i * static_cast<size_t>(m * n),
                q.data<double>() + i * static_cast<size_t>(m * k), static_cast<size_t>(m),
                static_cast<size_t>(n), static_cast<size_t>(k));
  }
  return {to(q, a.dtype()), contiguous(to(narrow(work, -2, 0, k), a.dtype()))};
}

// 1 / (s_j - s_i), and 0 on the diagonal.
Tensor inverse_differences(const Tensor& s) {
  const Tensor apart = sub(unsqueeze(s, -2), unsqueeze(s, -1));
  const Tensor diagonal = to(eye(s.size(-1), s.size(-1), DType::Float32), DType::Bool);
  return where(diagonal, Tensor::number(0), reciprocal(where(diagonal, Tensor::number(1), apart)));
}

// A result of its own, row-major, in the dtype that was given.
Tensor rounded(const Tensor& x, DType dtype) {
  return x.dtype() == dtype ? clone(x) : contiguous(to(x, dtype));
}

// x @ diag(v)
Tensor scale_columns(const Tensor& x, const Tensor& v) { return mul(x, unsqueeze(v, -2)); }

// The first k columns.
Tensor columns(const Tensor& x, int64_t k) { return narrow(x, -1, 0, k); }

// The `count` results of a decomposition of a, as each of its nodes saves them behind a: without
// their history, for nodes that saved each other's outputs would never be freed. Where the gradient
// is itself differentiated they are computed again.
template <class F>
std::vector<Tensor> results(const Context& ctx, size_t count, F decompose) {
  const Tensor a = ctx.saved(0);
  if (autograd::grad_enabled() && a.requires_grad()) return decompose(a);
  std::vector<Tensor> saved;
  for (size_t i = 1; i <= count; ++i) saved.push_back(ctx.saved(i));
  return saved;
}

// What reaches a through the left vectors u of a = u diag(s) vt, by their gradient.
Tensor svd_gradient(const Tensor& u, const Tensor& s, const Tensor& vt, const Tensor& gu) {
  const Tensor turned = matmul(swapped(u), gu);
  const Tensor skew = mul(sub(turned, swapped(turned)), inverse_differences(square(s)));
  Tensor left = matmul(u, scale_columns(skew, s));
  if (u.size(-2) > u.size(-1)) {
    left = add(left, div(sub(gu, matmul(u, turned)), unsqueeze(s, -2)));
  }
  return matmul(left, vt);
}

struct Singular {
  Tensor u, s, vt;
};

// In float64. Columns of u beyond those that the kernel gives complete it to an orthogonal matrix.
Singular singular(const Tensor& a, bool full_matrices) {
  const int64_t m = a.size(-2), n = a.size(-1);
  if (m < n) {
    const Singular other = singular(swapped(a.detach()), full_matrices);
    return {swapped(other.vt), other.s, swapped(other.u)};
  }
  const Tensor rows = work_copy(swapped(a.detach())), u = swapped(rows);
  const Tensor s = Tensor::empty(batch_sizes(a, 2, {n}), DType::Float64);
  const Tensor vt = Tensor::empty(batch_sizes(a, 2, {n, n}), DType::Float64);
  const auto height = static_cast<size_t>(m), width = static_cast<size_t>(n);
  for (size_t i = 0; i < batch_count(a); ++i) {
    kernels::svd(rows.data<double>() + i * height * width, s.data<double>() + i * width,
                 vt.data<double>() + i * width * width, height, width);
  }
  bool complete = !full_matrices || m == n;
  if (complete) {
    const Tensor lengths = sum(square(rows), {-1}, false, std::nullopt);
    for (int64_t i = 0; i < lengths.numel(); ++i) complete &= lengths.data<double>()[i] != 0;
  }
  if (complete) return {u, s, vt};
  // The reflections that make u upper triangular: their first columns are u's but for signs, which
  // R has on its diagonal.
  const auto [q, r] = qr_parts(u, full_matrices);
  const Tensor diagonal_r = diagonal(r, 0, -2, -1);
  const Tensor signs =
      where(eq(diagonal_r, Tensor::number(0)), Tensor::number(1.0), sign(diagonal_r));
  const Tensor first = scale_columns(columns(q, n), signs);
  const int64_t extra = q.size(-1) - n;
  return {extra > 0 ? cat({first, narrow(q, -1, n, extra)}, -1) : first, s, vt};
}

Tensor cutoff(const Tensor& a, const Tensor& s, double atol, double rtol) {
  if (s.size(-1) == 0) return zeros({}, s.dtype());
  const double eps = a.dtype() == DType::Float64 ? std::numeric_limits<double>::epsilon()
                                                 : std::numeric_limits<float>::epsilon();
  // PyTorch's default, where neither is given.
  const bool given = atol >= 0 || rtol >= 0;
  const double relative =
      given ? std::max(rtol, 0.0) : eps * static_cast<double>(std::max(a.size(-2), a.size(-1)));
  return clamp(mul(amax(s, {-1}, true), Tensor::number(relative)),
               Tensor::number(std::max(atol, 0.0)), {});
}

}  // namespace

std::pair<Tensor, Tensor> qr(const Tensor& a, bool complete) {
  check_matrix("linalg.qr", a);
  const int64_t m = a.size(-2), n = a.size(-1);
  if (m < n && a.requires_grad()) {
    const auto [q, left] = qr(columns(a, m), false);
    return {q, cat({left, matmul(swapped(q), narrow(a, -1, m, n - m))}, -1)};
  }
  const auto [q, r] = qr_parts(a, complete);
  const bool square_q = complete && m > n;
  const auto refuse = [square_q] {
    check(!square_q,
          "The QR decomposition is not differentiable when mode='complete' and nrows > ncols");
  };
  const auto again = [](const Tensor& a) -> std::vector<Tensor> {
    const auto [q, r] = qr(a, false);
    return {q, r};
  };
  const Tensor saved_q = q.detach(), saved_r = r.detach();
  return {record("LinalgQrBackward0", q, {a}, {a, saved_q, saved_r},
                 [refuse, again](const Tensor& g, const Context& ctx) -> Grads {
                   refuse();
                   const std::vector<Tensor> qr = results(ctx, 2, again);
                   return {qr_gradient(qr[0], qr[1], neg(matmul(swapped(qr[0]), g)), g)};
                 }),
          record("LinalgQrBackward0", r, {a}, {a, saved_q, saved_r},
                 [refuse, again](const Tensor& g, const Context& ctx) -> Grads {
                   refuse();
                   const std::vector<Tensor> qr = results(ctx, 2, again);
                   return {qr_gradient(qr[0], qr[1], matmul(g, swapped(qr[1])), {})};
                 })};
}

std::pair<Tensor, Tensor> eigh(const Tensor& a, bool upper) {
  check_square("linalg.eigh", a);
  const Tensor work = work_copy(upper ? swapped(a.detach()) : a);
  const auto n = static_cast<size_t>(a.size(-1));
  const Tensor values = Tensor::empty(batch_sizes(a, 1, {}), DType::Float64);
  const Tensor vectors = Tensor::empty(a.sizes(), DType::Float64);
  for (size_t i = 0; i < batch_count(a); ++i) {
    kernels::eigh(work.data<double>() + i * n * n, values.data<double>() + i * n,
                  vectors.data<double>() + i * n * n, n);
  }
  const Tensor l = to(values, a.dtype()), v = rounded(swapped(vectors), a.dtype());
  const auto again = [upper](const Tensor& a) -> std::vector<Tensor> {
    const auto [l, v] = eigh(a, upper);
    return {l, v};
  };
  const Tensor saved_l = l.detach(), saved_v = v.detach();
  return {record("LinalgEighBackward0", l, {a}, {a, saved_l, saved_v},
                 [again](const Tensor& g, const Context& ctx) -> Grads {
                   const Tensor v = results(ctx, 2, again)[1];
                   return {matmul(scale_columns(v, g), swapped(v))};
                 }),
          record("LinalgEighBackward0", v, {a}, {a, saved_l, saved_v},
                 [again](const Tensor& g, const Context& ctx) -> Grads {
                   const std::vector<Tensor> lv = results(ctx, 2, again);
                   const Tensor vt = swapped(lv[1]);
                   const Tensor inner = mul(matmul(vt, g), inverse_differences(lv[0]));
                   return {matmul(lv[1], matmul(inner, vt))};
                 })};
}

std::vector<Tensor> svd(const Tensor& a, bool full_matrices) {
  check_matrix("linalg.svd", a);
  const Singular parts = singular(a, full_matrices);
  const DType dtype = a.dtype();
  const Tensor u = rounded(parts.u, dtype), s = to(parts.s, dtype), vt = rounded(parts.vt, dtype);
  const int64_t k = s.size(-1);
  // Only the first k vectors are functions of a.
  const auto again = [k, full_matrices](const Tensor& a) {
    std::vector<Tensor> usv = svd(a, full_matrices);
    return std::vector<Tensor>{columns(usv[0], k), usv[1], narrow(usv[2], -2, 0, k)};
  };
  const Tensor saved_u = columns(u.detach(), k), saved_s = s.detach();
  const Tensor saved_vt = narrow(vt.detach(), -2, 0, k);
  return {record("LinalgSvdBackward0", u, {a}, {a, saved_u, saved_s, saved_vt},
                 [k, again](const Tensor& g, const Context& ctx) -> Grads {
                   const std::vector<Tensor> usv = results(ctx, 3, again);
                   return {svd_gradient(usv[0], usv[1], usv[2], columns(g, k))};
                 }),
          record("LinalgSvdBackward0", s, {a}, {a, saved_u, saved_s, saved_vt},
                 [again](const Tensor& g, const Context& ctx) -> Grads {
                   const std::vector<Tensor> usv = results(ctx, 3, again);
                   return {matmul(scale_columns(usv[0], g), usv[2])};
                 }),
          record("LinalgSvdBackward0", vt, {a}, {a, saved_u, saved_s, saved_vt},
                 [k, again](const Tensor& g, const Context& ctx) -> Grads {
                   const std::vector<Tensor> usv = results(ctx, 3, again);
                   const Tensor gv = swapped(narrow(g, -2, 0, k));
                   return {swapped(svd_gradient(swapped(usv[2]), usv[1], swapped(usv[0]), gv))};
                 })};
}

Tensor pinv(const Tensor& a, double atol, double rtol) {
  check(
      a.dim() >= 2 && is_floating(a.dtype()), "linalg.pinv(", scalar_type_name(a.dtype()), "{",
      a.sizes(),
      "}): expected a tensor with 2 or more dimensions of float, double, cfloat or cdouble types");
  const Singular parts = singular(a, false);
  const Tensor kept = gt(parts.s, cutoff(a, parts.s, atol, rtol));
  const Tensor inverses = where(kept, reciprocal(parts.s), Tensor::number(0));
  const Tensor p =
      to(matmul(scale_columns(swapped(parts.vt), inverses), swapped(parts.u)), a.dtype());
  return record("LinalgPinvBackward0", p, {a}, {a, p},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor a = ctx.saved(0), p = ctx.saved(1), pt = swapped(p), gt = swapped(g);
                  // Golub and Pereyra 1973; the products are ordered for the smaller side.
                  const Tensor k = matmul(gt, p), kpt = matmul(k, pt);
                  const Tensor l = matmul(p, gt), ptl = matmul(pt, l);
                  const Tensor through = neg(swapped(matmul(p, k)));
                  const Tensor rows = sub(kpt, matmul(matmul(a, p), kpt));
                  return {add(add(through, rows), sub(ptl, matmul(matmul(ptl, p), a)))};
                });
}

Tensor matrix_rank(const Tensor& a, double atol, double rtol) {
  check_matrix("linalg.matrix_rank", a);
  const Tensor s = singular(a, false).s;
  return sum(gt(s, cutoff(a, s, atol, rtol)), {-1}, false, std::nullopt);
}

Tensor matrix_norm(const Tensor& a, double order, const Shape& dims, bool keepdim) {
  check_matrix("linalg.matrix_norm", a);
  const bool by_columns = std::fabs(order) == 1, by_rows = std::isinf(order);
  const bool spectral = std::fabs(order) == 2 || order != order;
  check(by_columns || by_rows || spectral, "linalg.matrix_norm: Order ", order, " not supported.");
  const Tensor matrices = movedim(a, dims, {-2, -1});
  const Tensor values = spectral ? svd(matrices, false)[1]
                                 : sum(abs(matrices), {by_columns ? -2 : -1}, false, std::nullopt);
  const Tensor y = order != order ? sum(values, {-1}, false, std::nullopt)
                   : order > 0    ? amax(values, {-1}, false)
                                  : amin(values, {-1}, false);
  if (!keepdim) return y;
  Shape sizes = a.sizes();
  for (int64_t d : dims) sizes[wrap_dim(d, a.dim())] = 1;
  return reshape(y, sizes);
}

}  // namespace torch

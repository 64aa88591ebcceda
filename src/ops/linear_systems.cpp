// Inverses, determinants, systems of equations and the factors they are solved with.

#include <cmath>
#include <vector>

#include "autograd/record.h"
#include "kernels/linalg.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/linalg.h"
#include "ops/matmul.h"
#include "ops/matrices.h"
#include "ops/reduce.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

// The LU decompositions of a batch.
struct Factors {
  Tensor lu;
  size_t n, count;
  std::vector<size_t> pivots, zeros;
  std::vector<int> signs;

  explicit Factors(const Tensor& a)
      : lu(work_copy(a)),
        n(static_cast<size_t>(a.size(-1))),
        count(batch_count(a)),
        pivots(n * count),
        zeros(count),
        signs(count) {
    for (size_t i = 0; i < count; ++i) {
      signs[i] = kernels::lu(matrix(i), pivots.data() + i * n, n, zeros[i]);
    }
  }
  double* matrix(size_t i) const { return lu.data<double>() + i * n * n; }

  // a^-1 b, where b has a's batch dimensions.
  Tensor solve(const Tensor& b) const {
    const Tensor right = contiguous(to(b.detach(), DType::Float64));
    const Tensor x = Tensor::empty(right.sizes(), DType::Float64);
    const auto columns = static_cast<size_t>(b.size(-1)), step = n * columns;
    for (size_t i = 0; i < count; ++i) {
      kernels::lu_solve(matrix(i), pivots.data() + i * n, right.data<double>() + i * step,
                        x.data<double>() + i * step, n, columns);
    }
    return to(x, b.dtype());
  }
};

Tensor identities(const Tensor& a) {
  return expand(eye(a.size(-1), a.size(-1), a.dtype()), a.sizes());
}

// With a's batch dimensions alone, a scalar for each matrix becomes one that multiplies it.
Tensor for_matrices(const Tensor& scalars) { return unsqueeze(unsqueeze(scalars, -1), -1); }

// The product of all singular values but each one, which is finite where the inverse is not.
Tensor cofactors_of_singular(const Tensor& a) {
  const std::vector<Tensor> parts = svd(a, true);
  const Tensor &u = parts[0], &s = parts[1], &vt = parts[2];
  const Tensor others = ones(s.sizes(), s.dtype());
  const int64_t n = s.size(-1);
  const double* values = s.data<double>();
  for (int64_t i = 0; i < s.numel(); ++i) {
    for (int64_t j = i / n * n; j < i / n * n + n; ++j) {
      if (j != i) others.data<double>()[i] *= values[j];
    }
  }
  return mul(for_matrices(mul(det(u), det(vt))), matmul(mul(u, unsqueeze(others, -2)), vt));
}

// The matrices of cofactors, det(a) a^-T: the derivative of the determinant.
Tensor cofactors(const Tensor& a) {
  const Tensor wide = contiguous(to(a.detach(), DType::Float64));
  const Factors f(wide);
  bool singular = false;
  for (size_t zero : f.zeros) singular |= zero > 0;
  Tensor y = to(singular ? cofactors_of_singular(wide)
                         : mul(for_matrices(det(wide)), swapped(f.solve(identities(wide)))),
                a.dtype());
  return record("CofactorsBackward0", y, {a}, {a, y},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor c = ctx.saved(1);
                  const Tensor inverse = div(c, for_matrices(det(ctx.saved(0))));
                  const Tensor along = sum(mul(g, c), {-2, -1}, true, std::nullopt);
                  return {sub(mul(along, inverse), matmul(c, matmul(swapped(g), inverse)))};
                });
}

// det and slogdet: finish(i, sign, logarithm, determinant) for each matrix.
template <class Finish>
void each_determinant(const Factors& f, const Finish& finish) {
  for (size_t i = 0; i < f.count; ++i) {
    double product = f.signs[i], logarithm = 0;
    for (size_t k = 0; k < f.n; ++k) {
      const double pivot = f.matrix(i)[k * (f.n + 1)];
      product *= pivot;
      logarithm += std::log(std::fabs(pivot));
    }
    bool negative = f.signs[i] < 0;
    for (size_t k = 0; k < f.n; ++k) negative ^= f.matrix(i)[k * (f.n + 1)] < 0;
    finish(i, f.zeros[i] ? 0.0 : negative ? -1.0 : 1.0, logarithm, product);
  }
}

// b has columns and a's batch dimensions.
Tensor solve_batch(const Tensor& a, const Tensor& b) {
  const Factors f(a);
  for (size_t i = 0; i < f.count; ++i) {
    if (f.zeros[i] == 0) continue;
    fail(ErrorKind::LinAlg, "torch.linalg.solve: ", batch_element(a, i),
         "The solver failed because the input matrix is singular.");
  }
  Tensor x = f.solve(b);
  return record("LinalgSolveExBackward0", x, {a, b}, {a, x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor gb = solve_batch(swapped(ctx.saved(0)), g);
                  return {ctx.needs(0) ? neg(matmul(gb, swapped(ctx.saved(1)))) : Tensor{}, gb};
                });
}

void check_system(const char* op, const Tensor& a, const Tensor& b) {
  check(a.dtype() == b.dtype(), op,
        ": Expected A and B to have the same dtype, but found A of type ",
        scalar_type_name(a.dtype()), " and B of type ", scalar_type_name(b.dtype()), " instead");
  check(a.size(-1) == b.size(-2), op, ": Incompatible shapes of A and B for the equation AX = B (",
        a.size(-2), "x", a.size(-1), " and ", b.size(-2), "x", b.size(-1), ")");
}

Tensor with_batch(const Tensor& x, const Shape& batch) {
  Shape sizes = batch;
  sizes.push_back(x.size(-2));
  sizes.push_back(x.size(-1));
  return expand(x, sizes);
}

Tensor solve_triangular_batch(const Tensor& a, const Tensor& b, bool upper, bool unit) {
  const Tensor left = contiguous(to(a.detach(), DType::Float64)), x = work_copy(b);
  const auto n = static_cast<size_t>(a.size(-1)), columns = static_cast<size_t>(b.size(-1));
  for (size_t i = 0; i < batch_count(a); ++i) {
    kernels::solve_triangular(left.data<double>() + i * n * n, x.data<double>() + i * n * columns,
                              n, columns, upper, unit);
  }
  Tensor y = to(x, b.dtype());
  return record("LinalgSolveTriangularBackward0", y, {a, b}, {a, y},
                [=](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor gb = solve_triangular_batch(swapped(ctx.saved(0)), g, !upper, unit);
                  Tensor ga;
                  if (ctx.needs(0)) {
                    ga = neg(matmul(gb, swapped(ctx.saved(1))));
                    ga = upper ? upper_part(ga, -int64_t{unit}) : lower_part(ga, int64_t{unit});
                  }
                  return {ga, gb};
                });
}

}  // namespace

Tensor inv(const Tensor& a) {
  check_square("linalg.inv", a);
  const Factors f(a);
  for (size_t i = 0; i < f.count; ++i) {
    if (f.zeros[i] == 0) continue;
    fail(ErrorKind::LinAlg, "linalg.inv: ", batch_element(a, i), "The diagonal element ",
         f.zeros[i],
         " is zero, the inversion could not be completed because the input matrix is singular.");
  }
  Tensor y = f.solve(identities(a));
  return record("LinalgInvExBackward0", y, {a}, {y},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor inverse = swapped(ctx.saved(0));
                  return {neg(matmul(inverse, matmul(g, inverse)))};
                });
}

Tensor det(const Tensor& a) {
  check_square("linalg.det", a);
  const Tensor y = Tensor::empty(batch_sizes(a, 2, {}), DType::Float64);
  each_determinant(
      Factors(a), [&](size_t i, double, double, double product) { y.data<double>()[i] = product; });
  return record("LinalgDetBackward0", to(y, a.dtype()), {a}, {a},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(for_matrices(g), cofactors(ctx.saved(0)))};
                });
}

std::pair<Tensor, Tensor> slogdet(const Tensor& a) {
  check_square("linalg.slogdet", a);
  const Tensor signs = Tensor::empty(batch_sizes(a, 2, {}), DType::Float64);
  const Tensor logarithms = Tensor::empty(signs.sizes(), DType::Float64);
  each_determinant(Factors(a), [&](size_t i, double sign, double logarithm, double) {
    signs.data<double>()[i] = sign;
    logarithms.data<double>()[i] = logarithm;
  });
  const Tensor y = record("LinalgSlogdetBackward0", to(logarithms, a.dtype()), {a}, {a},
                          [](const Tensor& g, const Context& ctx) -> Grads {
                            return {mul(for_matrices(g), swapped(inv(ctx.saved(0))))};
                          });
  return {to(signs, a.dtype()), y};
}

Tensor solve(const Tensor& a, const Tensor& b) {
  check_square("linalg.solve", a);
  check(b.dim() >= 1, "linalg.solve: The input tensor B must have at least 1 dimension.");
  const bool vector =
      b.dim() == 1 || (b.dim() == a.dim() - 1 && b.sizes() == batch_sizes(a, 1, {}));
  const Tensor right = vector ? unsqueeze(b, -1) : b;
  check_system("linalg.solve", a, right);
  const Shape batch = broadcast_shapes(batch_sizes(a, 2, {}), batch_sizes(right, 2, {}));
  const Tensor x = solve_batch(with_batch(a, batch), with_batch(right, batch));
  return vector ? squeeze_dims(x, {-1}) : x;
}

Tensor solve_triangular(const Tensor& a, const Tensor& b, bool upper, bool left,
                        bool unitriangular) {
  check_square("linalg.solve_triangular", a);
  check(b.dim() >= 2,
        "linalg.solve_triangular: The input tensor B must have at least 2 dimensions.");
  if (!left) {
    return swapped(solve_triangular(swapped(a), swapped(b), !upper, true, unitriangular));
  }
  check_system("linalg.solve_triangular", a, b);
  const Shape batch = broadcast_shapes(batch_sizes(a, 2, {}), batch_sizes(b, 2, {}));
  return solve_triangular_batch(with_batch(a, batch), with_batch(b, batch), upper, unitriangular);
}

Tensor cholesky(const Tensor& a, bool upper) {
  check_square("linalg.cholesky", a);
  if (upper) return swapped(cholesky(a, false));
  const Tensor y = work_copy(a);
  const auto n = static_cast<size_t>(a.size(-1));
  for (size_t i = 0; i < batch_count(a); ++i) {
    const size_t minor = kernels::cholesky(y.data<double>() + i * n * n, n);
    if (minor == 0) continue;
    fail(ErrorKind::LinAlg, "linalg.cholesky: ", batch_element(a, i),
         "The factorization could not be completed because the input is not positive-definite "
         "(the leading minor of order ",
         minor, " is not positive-definite).");
  }
  const Tensor l = to(y, a.dtype());
  return record("LinalgCholeskyExBackward0", l, {a}, {l},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor l = ctx.saved(0), lt = swapped(l);
                  const Tensor inner = lower_part(matmul(lt, g), 0);
                  // Both triangles, the diagonal once, halved with all else below.
                  const Tensor both = add(inner, swapped(lower_part(inner, 1)));
                  const Tensor left = solve_triangular(lt, both, true, true, false);
                  return {mul(solve_triangular(l, left, false, false, false), Tensor::number(0.5))};
                });
}

}  // namespace torch

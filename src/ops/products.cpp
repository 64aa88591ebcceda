#include "ops/products.h"

#include "ops/arithmetic.h"
#include "ops/creation.h"
#include "ops/linalg.h"
#include "ops/matmul.h"
#include "ops/reduce.h"
#include "ops/view.h"

namespace torch {

Tensor baddbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) {
  return blend(x, bmm(a, b), beta, alpha);
}

Tensor addbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) {
  return blend(x, sum(bmm(a, b), {0}, false, a.dtype()), beta, alpha);
}

Tensor addmv(const Tensor& x, const Tensor& matrix, const Tensor& vector, double beta,
             double alpha) {
  return blend(x, mv(matrix, vector), beta, alpha);
}

Tensor addr(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) {
  return blend(x, outer(a, b), beta, alpha);
}

Tensor tensordot(const Tensor& a, const Tensor& b, const Shape& dims_a, const Shape& dims_b) {
  check(dims_a.size() == dims_b.size(), "both dimension lists should have same length");
  const uint32_t in_a = dims_a.empty() ? 0 : wrap_dims(dims_a, a.dim());
  const uint32_t in_b = dims_b.empty() ? 0 : wrap_dims(dims_b, b.dim());
  Tensor x = a, y = b;
  int64_t count = 1, rows = 1, columns = 1;
  Shape order_a, order_b, sizes;
  for (int d = 0; d < a.dim(); ++d) {
    if (in_a >> d & 1) continue;
    order_a.push_back(d);
    sizes.push_back(a.size(d));
    rows *= a.size(d);
  }
  for (int i = 0; i < dims_a.size(); ++i) {
    const int p = wrap_dim(dims_a[i], a.dim()), q = wrap_dim(dims_b[i], b.dim());
    const int64_t m = a.size(p), n = b.size(q);
    check(m == n || m == 1 || n == 1, "contracted dimensions need to match, but first has size ", m,
          " in dim ", dims_a[i], " and second has size ", n, " in dim ", dims_b[i]);
    if (m != n) (m == 1 ? y : x) = sum(m == 1 ? y : x, {m == 1 ? q : p}, true, a.dtype());
    count *= x.size(p);
    order_a.push_back(p);
    order_b.push_back(q);
  }
  for (int d = 0; d < b.dim(); ++d) {
    if (in_b >> d & 1) continue;
    order_b.push_back(d);
    sizes.push_back(b.size(d));
    columns *= b.size(d);
  }
  return reshape(mm(reshape(permute(x, order_a), {rows, count}),
                    reshape(permute(y, order_b), {count, columns})),
                 sizes);
}

Tensor kron(const Tensor& a, const Tensor& b) {
  const int dims = std::max(a.dim(), b.dim());
  Shape spread_a, spread_b, sizes;
  for (int d = 0; d < dims; ++d) {
    const int in_a = d - (dims - a.dim()), in_b = d - (dims - b.dim());
    const int64_t m = in_a < 0 ? 1 : a.sizes()[in_a], n = in_b < 0 ? 1 : b.sizes()[in_b];
    for (int64_t v : {m, int64_t{1}}) spread_a.push_back(v);
    for (int64_t v : {int64_t{1}, n}) spread_b.push_back(v);
    sizes.push_back(m * n);
  }
  return reshape(mul(reshape(a, spread_a), reshape(b, spread_b)), sizes);
}

Tensor trace(const Tensor& x) {
  check(x.dim() == 2, "trace: expected a matrix, but got tensor with dim ", x.dim());
  return sum(diagonal(x, 0, 0, 1), {}, false, std::nullopt);
}

Tensor matrix_power(const Tensor& x, int64_t n) {
  check_square("linalg.matrix_power", x);
  if (n < 0) return matrix_power(inv(x), -n);
  Tensor power, square = x;
  for (; n > 0; n /= 2) {
    if (n % 2) power = power.defined() ? matmul(power, square) : square;
    if (n > 1) square = matmul(square, square);
  }
  // x itself is not handed out.
  if (power.defined()) return power.is_same(x) ? mul(x, Tensor::number(1)) : power;
  return add(eye(x.size(-1), x.size(-1), x.dtype()), zeros(x.sizes(), x.dtype()));
}

Tensor multi_dot(const std::vector<Tensor>& tensors) {
  check(tensors.size() >= 2, "multi_dot(): expected at least 2 tensors but got ", tensors.size());
  Tensor y = tensors[0];
  for (size_t i = 1; i < tensors.size(); ++i) y = matmul(y, tensors[i]);
  return y;
}

}  // namespace torch

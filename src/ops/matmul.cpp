#include "ops/matmul.h"

#include <memory>

#include "autograd/record.h"
#include "kernels/gemm.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/reduce.h"
#include "ops/view.h"

namespace torch {

namespace {

const char* type_word(DType dtype) {
  constexpr const char* kWords[kDTypes] = {"bool", "unsigned char", "int",
                                           "long", "float",         "double"};
  return kWords[static_cast<int>(dtype)];
}

void check_same_dtype(const Tensor& a, const Tensor& b, const char* names) {
  check(a.dtype() == b.dtype(), "expected ", names,
        " to have the same dtype, but got: ", type_word(a.dtype()), " != ", type_word(b.dtype()));
}

template <class T>
kernels::MatrixRef<T> matrix(const Tensor& t) {
  return {t.data<T>(), static_cast<ptrdiff_t>(t.strides()[t.dim() - 2]),
          static_cast<ptrdiff_t>(t.strides()[t.dim() - 1])};
}

// c[i] = a[i] b[i] for each matrix of the batch; a and b have c's batch dimensions.
void multiply_batch(const Tensor& a, const Tensor& b, const Tensor& c) {
  const int batch_dims = c.dim() - 2;
  const auto m = static_cast<size_t>(a.size(-2)), k = static_cast<size_t>(a.size(-1));
  const auto n = static_cast<size_t>(b.size(-1));
  if (c.numel() == 0) return;
  const size_t batches = static_cast<size_t>(c.numel()) / (m * n);
  // Not a vector, which would be filled with zeros first.
  std::unique_ptr<float[]> workspace;
  if (c.dtype() == DType::Float32) {
    workspace = std::make_unique_for_overwrite<float[]>(kernels::gemm_workspace(m, n, k));
  }
  dispatch(c.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    kernels::MatrixRef<T> x = matrix<T>(a), y = matrix<T>(b);
    const T* a0 = x.data;
    const T* b0 = y.data;
    for (size_t i = 0; i < batches; ++i) {
      ptrdiff_t at_a = 0, at_b = 0;
      size_t rest = i;
      for (int d = batch_dims - 1; d >= 0; --d) {
        const auto size = static_cast<size_t>(c.sizes()[d]);
        at_a += static_cast<ptrdiff_t>(rest % size) * static_cast<ptrdiff_t>(a.strides()[d]);
        at_b += static_cast<ptrdiff_t>(rest % size) * static_cast<ptrdiff_t>(b.strides()[d]);
        rest /= size;
      }
      x.data = a0 + at_a;
      y.data = b0 + at_b;
      T* out = c.data<T>() + i * m * n;
      if constexpr (std::is_same_v<T, float>) {
        kernels::gemm(m, n, k, x, y, out, workspace.get());
      } else if constexpr (std::is_same_v<T, bool>) {
        fail(ErrorKind::NotImplemented, "\"addmm_impl_cpu_\" not implemented for 'Bool'");
      } else {
        kernels::gemm_plain(m, n, k, x, y, out);
      }
    }
  });
}

Tensor transposed(const Tensor& x) { return transpose(x, -2, -1); }

// The product of two batches of matrices of equal rank whose batch sizes agree.
Tensor product(const char* name, const Tensor& a, const Tensor& b) {
  Shape sizes = a.sizes();
  sizes[a.dim() - 1] = b.size(-1);
  Tensor y = Tensor::empty(sizes, a.dtype());
  multiply_batch(a, b, y);
  // The gradient of a transposed matrix, as a layer's weight is, is computed transposed: so it lies
  // in memory as the weight does, and becomes its gradient without a copy.
  const bool flipped = b.strides()[b.dim() - 2] == 1 && b.strides()[b.dim() - 1] != 1;
  return record(name, y, {a, b},
                {b.requires_grad() ? a : Tensor{}, a.requires_grad() ? b : Tensor{}},
                [name, flipped](const Tensor& g, const Context& ctx) -> Grads {
                  Grads grads(2);
                  if (ctx.needs(0)) grads[0] = product(name, g, transposed(ctx.saved(1)));
                  if (ctx.needs(1)) {
                    const Tensor x = ctx.saved(0);
                    grads[1] = flipped ? transposed(product(name, transposed(g), x))
                                       : product(name, transposed(x), g);
                  }
                  return grads;
                });
}

void check_inner(int64_t m, int64_t k, int64_t k2, int64_t n) {
  check(k == k2, "mat1 and mat2 shapes cannot be multiplied (", m, "x", k, " and ", k2, "x", n,
        ")");
}

Shape batch_of(const Tensor& t) {
  Shape batch;
  for (int d = 0; d + 2 < t.dim(); ++d) batch.push_back(t.sizes()[d]);
  return batch;
}

Tensor with_batch(const Tensor& t, const Shape& batch) {
  Shape sizes = batch;
  sizes.push_back(t.size(-2));
  sizes.push_back(t.size(-1));
  return sizes == t.sizes() ? t : expand(t, sizes);
}

}  // namespace

Tensor mm(const Tensor& a, const Tensor& b) {
  check(a.dim() == 2, "self must be a matrix");
  check(b.dim() == 2, "mat2 must be a matrix");
  check_inner(a.size(0), a.size(1), b.size(0), b.size(1));
  check_same_dtype(a, b, "m1 and m2");
  return product("MmBackward0", a, b);
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  check(a.dim() == 3, "batch1 must be a 3D tensor");
  check(b.dim() == 3, "batch2 must be a 3D tensor");
  check(b.size(0) == a.size(0) && b.size(1) == a.size(2),
        "Expected size for first two dimensions of batch2 tensor to be: [", a.size(0), ", ",
        a.size(2), "] but got: [", b.size(0), ", ", b.size(1), "].");
  check_same_dtype(a, b, "m1 and m2");
  return product("BmmBackward0", a, b);
}

Tensor mv(const Tensor& a, const Tensor& b) {
  check(a.dim() == 2 && b.dim() == 1, "vector + matrix @ vector expected, got ", 1, ", ", a.dim(),
        ", ", b.dim());
  check(a.size(1) == b.size(0), "size mismatch, got input (", a.size(0), "), mat (", a.size(0), "x",
        a.size(1), "), vec (", b.size(0), ")");
  check_same_dtype(a, b, "m1 and m2");
  return squeeze_dims(product("MvBackward0", a, unsqueeze(b, 1)), {1});
}

Tensor dot(const Tensor& a, const Tensor& b) {
  check(a.dim() == 1 && b.dim() == 1, "1D tensors expected, but got ", a.dim(), "D and ", b.dim(),
        "D tensors");
  check(a.dtype() == b.dtype(), "dot : expected both vectors to have same dtype, but found ",
        scalar_type_name(a.dtype()), " and ", scalar_type_name(b.dtype()));
  check(a.numel() == b.numel(), "inconsistent tensor size, expected tensor ", a.sizes(),
        " and src ", b.sizes(), " to have the same number of elements, but got ", a.numel(),
        " and ", b.numel(), " elements respectively");
  return to(sum(mul(a, b), {}, false, a.dtype()), a.dtype());
}

Tensor outer(const Tensor& a, const Tensor& b) {
  check(a.dim() == 1, "outer: Expected 1-D argument self, but got ", a.dim(), "-D");
  check(b.dim() == 1, "outer: Expected 1-D argument vec2, but got ", b.dim(), "-D");
  return mul(unsqueeze(a, 1), b);
}

Tensor matmul(const Tensor& a, const Tensor& b) {
  check(a.dim() > 0 && b.dim() > 0,
        "both arguments to matmul need to be at least 1D, but they are ", a.dim(), "D and ",
        b.dim(), "D");
  if (a.dim() == 1 && b.dim() == 1) return dot(a, b);
  if (a.dim() == 2 && b.dim() == 1) return mv(a, b);
  if (a.dim() == 1) return squeeze_dims(matmul(unsqueeze(a, 0), b), {-2});
  if (a.dim() == 2 && b.dim() == 2) return mm(a, b);
  if (b.dim() <= 2) {
    // One large product instead of a batch of small ones.
    Shape sizes;
    int64_t rows = 1;
    for (int d = 0; d + 1 < a.dim(); ++d) {
      sizes.push_back(a.sizes()[d]);
      rows *= a.sizes()[d];
    }
    const Tensor matrix = reshape(a, {rows, a.size(-1)});
    if (b.dim() == 1) return reshape(mv(matrix, b), sizes);
    sizes.push_back(b.size(1));
    return reshape(mm(matrix, b), sizes);
  }
  check_same_dtype(a, b, "m1 and m2");
  const Shape batch = broadcast_shapes(batch_of(a), batch_of(b));
  check(a.size(-1) == b.size(-2),
        "Expected size for first two dimensions of batch2 tensor to be: [", numel(batch), ", ",
        a.size(-1), "] but got: [", numel(batch), ", ", b.size(-2), "].");
  return product("BmmBackward0", with_batch(a, batch), with_batch(b, batch));
}

Tensor blend(const Tensor& x, const Tensor& product, double beta, double alpha) {
  const Tensor scaled = alpha == 1 ? product : mul(product, Tensor::number(alpha));
  const Tensor kept =
      expand(beta == 0 || beta == 1 ? x : mul(x, Tensor::number(beta)), scaled.sizes());
  return beta == 0 ? beside(kept, "AddBackward0", scaled) : add(kept, scaled);
}

Tensor addmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) {
  check(a.dim() == 2, "mat1 must be a matrix, got ", a.dim(), "-D tensor");
  check(b.dim() == 2, "mat2 must be a matrix, got ", b.dim(), "-D tensor");
  check_inner(a.size(0), a.size(1), b.size(0), b.size(1));
  check_same_dtype(a, b, "mat1 and mat2");
  return blend(x, mm(a, b), beta, alpha);
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check(weight.dim() == 2 || weight.dim() == 1, "weight must be a matrix, got ", weight.dim(),
        "-D tensor");
  check(x.dim() > 0, "both arguments to linear need to be at least 1D, but they are ", x.dim(),
        "D and ", weight.dim(), "D");
  if (weight.dim() == 2) {
    int64_t rows = 1;
    for (int d = 0; d + 1 < x.dim(); ++d) rows *= x.sizes()[d];
    check_inner(rows, x.size(-1), weight.size(1), weight.size(0));
  }
  check_same_dtype(x, weight, "mat1 and mat2");
  const Tensor y = matmul(x, t(weight));
  if (!bias.defined()) return y;
  // The bias is added to the product while no one else holds it, so in its own memory.
  if (!autograd::any_requires_grad({x, weight, bias})) return add_(y, bias);
  Tensor z = y.detach();
  {
    GradMode off(false);
    add_(z, bias);
  }
  return record("AddmmBackward0", z, {y, bias}, {}, [](const Tensor& g, const Context&) -> Grads {
    return {g, g};
  });
}

}  // namespace torch

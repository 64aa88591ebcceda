#include "ops/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "kernels/random.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/pointwise.h"
#include "ops/reduce.h"
#include "tensor/memory_order.h"

namespace torch {

namespace {

// Samples as a function of their parameters: no gradient flows, but it is zero, not missing.
Tensor record_zero(const char* name, const Tensor& y, const Tensor& a, const Tensor& b) {
  return record(name, y, {a, b}, {}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {zeros(ctx.sizes(0), g.dtype()), zeros(ctx.sizes(1), g.dtype())};
  });
}

}  // namespace

Tensor rand(const Shape& sizes, DType dtype, Generator& generator) {
  return uniform_(Tensor::empty(sizes, dtype), 0, 1, generator);
}

Tensor randn(const Shape& sizes, DType dtype, Generator& generator) {
  return normal_(Tensor::empty(sizes, dtype), 0, 1, generator);
}

Tensor randint(int64_t low, int64_t high, const Shape& sizes, DType dtype, Generator& generator) {
  return random_from_to_(Tensor::empty(sizes, dtype), low, high, generator);
}

Tensor randperm(int64_t n, DType dtype, Generator& generator) {
  check(n >= 0, "n must be non-negative, got", n);
  check(dtype != DType::Bool, "\"randperm\" not implemented for 'Bool'");
  check(dtype != DType::UInt8 || n <= 255,
        "value cannot be converted to type uint8_t without overflow");
  check(dtype != DType::Float32 || n <= (int64_t{1} << 24) + 1,
        "n cannot be greater than 2^24+1 for Float type.");
  const Tensor y = Tensor::empty({n}, DType::Int64);
  kernels::randperm(generator.engine(), static_cast<size_t>(n), y.data<int64_t>());
  return to(y, dtype);
}

Tensor rand_like(const Tensor& x, DType dtype, Generator& generator) {
  return uniform_(empty_like(x, dtype), 0, 1, generator);
}

Tensor randn_like(const Tensor& x, DType dtype, Generator& generator) {
  return normal_(empty_like(x, dtype), 0, 1, generator);
}

Tensor randint_like(const Tensor& x, int64_t low, int64_t high, DType dtype, Generator& generator) {
  return random_from_to_(empty_like(x, dtype), low, high, generator);
}

Tensor normal(const Tensor& mean, const Tensor& std, Generator& generator) {
  const Shape sizes = broadcast_shapes(mean.sizes(), std.sizes());
  const bool one_mean = mean.is_number(), one_std = std.is_number();
  const DType dtype = !one_mean ? mean.dtype() : !one_std ? std.dtype() : DType::Float32;
  if (!one_std) {
    check(std.numel() == 0 || item(amin(std.detach(), {}, false)) >= 0,
          "normal expects all elements of std >= 0.0");
  }
  Tensor y = normal_(Tensor::empty(sizes, dtype), 0, one_std ? item(std) : 1, generator);
  if (!one_std) mul_(y, std.detach());
  add_(y, mean.detach());
  return record_zero(one_std    ? "NormalBackward1"
                     : one_mean ? "NormalBackward2"
                                : "NormalBackward3",
                     y, mean, std);
}

Tensor bernoulli(const Tensor& p, Generator& generator) {
  Tensor y = bernoulli_tensor_(empty_like(p, p.dtype()), p.detach(), generator);
  return record_zero("BernoulliBackward0", y, p, {});
}

namespace {

void check_multinomial(const Tensor& probs, int64_t num_samples, bool replacement) {
  check(is_floating(probs.dtype()),
        "multinomial only supports floating-point dtypes for input, got: ",
        scalar_type_name(probs.dtype()));
  check(probs.dim() == 1 || probs.dim() == 2, "prob_dist must be 1 or 2 dim");
  check(num_samples > 0, "cannot sample n_sample <= 0 samples");
  check(replacement || num_samples <= probs.size(-1),
        "cannot sample n_sample > prob_dist.size(-1) samples without replacement");
}

// Every row's weights, finite and not negative, with a positive sum.
template <class T>
void check_weights(const T* p, int64_t rows, int64_t categories, bool replacement) {
  for (int64_t r = 0; r < rows; ++r, p += categories) {
    T total = 0;
    for (int64_t c = 0; c < categories; ++c) {
      const bool finite = std::isfinite(p[c]), not_negative = p[c] >= 0;
      check(replacement || (finite && not_negative),
            "probability tensor contains either `inf`, `nan` or element < 0");
      check(finite || p[c] < 0,
            "invalid multinomial distribution (encountering probability entry = infinity or NaN)");
      check(not_negative, "invalid multinomial distribution (encountering probability entry < 0)");
      total += p[c];
    }
    check(total > 0, "invalid multinomial distribution (sum of probabilities <= 0)");
  }
}

template <class T>
void draw_with_replacement(Generator& generator, const T* p, size_t categories, int64_t* y,
                           size_t samples) {
  std::vector<T> cumulative(categories);
  std::partial_sum(p, p + categories, cumulative.begin());
  const T total = cumulative.back();
  for (T& c : cumulative) c /= total;
  cumulative.back() = 1;
  for (size_t s = 0; s < samples; ++s) {
    y[s] = static_cast<int64_t>(
        kernels::categorical(generator.engine(), cumulative.data(), categories));
  }
}

// The indices of the largest keys, in descending order.
template <class T>
void take_largest(const T* key, size_t categories, int64_t* y, size_t samples) {
  std::vector<int64_t> order(categories);
  std::iota(order.begin(), order.end(), int64_t{0});
  std::partial_sort(
      order.begin(), order.begin() + static_cast<ptrdiff_t>(samples), order.end(),
      [key](int64_t a, int64_t b) { return key[a] > key[b] || (key[a] == key[b] && a < b); });
  std::copy_n(order.begin(), samples, y);
}

}  // namespace

Tensor multinomial(const Tensor& probs, int64_t num_samples, bool replacement,
                   Generator& generator) {
  check_multinomial(probs, num_samples, replacement);
  GradMode off(false);
  const int64_t categories = probs.size(-1), rows = probs.dim() == 2 ? probs.size(0) : 1;
  Shape sizes = probs.sizes();
  sizes[probs.dim() - 1] = num_samples;
  Tensor y = Tensor::empty(sizes, DType::Int64);
  dispatch_floating("multinomial", probs.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const Tensor dense = contiguous(probs);
    check_weights(dense.data<T>(), rows, categories, replacement);
    // A race of exponentials: weight / exponential is largest for an index with the probability
    // that its weight says.
    const Tensor keys =
        replacement
            ? dense
            : contiguous(div(probs, exponential_(empty_like(probs, probs.dtype()), 1, generator)));
    for (int64_t r = 0; r < rows; ++r) {
      const T* key = keys.data<T>() + r * categories;
      int64_t* out = y.data<int64_t>() + r * num_samples;
      const auto n = static_cast<size_t>(categories), samples = static_cast<size_t>(num_samples);
      if (replacement) {
        draw_with_replacement(generator, key, n, out, samples);
      } else {
        take_largest(key, n, out, samples);
      }
    }
  });
  return y;
}

}  // namespace torch

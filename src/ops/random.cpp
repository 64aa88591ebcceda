#include "ops/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "kernels/bernoulli.h"
#include "kernels/cast.h"
#include "kernels/normal.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/pointwise.h"
#include "ops/reduce.h"

namespace torch {

namespace {

// x with its dimensions in the order of memory, largest stride first.
Tensor in_memory_order(const Tensor& x) {
  Shape order;
  for (int d = 0; d < x.dim(); ++d) order.push_back(d);
  std::stable_sort(&order[0], &order[0] + order.size(), [&](int64_t a, int64_t b) {
    return x.strides()[int(a)] > x.strides()[int(b)];
  });
  Shape sizes, strides;
  for (int64_t d : order) {
    sizes.push_back(x.sizes()[int(d)]);
    strides.push_back(x.strides()[int(d)]);
  }
  return x.alias(sizes, strides, x.storage_offset());
}

// Overwrites x with what fill(T* out, size_t n, bool contiguous) draws. The samples do not depend
// on x, so its history ends here.
template <class F>
Tensor sample_(const Tensor& x, const F& fill) {
  check_inplace(x);
  for (int d = 0; d < x.dim(); ++d) {
    check(x.strides()[d] != 0 || x.sizes()[d] < 2,
          "unsupported operation: more than one element of the written-to tensor refers to a "
          "single memory location. Please clone() the tensor before performing the operation.");
  }
  const auto n = static_cast<size_t>(x.numel());
  dispatch(x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    if (x.is_contiguous()) {
      fill(x.data<T>(), n, true);
    } else {
      const Tensor ordered = in_memory_order(x);
      const Tensor drawn = Tensor::empty(ordered.sizes(), x.dtype());
      fill(drawn.data<T>(), n, false);
      copy_into(ordered, drawn);
    }
  });
  x.bump_version();
  if (x.grad_fn() && autograd::grad_enabled()) x.set_grad_fn(nullptr);
  return x;
}

void check_sampler_dtype(const char* kernel, const Tensor& x) {
  if (!is_floating(x.dtype())) {
    fail(ErrorKind::NotImplemented, "\"", kernel, "\" not implemented for '",
         scalar_type_name(x.dtype()), "'");
  }
}

// One double-precision sample an element.
template <class F>
Tensor sample_each_(const Tensor& x, const F& draw) {
  return sample_(x, [&](auto* y, size_t n, bool) {
    using T = std::remove_pointer_t<decltype(y)>;
    for (size_t i = 0; i < n; ++i) y[i] = kernels::cast<T>(draw());
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
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  kernels::Mt19937& engine = generator.engine();
  // From this length on PyTorch draws 64-bit words and builds the permutation inside out.
  constexpr int64_t kHuge = std::numeric_limits<uint32_t>::max() / 20;
  if (n < kHuge) {
    for (size_t i = 0; i + 1 < order.size(); ++i) {
      std::swap(order[i], order[i + engine.next() % (order.size() - i)]);
    }
  } else {
    for (size_t i = 0; i < order.size(); ++i) {
      const auto z = static_cast<size_t>(engine.next64() % (i + 1));
      order[i] = order[z];
      order[z] = static_cast<int64_t>(i);
    }
  }
  Tensor y = Tensor::empty({n}, DType::Int64);
  std::copy(order.begin(), order.end(), y.data<int64_t>());
  return to(y, dtype);
}

Tensor normal(const Tensor& mean, const Tensor& std, Generator& generator) {
  const DType dtype = floating_result(result_type({&mean, &std}));
  if (std.is_number()) {
    const double s = item(std);
    check(s >= 0, "normal expects std >= 0.0, but found std ", s);
    Tensor y = normal_(Tensor::empty(mean.sizes(), dtype), 0, s, generator);
    return add_(y, mean);
  }
  check(std.numel() == 0 || item(amin(std.detach(), {}, false)) >= 0,
        "normal expects all elements of std >= 0.0");
  Tensor y = normal_(Tensor::empty(broadcast_all(mean, std), dtype), 0, 1, generator);
  return add_(mul_(y, std), mean);
}

Tensor bernoulli(const Tensor& p, Generator& generator) {
  check_sampler_dtype("bernoulli_tensor_cpu_p_", p);
  return bernoulli_tensor_(Tensor::empty(p.sizes(), p.dtype()), p, generator);
}

Tensor multinomial(const Tensor& probs, int64_t num_samples, bool replacement,
                   Generator& generator) {
  check(is_floating(probs.dtype()),
        "multinomial only supports floating-point dtypes for input, got: ",
        scalar_type_name(probs.dtype()));
  check(probs.dim() == 1 || probs.dim() == 2, "prob_dist must be 1 or 2 dim");
  check(num_samples > 0, "cannot sample n_sample <= 0 samples");
  const int64_t categories = probs.size(-1), rows = probs.dim() == 2 ? probs.size(0) : 1;
  check(replacement || num_samples <= categories,
        "cannot sample n_sample > prob_dist.size(-1) samples without replacement");
  Shape sizes = probs.sizes();
  sizes[probs.dim() - 1] = num_samples;
  Tensor y = Tensor::empty(sizes, DType::Int64);
  const Tensor dense = contiguous(probs.detach());

  dispatch_floating("multinomial", probs.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const T* p = dense.data<T>();
    for (int64_t i = 0; i < dense.numel(); ++i) {
      check(p[i] >= 0 && std::isfinite(p[i]),
            "probability tensor contains either `inf`, `nan` or element < 0");
    }
    const auto count = static_cast<size_t>(categories);
    std::vector<T> keys(static_cast<size_t>(dense.numel()));
    if (!replacement) {
      // The largest of p / exponential: the exponential race.
      for (T& key : keys) {
        key = static_cast<T>(-std::log1p(-kernels::uniform53(generator.engine())));
      }
    }
    for (int64_t r = 0; r < rows; ++r) {
      const T* row = p + r * categories;
      T* key = keys.data() + r * categories;
      int64_t* out = y.data<int64_t>() + r * num_samples;
      T total = 0;
      for (size_t c = 0; c < count; ++c) total += row[c];
      check(total > 0, "invalid multinomial distribution (sum of probabilities <= 0)");
      if (replacement) {
        T running = 0;
        for (size_t c = 0; c < count; ++c) {
          running += row[c];
          key[c] = running / total;
        }
        key[count - 1] = 1;
        for (int64_t s = 0; s < num_samples; ++s) {
          const double u = kernels::uniform53(generator.engine());
          const auto at = std::lower_bound(key, key + count, u,
                                           [](T k, double v) { return static_cast<double>(k) < v; });
          out[s] = at - key;
        }
        continue;
      }
      for (size_t c = 0; c < count; ++c) key[c] = row[c] / key[c];
      std::vector<int64_t> order(count);
      std::iota(order.begin(), order.end(), int64_t{0});
      std::partial_sort(order.begin(), order.begin() + num_samples, order.end(),
                        [key](int64_t a, int64_t b) {
                          return key[a] > key[b] || (key[a] == key[b] && a < b);
                        });
      std::copy(order.begin(), order.begin() + num_samples, out);
    }
  });
  return y;
}

Tensor uniform_(const Tensor& x, double from, double to, Generator& generator) {
  check_sampler_dtype("check_uniform_bounds", x);
  check(from <= to, "uniform_ expects to return a [from, to) range, but found from=", from,
        " > to=", to);
  const double limit = x.dtype() == DType::Float32 ? std::numeric_limits<float>::max()
                                                   : std::numeric_limits<double>::max();
  check(to - from <= limit, "uniform_ expects to-from <= std::numeric_limits<",
        scalar_type_name(x.dtype()), ">::max(), but found to=", to, " and from=", from,
        " which result in to-from to exceed the limit");
  return sample_(x, [&](auto* y, size_t n, bool) {
    using T = std::remove_pointer_t<decltype(y)>;
    if constexpr (std::is_floating_point_v<T>) {
      kernels::uniform(generator.engine(), static_cast<T>(from), static_cast<T>(to), n, y);
    }
  });
}

Tensor normal_(const Tensor& x, double mean, double std, Generator& generator) {
  check_sampler_dtype("normal_kernel_cpu", x);
  check(std >= 0, "normal expects std >= 0.0, but found std ", std);
  return sample_(x, [&](auto* y, size_t n, bool in_place) {
    using T = std::remove_pointer_t<decltype(y)>;
    if constexpr (std::is_floating_point_v<T>) {
      // PyTorch's block kernel takes contiguous tensors of 16 elements and more.
      if (n >= 16 && in_place) {
        kernels::normal(generator.engine(), static_cast<T>(mean), static_cast<T>(std), n, y);
      } else {
        for (size_t i = 0; i < n; ++i) y[i] = static_cast<T>(generator.normal() * std + mean);
      }
    }
  });
}

Tensor bernoulli_(const Tensor& x, double p, Generator& generator) {
  check(p >= 0 && p <= 1, "bernoulli_ expects p to be in [0, 1], but got p=", p);
  return sample_(x, [&](auto* y, size_t n, bool) {
    kernels::bernoulli(generator.engine(), p, n, y);
  });
}

Tensor bernoulli_tensor_(const Tensor& x, const Tensor& p, Generator& generator) {
  check_sampler_dtype("bernoulli_tensor_cpu_p_", p);
  const Tensor expanded = Tensor::empty(x.sizes(), p.dtype());
  check(broadcast_all(x, p) == x.sizes(), "output with shape ", x.sizes(),
        " doesn't match the broadcast shape ", broadcast_all(x, p));
  copy_into(expanded, p.detach());
  const Tensor u = Tensor::empty(x.sizes(), p.dtype());
  dispatch_floating("bernoulli_tensor_cpu_p_", p.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const T* probability = expanded.data<T>();
    for (int64_t i = 0; i < expanded.numel(); ++i) {
      check(probability[i] >= 0 && probability[i] <= 1,
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message "
            "be improved?  If so, please report an enhancement request to PyTorch.)");
    }
    kernels::bernoulli_each(generator.engine(), probability, static_cast<size_t>(u.numel()),
                            u.data<T>());
  });
  check_inplace(x);
  copy_into(x, u);
  x.bump_version();
  return x;
}

Tensor exponential_(const Tensor& x, double lambd, Generator& generator) {
  check_sampler_dtype("exponential_cpu", x);
  check(lambd > 0, "exponential_ expects lambda > 0.0, but found lambda=", lambd);
  return sample_each_(x, [&] {
    return -1 / lambd * std::log1p(-kernels::uniform53(generator.engine()));
  });
}

Tensor random_(const Tensor& x, Generator& generator) {
  kernels::Mt19937& engine = generator.engine();
  return sample_(x, [&](auto* y, size_t n, bool) {
    using T = std::remove_pointer_t<decltype(y)>;
    for (size_t i = 0; i < n; ++i) {
      if constexpr (std::is_same_v<T, bool>) {
        y[i] = engine.next() & 1;
      } else if constexpr (std::is_same_v<T, double>) {
        y[i] = static_cast<double>(engine.next64() % ((uint64_t{1} << 53) + 1));
      } else if constexpr (std::is_same_v<T, float>) {
        y[i] = static_cast<float>(engine.next() % ((uint32_t{1} << 24) + 1));
      } else if constexpr (sizeof(T) == 8) {
        y[i] = static_cast<T>(engine.next64() % (uint64_t{1} << 63));
      } else {
        y[i] = static_cast<T>(engine.next() %
                              (static_cast<uint32_t>(std::numeric_limits<T>::max()) + 1));
      }
    }
  });
}

Tensor random_from_to_(const Tensor& x, int64_t from, int64_t to, Generator& generator) {
  check(from < to, "random_ expects 'from' to be less than 'to', but got from=", from,
        " >= to=", to);
  dispatch(x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    if constexpr (std::is_integral_v<T> && sizeof(T) < 8) {
      constexpr int64_t kLow = std::numeric_limits<T>::lowest();
      constexpr int64_t kHigh = std::numeric_limits<T>::max();
      check(from >= kLow && from <= kHigh, "from is out of bounds for ",
            scalar_type_name(x.dtype()));
      check(to - 1 >= kLow && to - 1 <= kHigh, "to - 1 is out of bounds for ",
            scalar_type_name(x.dtype()));
    }
  });
  kernels::Mt19937& engine = generator.engine();
  const uint64_t range = static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  const bool wide = range >= uint64_t{1} << 28;
  return sample_(x, [&](auto* y, size_t n, bool) {
    using T = std::remove_pointer_t<decltype(y)>;
    for (size_t i = 0; i < n; ++i) {
      const uint64_t word = wide ? engine.next64() : engine.next();
      y[i] = kernels::cast<T>(static_cast<int64_t>(word % range + static_cast<uint64_t>(from)));
    }
  });
}

Tensor log_normal_(const Tensor& x, double mean, double std, Generator& generator) {
  check_sampler_dtype("log_normal_cpu", x);
  check(std > 0, "log_normal_ expects std > 0.0, but found std=", std);
  return sample_each_(x, [&] { return std::exp(generator.normal() * std + mean); });
}

Tensor cauchy_(const Tensor& x, double median, double sigma, Generator& generator) {
  check_sampler_dtype("cauchy_cpu", x);
  check(sigma > 0, "cauchy_ expects sigma > 0.0, but found sigma=", sigma);
  return sample_each_(x, [&] {
    const double u = kernels::uniform53(generator.engine());
    return median + sigma * std::tan(std::numbers::pi * (u - 0.5));
  });
}

Tensor geometric_(const Tensor& x, double p, Generator& generator) {
  check(p > 0 && p < 1, "geometric_ expects p to be in (0, 1), but got p=", p);
  return sample_each_(x, [&] {
    const double u = kernels::uniform53(generator.engine());
    return std::ceil(std::log(u) / std::log1p(-p));
  });
}

}  // namespace torch

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/bernoulli.h"
#include "kernels/normal.h"
#include "kernels/random.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/inplace.h"
#include "ops/pointwise.h"
#include "ops/random.h"
#include "ops/reduce.h"
#include "ops/view.h"
#include "tensor/memory_order.h"

namespace torch {

namespace {

// Where the samples for x go before store() takes them: x's own memory, or, where x is of another
// dtype or its memory has gaps, a tensor of x's elements in the order of x's memory.
Tensor room_for(const Tensor& x, DType dtype) {
  check_inplace(x);
  check_writable(x);
  const Tensor ordered = reordered(x, memory_order(x));
  return dtype == x.dtype() && ordered.is_contiguous() ? ordered
                                                       : Tensor::empty(ordered.sizes(), dtype);
}

Tensor store(const char* name, const Tensor& x, const Tensor& samples) {
  if (samples.storage() != x.storage()) copy_into(reordered(x, memory_order(x)), samples);
  x.bump_version();
  if (autograd::any_requires_grad({x})) {
    const Tensor y = record(
        name, x.detach(), {x}, {},
        [](const Tensor& g, const Context&) -> Grads { return {zeros(g.sizes(), g.dtype())}; });
    rebase_history(x, y);
  }
  return x;
}

// fill(T* y, size_t n) draws in T, whatever x's dtype is.
template <class T, class F>
Tensor sample_as_(const char* name, const Tensor& x, const F& fill) {
  const Tensor samples = room_for(x, kDType<T>);
  fill(samples.data<T>(), static_cast<size_t>(x.numel()));
  return store(name, x, samples);
}

// fill(T* y, size_t n) for float and double.
template <class F>
Tensor sample_floating_(const char* name, const Tensor& x, const F& fill) {
  if (x.dtype() == DType::Float32) return sample_as_<float>(name, x, fill);
  return sample_as_<double>(name, x, fill);
}

// One sample of double precision an element.
template <class F>
Tensor sample_each_(const char* name, const Tensor& x, const F& draw) {
  return sample_as_<double>(name, x, [&](double* y, size_t n) { std::generate_n(y, n, draw); });
}

void refuse_dtype(bool refused, const char* kernel, DType dtype) {
  if (refused) {
    fail(ErrorKind::NotImplemented, "\"", kernel, "\" not implemented for '",
         scalar_type_name(dtype), "'");
  }
}

// The type's name in C++, as these checks of PyTorch's print it.
const char* cpp_name(DType dtype) {
  constexpr const char* kNames[kDTypes] = {"bool", "unsigned char", "int",
                                           "long", "float",         "double"};
  return kNames[static_cast<int>(dtype)];
}

bool all_within_unit(const Tensor& p) {
  const Tensor inside = logical_and(ge(p, Tensor::number(0)), le(p, Tensor::number(1)));
  return item(all(inside, {}, false)) != 0;
}

// The largest value of an integer type, or the largest up to which a float type holds all integers.
int64_t highest_draw(DType dtype) {
  constexpr int64_t kHighest[kDTypes] = {1,
                                         std::numeric_limits<uint8_t>::max(),
                                         std::numeric_limits<int32_t>::max(),
                                         std::numeric_limits<int64_t>::max(),
                                         int64_t{1} << std::numeric_limits<float>::digits,
                                         int64_t{1} << std::numeric_limits<double>::digits};
  return kHighest[static_cast<int>(dtype)];
}

}  // namespace

Tensor uniform_(const Tensor& x, double from, double to, Generator& generator) {
  refuse_dtype(!is_floating(x.dtype()), "check_uniform_bounds", x.dtype());
  const double limit = x.dtype() == DType::Float32 ? std::numeric_limits<float>::max()
                                                   : std::numeric_limits<double>::max();
  check(std::fabs(from) <= limit, "from is out of bounds for ", cpp_name(x.dtype()));
  check(std::fabs(to) <= limit, "to is out of bounds for ", cpp_name(x.dtype()));
  check(from <= to, "uniform_ expects to return a [from, to) range, but found from=", from,
        " > to=", to);
  check(to - from <= limit, "uniform_ expects to-from <= std::numeric_limits<",
        scalar_type_name(x.dtype()), ">::max(), but found to=", to, " and from=", from,
        " which result in to-from to exceed the limit");
  return sample_floating_("UniformBackward0", x, [&]<class T>(T* y, size_t n) {
    kernels::uniform(generator.engine(), static_cast<T>(from), static_cast<T>(to), n, y);
  });
}

Tensor normal_(const Tensor& x, double mean, double std, Generator& generator) {
  check(std >= 0, "normal expects std >= 0.0, but found std ", std);
  refuse_dtype(!is_floating(x.dtype()), "normal_kernel_cpu", x.dtype());
  const bool blocks = x.is_contiguous() && x.numel() >= 16;
  return sample_floating_("NormalBackward0", x, [&]<class T>(T* y, size_t n) {
    if (blocks) {
      kernels::normal(generator.engine(), static_cast<T>(mean), static_cast<T>(std), n, y);
    } else {
      // Fused, as in PyTorch's x86 build.
      for (size_t i = 0; i < n; ++i) y[i] = static_cast<T>(std::fma(generator.normal(), std, mean));
    }
  });
}

Tensor log_normal_(const Tensor& x, double mean, double std, Generator& generator) {
  check(std > 0, "log_normal_ expects std > 0.0, but found std=", std);
  refuse_dtype(!is_floating(x.dtype()), "log_normal_cpu", x.dtype());
  return sample_each_("LogNormalBackward0", x,
                      [&] { return std::exp(std::fma(generator.normal(), std, mean)); });
}

Tensor exponential_(const Tensor& x, double lambd, Generator& generator) {
  check(lambd > 0, "exponential_ expects lambda > 0.0, but found lambda=", lambd);
  refuse_dtype(!is_floating(x.dtype()), "exponential_cpu", x.dtype());
  return sample_each_("ExponentialBackward0", x,
                      [&] { return kernels::exponential(generator.engine(), lambd); });
}

Tensor cauchy_(const Tensor& x, double median, double sigma, Generator& generator) {
  check(sigma > 0, "cauchy_ expects sigma > 0.0, but found sigma=", sigma);
  refuse_dtype(!is_floating(x.dtype()), "cauchy_cpu", x.dtype());
  return sample_each_("CauchyBackward0", x,
                      [&] { return kernels::cauchy(generator.engine(), median, sigma); });
}

Tensor geometric_(const Tensor& x, double p, Generator& generator) {
  check(p > 0 && p < 1, "geometric_ expects p to be in (0, 1), but got p=", p);
  refuse_dtype(x.dtype() == DType::Bool, "geometric_cpu", x.dtype());
  return sample_each_("GeometricBackward0", x,
                      [&] { return kernels::geometric(generator.engine(), p); });
}

Tensor bernoulli_(const Tensor& x, double p, Generator& generator) {
  check(p >= 0 && p <= 1, "bernoulli_ expects p to be in [0, 1], but got p=", p);
  const auto fill = [&](auto* y, size_t n) { kernels::bernoulli(generator.engine(), p, n, y); };
  if (x.dtype() == DType::Float32) return sample_as_<float>("BernoulliBackward2", x, fill);
  return sample_as_<bool>("BernoulliBackward2", x, fill);
}

Tensor bernoulli_tensor_(const Tensor& x, const Tensor& p, Generator& generator) {
  const Tensor expanded = expand(p.detach(), x.sizes());
  refuse_dtype(!is_floating(p.dtype()), "bernoulli_tensor_cpu_p_", p.dtype());
  check(all_within_unit(expanded),
        "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message "
        "be improved?  If so, please report an enhancement request to PyTorch.)");
  // In the order of x's memory, as the draws.
  const Tensor dense = contiguous(reordered(expanded, memory_order(x)));
  return sample_as_<bool>("BernoulliBackward1", x, [&](bool* y, size_t n) {
    // A float probability is compared with a uniform of 24 bits, a double with one of 53.
    if (dense.dtype() == DType::Float32) {
      kernels::bernoulli_each(generator.engine(), dense.data<float>(), n, y);
    } else {
      kernels::bernoulli_each(generator.engine(), dense.data<double>(), n, y);
    }
  });
}

Tensor random_(const Tensor& x, Generator& generator) {
  return sample_as_<int64_t>("RandomBackward1", x, [&](int64_t* y, size_t n) {
    kernels::random_full(generator.engine(), highest_draw(x.dtype()), n, y);
  });
}

namespace {

// The nearest integers inside [from, to) that a float of this many digits holds; past its digits
// they are 2, 4, 8 … apart.
template <class T>
void fit_range(int64_t& from, int64_t& to) {
  constexpr int kDigits = std::numeric_limits<T>::digits;
  const auto spacing = [](int64_t v) {
    int bits = -1;
    for (int64_t rest = v < 0 ? -v : v; rest > 0; rest >>= 1) ++bits;
    return int64_t{1} << (bits - kDigits + 1);
  };
  const auto above = static_cast<int64_t>(static_cast<T>(from + 1));
  if (above < from) from = above + spacing(from + 1);
  const auto below = static_cast<int64_t>(static_cast<T>(to - 1));
  if (below >= to) to = below - spacing(to - 1);
}

}  // namespace

Tensor random_from_to_(const Tensor& x, int64_t from, int64_t to, Generator& generator) {
  check(from < to, "random_ expects 'from' to be less than 'to', but got from=", from,
        " >= to=", to);
  dispatch(x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    if constexpr (std::is_floating_point_v<T>) {
      fit_range<T>(from, to);
      check(from < to,
            "random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got "
            "from=",
            from, " >= to=", to);
    } else {
      constexpr auto kLow = static_cast<int64_t>(std::numeric_limits<T>::lowest());
      constexpr auto kHigh = static_cast<int64_t>(std::numeric_limits<T>::max());
      check(from >= kLow && from <= kHigh, "from is out of bounds for ", cpp_name(x.dtype()));
      check(to - 1 >= kLow && to - 1 <= kHigh, "to - 1 is out of bounds for ", cpp_name(x.dtype()));
    }
  });
  const uint64_t range = static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  return sample_as_<int64_t>("RandomBackward0", x, [&](int64_t* y, size_t n) {
    kernels::random_integers(generator.engine(), from, range, n, y);
  });
}

}  // namespace torch

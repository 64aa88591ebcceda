// The op table: a row per differentiable op, and for each row the gradient and the second
// derivative against finite differences, strided against copied operands bit for bit, and no
// tensor left alive.
#include "gradcheck.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/creation.h"
#include "ops/einsum.h"
#include "ops/join.h"
#include "ops/loss.h"
#include "ops/normalization.h"
#include "ops/products.h"
#include "ops/scan.h"
#include "ops/softmax.h"
#include "ops/sort.h"
#include "ops/special.h"
#include "ops/statistics.h"
#include "ops/unary.h"
#include "ops/view.h"

using torch::Tensor;
using List = std::vector<Tensor>;

namespace {

using torch::DType;

Tensor number(double v) { return Tensor::number(v); }

// A class, not the same one, for each row of x.
Tensor classes(const Tensor& x) {
  const Tensor y = Tensor::empty({x.size(0)}, DType::Int64);
  for (int64_t i = 0; i < x.size(0); ++i) y.data<int64_t>()[i] = (i + 2) % x.size(1);
  return y;
}

struct Row {
  std::string name;
  int inputs;
  double low, high;  // where the inputs lie
  expect::Function f;
};

#define UNARY(name, low, high)                                           \
  {                                                                      \
#name, 1, low, high, [](const List& x) { return torch::name(x[0]); } \
  }
#define BINARY(name, low, high)                                                \
  {                                                                            \
#name, 2, low, high, [](const List& x) { return torch::name(x[0], x[1]); } \
  }

// clang-format off
const std::vector<Row> kRows = {
    UNARY(neg, -2, 2), UNARY(abs, 0.1, 2), UNARY(sign, 0.1, 2), UNARY(square, -2, 2),
    UNARY(reciprocal, 0.5, 2), UNARY(sqrt, 0.5, 2), UNARY(rsqrt, 0.5, 2), UNARY(floor, 0.1, 0.9),
    UNARY(ceil, 0.1, 0.9), UNARY(trunc, 0.1, 0.9), UNARY(round, 0.1, 0.4), UNARY(frac, 0.1, 0.9),
    UNARY(exp, -2, 2), UNARY(exp2, -2, 2), UNARY(expm1, -2, 2), UNARY(log, 0.5, 2),
    UNARY(log2, 0.5, 2), UNARY(log10, 0.5, 2), UNARY(log1p, -0.5, 2), UNARY(sin, -2, 2),
    UNARY(cos, -2, 2), UNARY(tan, -1, 1), UNARY(asin, -0.8, 0.8), UNARY(acos, -0.8, 0.8),
    UNARY(atan, -2, 2), UNARY(sinh, -2, 2), UNARY(cosh, -2, 2), UNARY(erf, -2, 2),
    UNARY(erfc, -2, 2), UNARY(erfinv, -0.8, 0.8),
    UNARY(relu, 0.1, 2), UNARY(relu6, 0.1, 5), UNARY(selu, -2, -0.1), UNARY(selu, 0.1, 2),
    UNARY(sigmoid, -2, 2), UNARY(tanh, -2, 2), UNARY(silu, -2, 2), UNARY(mish, -2, 2),
    UNARY(logsigmoid, -2, 2), UNARY(hardsigmoid, -2, 2), UNARY(hardswish, -2, 2),
    {"hardtanh", 1, -0.9, 0.9, [](const List& x) { return torch::hardtanh(x[0], -1, 1); }},
    {"leaky_relu", 1, -2, -0.1, [](const List& x) { return torch::leaky_relu(x[0], 0.1); }},
    {"elu", 1, -2, -0.1, [](const List& x) { return torch::elu(x[0], 1.3); }},
    {"celu", 1, -2, -0.1, [](const List& x) { return torch::celu(x[0], 1.7); }},
    {"gelu", 1, -2, 2, [](const List& x) { return torch::gelu(x[0], false); }},
    {"gelu tanh", 1, -2, 2, [](const List& x) { return torch::gelu(x[0], true); }},
    {"softplus", 1, -2, 2, [](const List& x) { return torch::softplus(x[0], 1.5, 20); }},
    {"hardshrink", 1, 0.6, 2, [](const List& x) { return torch::hardshrink(x[0], 0.5); }},
    {"softshrink", 1, 0.6, 2, [](const List& x) { return torch::softshrink(x[0], 0.5); }},
    {"threshold", 1, 0.2, 2, [](const List& x) { return torch::threshold(x[0], 0.1, 7); }},
    BINARY(add, -2, 2), BINARY(sub, -2, 2), BINARY(mul, -2, 2), BINARY(div, 0.5, 2),
    BINARY(pow, 0.5, 2), BINARY(maximum, -2, 2), BINARY(minimum, -2, 2), BINARY(atan2, 0.5, 2),
    {"remainder", 1, 0.1, 0.9, [](const List& x) { return torch::remainder(x[0], number(1)); }},
    {"fmod", 1, 0.1, 0.9, [](const List& x) { return torch::fmod(x[0], number(1)); }},
    {"lerp", 3, 0.1, 0.4, [](const List& x) { return torch::lerp(x[0], x[1], x[2]); }},
    {"addcmul", 3, -2, 2, [](const List& x) { return torch::addcmul(x[0], x[1], x[2], 0.7); }},
    {"addcdiv", 3, 0.5, 2, [](const List& x) { return torch::addcdiv(x[0], x[1], x[2], 0.7); }},
    {"where", 2, -2, 2,
     [](const List& x) {
       return torch::where(torch::gt(torch::sin(torch::mul(x[0], number(9))), number(0)), x[0],
                           x[1]);
     }},
    {"clamp", 1, -2, 2,
     [](const List& x) { return torch::clamp(x[0], number(-1.01), number(1.01)); }},
    {"clamp min", 1, -2, 2, [](const List& x) { return torch::clamp(x[0], number(0.01), {}); }},
    {"clamp max", 1, -2, 2, [](const List& x) { return torch::clamp(x[0], {}, number(0.01)); }},
    {"cat", 2, -2, 2, [](const List& x) { return torch::cat(x, 1); }},
    {"stack", 2, -2, 2, [](const List& x) { return torch::stack(x, -1); }},
    {"sum", 1, -2, 2, [](const List& x) { return torch::sum(x[0], {1}, true, std::nullopt); }},
    {"mean", 1, -2, 2, [](const List& x) { return torch::mean(x[0], {0}, false, std::nullopt); }},
    {"prod", 1, 0.5, 2, [](const List& x) { return torch::prod(x[0]); }},
    {"prod dim", 1, -2, 2, [](const List& x) { return torch::prod_dim(x[0], 1, false); }},
    {"var", 1, -2, 2, [](const List& x) { return torch::var(x[0], {1}, 1, false); }},
    {"var_mean", 1, -2, 2,
     [](const List& x) {
       const auto [v, m] = torch::var_mean(x[0], {0}, 1, true);
       return torch::add(v, torch::mul(m, m));
     }},
    {"var columns", 1, -2, 2, [](const List& x) { return torch::var(x[0], {0}, 0, true); }},
    {"std", 1, -2, 2, [](const List& x) { return torch::std_(x[0], {}, 1, false); }},
    {"amax", 1, -2, 2, [](const List& x) { return torch::amax(x[0], {1}, false); }},
    {"amin", 1, -2, 2, [](const List& x) { return torch::amin(x[0], {0}, true); }},
    {"max_all", 1, -2, 2, [](const List& x) { return torch::max_all(x[0]); }},
    {"max_dim", 1, -2, 2, [](const List& x) { return torch::max_dim(x[0], 0, false).first; }},
    {"min_dim", 1, -2, 2, [](const List& x) { return torch::min_dim(x[0], 1, true).first; }},
    {"norm 1", 1, 0.1, 2, [](const List& x) { return torch::norm(x[0], 1, {1}, false); }},
    {"norm 2", 1, -2, 2, [](const List& x) { return torch::norm(x[0], 2, {}, false); }},
    {"norm 3", 1, 0.1, 2, [](const List& x) { return torch::norm(x[0], 3, {0}, false); }},
    {"norm inf", 1, 0.1, 2, [](const List& x) { return torch::norm(x[0], INFINITY, {}, false); }},
    {"softmax", 1, -2, 2, [](const List& x) { return torch::softmax(x[0], 0, std::nullopt); }},
    {"log_softmax", 1, -2, 2,
     [](const List& x) { return torch::log_softmax(x[0], 1, std::nullopt); }},
    {"glu", 1, -2, 2, [](const List& x) { return torch::glu(x[0], 1); }},
    {"prelu", 2, -2, -0.1,
     [](const List& x) { return torch::prelu(x[0], torch::select(x[1], 0, 0)); }},
    UNARY(softsign, 0.1, 2), UNARY(tanhshrink, -2, 2),
    {"mse_loss", 2, -2, 2,
     [](const List& x) { return torch::mse_loss(x[0], x[1], torch::Reduction::Mean); }},
    {"huber_loss", 2, -2, 2,
     [](const List& x) { return torch::huber_loss(x[0], x[1], torch::Reduction::None, 0.7); }},
    {"smooth_l1_loss", 2, -2, 2,
     [](const List& x) { return torch::smooth_l1_loss(x[0], x[1], torch::Reduction::Sum, 0.7); }},
    {"nll_loss", 1, -2, 2,
     [](const List& x) {
       return torch::nll_loss(x[0], classes(x[0]), {}, 0, torch::Reduction::Mean);
     }},
    {"cross_entropy", 1, -2, 2,
     [](const List& x) {
       return torch::cross_entropy(x[0], classes(x[0]), {}, 0, torch::Reduction::Mean, 0);
     }},
    {"cross_entropy of pictures", 1, -2, 2,
     [](const List& x) {
       const Tensor pictures = torch::unsqueeze(x[0], 0);
       const Tensor targets = torch::full({1, x[0].size(1)}, 1, DType::Int64);
       return torch::cross_entropy(pictures, targets, {}, -100, torch::Reduction::None, 0);
     }},
    {"cross_entropy, smoothed", 1, -2, 2,
     [](const List& x) {
       return torch::cross_entropy(x[0], classes(x[0]), {}, -100, torch::Reduction::Mean, 0.1);
     }},
    {"cross_entropy of probabilities", 2, 0.1, 0.9,
     [](const List& x) {
       return torch::cross_entropy(x[0], x[1], {}, -100, torch::Reduction::Mean, 0);
     }},
    {"binary_cross_entropy", 2, 0.2, 0.8,
     [](const List& x) {
       return torch::binary_cross_entropy(x[0], x[1], {}, torch::Reduction::Mean);
     }},
    {"binary_cross_entropy_with_logits", 2, -2, 2,
     [](const List& x) {
       return torch::binary_cross_entropy_with_logits(x[0], x[1], {}, {}, torch::Reduction::None);
     }},
    {"kl_div", 2, 0.2, 0.8,
     [](const List& x) { return torch::kl_div(x[0], x[1], torch::Reduction::Sum, false); }},
    {"soft_margin_loss", 2, -2, 2,
     [](const List& x) { return torch::soft_margin_loss(x[0], x[1], torch::Reduction::Mean); }},
    {"poisson_nll_loss", 2, 0.5, 2,
     [](const List& x) {
       return torch::poisson_nll_loss(x[0], x[1], false, false, 1e-8, torch::Reduction::Mean);
     }},
    {"triplet_margin_loss", 3, -2, 2,
     [](const List& x) {
       return torch::triplet_margin_loss(x[0], x[1], x[2], 3, 2, 1e-6, false,
                                         torch::Reduction::Sum);
     }},
    {"cosine_embedding_loss", 2, 0.1, 2,
     [](const List& x) {
       return torch::cosine_embedding_loss(x[0], x[1], torch::ones({x[0].size(0)}, x[0].dtype()), 0,
                                           torch::Reduction::Sum);
     }},
    {"batch_norm", 3, 0.2, 2,
     [](const List& x) {
       return torch::batch_norm(x[0], {}, {}, torch::select(x[1], 0, 1), torch::select(x[2], 0, 1),
                                true, 0.1, 1e-5);
     }},
    {"layer_norm", 3, 0.2, 2,
     [](const List& x) {
       return torch::layer_norm(x[0], {x[0].size(1)}, torch::select(x[1], 0, 1), torch::select(x[2], 0, 1),
                                1e-5);
     }},
    {"logsumexp", 1, -2, 2, [](const List& x) { return torch::logsumexp(x[0], {1}, false); }},
    UNARY(asinh, -2, 2), UNARY(acosh, 1.2, 2), UNARY(atanh, -0.8, 0.8), UNARY(sinc, -2, 2),
    UNARY(lgamma, 0.5, 2), UNARY(digamma, 0.5, 2), UNARY(logit, 0.1, 0.9),
    BINARY(fmax, -2, 2), BINARY(fmin, -2, 2), BINARY(hypot, 0.5, 2), BINARY(logaddexp, -2, 2),
    BINARY(logaddexp2, -2, 2), BINARY(xlogy, 0.5, 2), BINARY(kron, -2, 2),
    {"polygamma", 1, 0.5, 2, [](const List& x) { return torch::polygamma(2, x[0]); }},
    {"round_decimals", 1, 0.01, 0.04, [](const List& x) { return torch::round_decimals(x[0], 1); }},
    {"nan_to_num", 1, -2, 2, [](const List& x) { return torch::nan_to_num(x[0], 0, 1, -1); }},
    {"cumsum", 1, -2, 2, [](const List& x) { return torch::cumsum(x[0], 1, std::nullopt); }},
    {"cumprod", 1, -2, 2, [](const List& x) { return torch::cumprod(x[0], 0, std::nullopt); }},
    {"logcumsumexp", 1, -2, 2, [](const List& x) { return torch::logcumsumexp(x[0], 1); }},
    {"cummax", 1, -2, 2, [](const List& x) { return torch::cummax(x[0], 1).first; }},
    {"cummin", 1, -2, 2, [](const List& x) { return torch::cummin(x[0], 0).first; }},
    {"sort", 1, -2, 2, [](const List& x) { return torch::sort(x[0], 0, true).first; }},
    {"topk", 1, -2, 2, [](const List& x) { return torch::topk(x[0], 2, 1, false).first; }},
    {"kthvalue", 1, -2, 2, [](const List& x) { return torch::kthvalue(x[0], 2, 1, true).first; }},
    {"median", 1, -2, 2, [](const List& x) { return torch::median(x[0], false); }},
    {"median_dim", 1, -2, 2,
     [](const List& x) { return torch::median_dim(x[0], 1, false, true).first; }},
    {"mode", 1, -2, 2, [](const List& x) { return torch::mode(x[0], 1, false).first; }},
    {"quantile", 1, -2, 2,
     [](const List& x) {
       return torch::quantile(x[0], number(0.3), 1, true, torch::Interpolation::Linear, false);
     }},
    {"diff", 1, -2, 2, [](const List& x) { return torch::diff(x[0], 2, 1, {}, {}); }},
    {"nansum", 1, -2, 2, [](const List& x) { return torch::nansum(x[0], {1}, false, {}); }},
    {"nanmean", 1, -2, 2, [](const List& x) { return torch::nanmean(x[0], {0}, false, {}); }},
    {"dist", 2, -2, 2, [](const List& x) { return torch::dist(x[0], x[1], 3); }},
    {"cdist", 2, -2, 2, [](const List& x) { return torch::cdist(x[0], x[1], 3, false); }},
    {"cdist by product", 2, -2, 2,
     [](const List& x) { return torch::cdist(x[0], x[1], 2, true); }},
    {"einsum", 2, -2, 2, [](const List& x) { return torch::einsum("ij,kj->ik", x); }},
    {"tensordot", 2, -2, 2, [](const List& x) { return torch::tensordot(x[0], x[1], {0}, {0}); }},
    {"trace", 1, -2, 2, [](const List& x) { return torch::trace(x[0]); }},
};
// clang-format on

// Distinct, irregular values in [low, high].
Tensor spread(const torch::Shape& sizes, double low, double high, int which) {
  std::vector<double> v;
  for (int64_t i = 0; i < torch::numel(sizes); ++i) {
    const double u = std::fmod(0.61803398875 * double(i + 1) + 0.37 * which, 1.0);
    v.push_back(low + (high - low) * u);
  }
  return expect::variable(sizes, v);
}

List inputs_of(const Row& row) {
  List inputs;
  for (int k = 0; k < row.inputs; ++k) inputs.push_back(spread({3, 4}, row.low, row.high, k));
  return inputs;
}

}  // namespace

TEST_CASE("op table: the gradient is the derivative") {
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    CHECK(expect::gradcheck(row.f, inputs_of(row)) == "");
  }
}

TEST_CASE("op table: the gradient of the gradient is the second derivative") {
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    CHECK(expect::gradgradcheck(row.f, inputs_of(row)) == "");
  }
}

TEST_CASE("op table: fused and recorded backward give the same gradient") {
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    const List x = inputs_of(row);
    const List fused = torch::grad({expect::weighted(row.f(x))}, x, {}, false, false, true);
    const List recorded = torch::grad({expect::weighted(row.f(x))}, x, {}, true, true, true);
    for (size_t k = 0; k < x.size(); ++k) {
      REQUIRE(fused[k].defined() == recorded[k].defined());
      if (!fused[k].defined()) continue;
      CHECK(torch::allclose(fused[k], recorded[k].detach(), 1e-12, 1e-14, true));
    }
  }
}

TEST_CASE("op table: strided operands give the bits of their copies") {
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    List strided, copied;
    for (int k = 0; k < row.inputs; ++k) {
      const Tensor wide =
          torch::to(spread({8, 6}, row.low, row.high, k).detach(), torch::DType::Float32);
      strided.push_back(torch::transpose(torch::slice(wide, 0, 1, 8, 2), 0, 1));
      copied.push_back(torch::clone(strided.back()));
    }
    CHECK(expect::same_bits(row.f(strided), row.f(copied)));
  }
}

TEST_CASE("op table: no tensor stays alive") {
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    const int64_t before = torch::live_tensors();
    {
      const List x = inputs_of(row);
      torch::backward(expect::weighted(row.f(x)), {}, false, false);
      torch::grad({expect::weighted(row.f(x))}, x, {}, true, true, true);
    }
    CHECK(torch::live_tensors() == before);
  }
}

TEST_CASE("op table: ±0, ±inf and NaN go through every op of one operand as through double's") {
  const std::vector<double> far = {0.0,          -0.0,  INFINITY, -INFINITY,
                                   std::nan(""), 1e-40, -1e-40,   1e30};
  for (const Row& row : kRows) {
    if (row.inputs != 1) continue;
    CAPTURE(row.name);
    const Tensor single = row.f({expect::tensor({2, 4}, far)});
    const Tensor wide = row.f({torch::to(expect::tensor({2, 4}, far), torch::DType::Float64)});
    const std::vector<double> a = expect::values(single), b = expect::values(wide);
    for (size_t i = 0; i < a.size(); ++i) {
      CAPTURE(i);
      // The same class of value: NaN, infinite with its sign, or finite and close.
      if (std::isnan(b[i]) || std::isnan(a[i])) {
        CHECK(std::isnan(a[i]) == std::isnan(b[i]));
      } else if (std::isinf(a[i]) || std::fabs(b[i]) > 3.4e38) {
        CHECK(std::signbit(a[i]) == std::signbit(b[i]));
        CHECK(std::fabs(b[i]) > 3e38);
      } else {
        CHECK(std::fabs(a[i] - b[i]) <= 2e-6 * std::fabs(b[i]) + 1e-37);
      }
    }
  }
}

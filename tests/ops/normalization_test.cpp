#include "ops/normalization.h"

#include "base/parallel.h"
#include "expect.h"
#include "gradcheck.h"
#include "ops/backward.h"

using expect::same;
using expect::tensor;
using expect::values;
using expect::variable;
using torch::Shape;
using torch::Tensor;

namespace {

using Op = std::function<Tensor(const Tensor& x, const Tensor& weight, const Tensor& bias)>;

std::vector<double> waves(int64_t n, double first, double centre = 0) {
  std::vector<double> v;
  for (int64_t i = 0; i < n; ++i) v.push_back(centre + std::sin(first + 1.7 * double(i)));
  return v;
}

// An op on x [a, b, c], of whose elements `group` says which are normalized together and `place`
// which weight they have.
struct Case {
  const char* name;
  Op op;
  std::function<int64_t(int64_t, int64_t, int64_t)> group, place;
  int64_t weights;
};

constexpr double kEps = 1e-5;

std::vector<Case> cases(int64_t b, int64_t c) {
  return {
      {"batch",
       [](auto& x, auto& w, auto& bias) {
         return torch::batch_norm(x, {}, {}, w, bias, true, 0.1, kEps);
       },
       [](auto, auto j, auto) { return j; }, [](auto, auto j, auto) { return j; }, b},
      {"layer",
       [c](auto& x, auto& w, auto& bias) { return torch::layer_norm(x, {c}, w, bias, kEps); },
       [b](auto i, auto j, auto) { return i * b + j; }, [](auto, auto, auto k) { return k; }, c},
      {"group", [](auto& x, auto& w, auto& bias) { return torch::group_norm(x, 2, w, bias, kEps); },
       [b](auto i, auto j, auto) { return i * 2 + j / (b / 2); },
       [](auto, auto j, auto) { return j; }, b}};
}

// The formula in double, and its gradients for g.
struct Exact {
  std::vector<double> y, gx, gw, gb;
};

Exact exact(const Case& op, const Shape& sizes, const std::vector<double>& x,
            const std::vector<double>& w, const std::vector<double>& bias,
            const std::vector<double>& g) {
  struct Group {
    double n = 0, mean = 0, var = 0, gu = 0, guu = 0;
  };
  std::vector<Group> groups(x.size());
  std::vector<size_t> group, place;
  for (int64_t i = 0; i < sizes[0]; ++i) {
    for (int64_t j = 0; j < sizes[1]; ++j) {
      for (int64_t k = 0; k < sizes[2]; ++k) {
        group.push_back(size_t(op.group(i, j, k)));
        place.push_back(size_t(op.place(i, j, k)));
      }
    }
  }
  const auto each = [&](auto f) {
    for (size_t e = 0; e < x.size(); ++e) f(e, groups[group[e]], place[e]);
  };
  each([&](size_t e, Group& s, size_t) { s.n += 1, s.mean += x[e]; });
  for (Group& s : groups) s.mean /= s.n;
  each([&](size_t e, Group& s, size_t) { s.var += (x[e] - s.mean) * (x[e] - s.mean) / s.n; });
  const auto scale = [](const Group& s) { return 1 / std::sqrt(s.var + kEps); };
  Exact out;
  out.y = out.gx = x;
  out.gw = out.gb = std::vector<double>(w.size(), 0.0);
  each([&](size_t e, Group& s, size_t p) {
    const double unit = (x[e] - s.mean) * scale(s);
    out.y[e] = unit * w[p] + bias[p];
    out.gw[p] += g[e] * unit;
    out.gb[p] += g[e];
    s.gu += g[e] * w[p] / s.n;
    s.guu += g[e] * w[p] * unit / s.n;
  });
  each([&](size_t e, Group& s, size_t p) {
    out.gx[e] = scale(s) * (g[e] * w[p] - s.gu - (x[e] - s.mean) * scale(s) * s.guu);
  });
  return out;
}

void near(const Tensor& got, const std::vector<double>& wanted, double tolerance) {
  const std::vector<double> v = values(got);
  REQUIRE(v.size() == wanted.size());
  for (size_t i = 0; i < v.size(); ++i) {
    CAPTURE(i);
    CHECK(std::fabs(v[i] - wanted[i]) <= tolerance * (1 + std::fabs(wanted[i])));
  }
}

void as_in_double(const Shape& sizes, double centre, double tolerance, bool transposed) {
  for (const Case& op : cases(sizes[1], sizes[2])) {
    CAPTURE(std::string(op.name));
    CAPTURE(torch::numel(sizes));
    CAPTURE(transposed);
    const Shape stored = transposed ? Shape{sizes[0], sizes[2], sizes[1]} : sizes;
    Tensor x = tensor(stored, waves(torch::numel(sizes), 0.3, centre));
    if (transposed) x = torch::transpose(x, 1, 2);
    const Tensor g = tensor(sizes, waves(x.numel(), 2)),
                 w = tensor({op.weights}, waves(op.weights, 1)),
                 b = tensor({op.weights}, waves(op.weights, 3));
    for (const Tensor& leaf : {x, w, b}) leaf.set_requires_grad(true);
    const Exact e = exact(op, sizes, values(x), values(w), values(b), values(g));
    const Tensor y = op.op(x, w, b);
    near(y, e.y, tolerance);
    const std::vector<Tensor> grads = torch::grad({y}, {x, w, b}, {g}, false, false, false);
    near(grads[0], e.gx, tolerance);
    near(grads[1], e.gw, tolerance * std::sqrt(double(x.numel())));
    near(grads[2], e.gb, tolerance * std::sqrt(double(x.numel())));
  }
}

}  // namespace

TEST_CASE("normalization: value and gradients against double, rows of every length") {
  for (int64_t n : {1, 2, 3, 4, 5, 8, 15, 16, 17, 600}) as_in_double({3, 4, n}, 0, 4e-6, false);
  as_in_double({70, 6, 1}, 0, 2e-6, false);
  as_in_double({5, 4, 9}, 0, 2e-6, true);
}

TEST_CASE("normalization: a mean far from zero costs no more than the rounding of x") {
  // The mean is rounded to a float: half a unit in the last place of 1000 is 3e-5.
  as_in_double({6, 4, 40}, 1000, 2e-4, false);
}

TEST_CASE("normalization: derivatives, once and again") {
  for (const Case& op : cases(2, 3)) {
    CAPTURE(std::string(op.name));
    const expect::Function f = [&](const std::vector<Tensor>& in) {
      return op.op(in[0], in[1], in[2]);
    };
    const expect::Function slope = [&](const std::vector<Tensor>& in) {
      const torch::GradMode on(true);
      return torch::grad({expect::weighted(f(in))}, {in[0]}, {}, true, true, false)[0];
    };
    const std::vector<Tensor> in = {variable({3, 2, 3}, waves(18, 0.2)),
                                    variable({op.weights}, waves(op.weights, 1)),
                                    variable({op.weights}, waves(op.weights, 4))};
    CHECK(expect::gradcheck(f, in) == "");
    CHECK(expect::gradcheck(slope, in, 1e-5) == "");
  }
}

TEST_CASE("normalization: without weight or bias, of one half of them, and of nothing") {
  for (const Case& op : cases(4, 5)) {
    CAPTURE(std::string(op.name));
    const Tensor x = tensor({3, 4, 5}, waves(60, 0)),
                 w = tensor({op.weights}, waves(op.weights, 1));
    const Tensor one = tensor({op.weights}, std::vector<double>(size_t(op.weights), 1));
    const Tensor zero = tensor({op.weights}, std::vector<double>(size_t(op.weights), 0));
    CHECK(same(values(op.op(x, {}, {})), values(op.op(x, one, zero))));
    CHECK(same(values(op.op(x, w, {})), values(op.op(x, w, zero))));
    CHECK(same(values(op.op(x, {}, w)), values(op.op(x, one, w))));
  }
  const Tensor none = tensor({0, 4}, {});
  CHECK(torch::layer_norm(none, {4}, {}, {}, kEps).sizes() == Shape{0, 4});
  CHECK(torch::batch_norm(none, {}, {}, {}, {}, false, 0.1, kEps).sizes() == Shape{0, 4});
}

TEST_CASE("normalization: a NaN or an infinity spoils what is normalized with it and no more") {
  for (const double bad : {double(NAN), double(INFINITY)}) {
    std::vector<double> v = waves(68, 0);
    v[20] = bad;
    const std::vector<double> y = values(torch::layer_norm(tensor({4, 17}, v), {17}, {}, {}, kEps));
    for (size_t i = 0; i < y.size(); ++i) CHECK(std::isnan(y[i]) == (i / 17 == 1));
  }
}

TEST_CASE("normalization: threads change nothing") {
  for (const Case& op : cases(64, 300)) {
    CAPTURE(std::string(op.name));
    Tensor x = tensor({8, 64, 300}, waves(8 * 64 * 300, 0));
    x.set_requires_grad(true);
    const auto run = [&] {
      const Tensor y = op.op(x, {}, {});
      return std::pair{y.detach(), torch::grad({y}, {x}, {x.detach()}, false, false, false)[0]};
    };
    const auto one = run();
    torch::start_threads(4);
    const auto four = run();
    torch::stop_threads();
    CHECK(expect::same_bits(one.first, four.first));
    CHECK(expect::same_bits(one.second, four.second));
  }
}

TEST_CASE("rms_norm: the mean is not taken off") {
  const Tensor y = torch::rms_norm(tensor({1, 2}, {3, 4}), {2}, tensor({2}, {1, 2}), 0);
  near(y, {3 / std::sqrt(12.5), 8 / std::sqrt(12.5)}, 1e-7);
  const expect::Function f = [](const std::vector<Tensor>& in) {
    return torch::rms_norm(in[0], {3}, in[1], kEps);
  };
  CHECK(expect::gradcheck(f, {variable({2, 3}, waves(6, 0)), variable({3}, waves(3, 1))}) == "");
}

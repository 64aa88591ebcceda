// One step's formula, in lanes, against the same formula in plain loops; PyTorch's values are
// held in tests/web/optim.test.ts.
#include "kernels/optim.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace torch::kernels;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
const std::vector<double> kFar = {0.0,   -0.0,   1,    -1,    kInf, -kInf, NAN,
                                  1e-40, -1e-45, 3e38, -3e38, 2.5,  -0.3};

template <class T>
std::vector<T> far_values(size_t n, size_t shift) {
  std::vector<T> x(n + 1, T(77));
  for (size_t i = 0; i < n; ++i) x[i] = static_cast<T>(kFar[(i * 5 + shift) % kFar.size()]);
  return x;
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (std::memcmp(&a[i], &b[i], sizeof(T)) != 0) return false;
  }
  return true;
}

// f(p, g, a, b, c) on one element, for every length up to 37 and a long one, with `states` states.
template <class T, class F, class G>
void compare(const F& functor, int states, const G& expected) {
  for (size_t n = 0; n <= 38; ++n) {
    const size_t length = n < 38 ? n : 1003;
    CAPTURE(length);
    std::vector<T> p = far_values<T>(length, 1), a = far_values<T>(length, 3);
    std::vector<T> b = far_values<T>(length, 4), c = far_values<T>(length, 7);
    const std::vector<T> g = far_values<T>(length, 2);
    std::vector<T> p2 = p, a2 = a, b2 = b, c2 = c;
    const auto part = [=](std::vector<T>& x, bool there) {
      return there ? reinterpret_cast<std::byte*>(x.data()) : nullptr;
    };
    std::vector<T> read = g;
    optim_step(&optim_loop<T, F>, &functor, length, sizeof(T),
               {part(p, true), part(read, true), part(a, states > 0), part(b, states > 1),
                part(c, states > 2)});
    REQUIRE(same(read, g));
    for (size_t i = 0; i < length; ++i) expected(p2[i], g[i], a2[i], b2[i], c2[i]);
    // The element behind the last is untouched, and so are states that are not there.
    REQUIRE(same(p, p2));
    REQUIRE(same(a, a2));
    REQUIRE(same(b, b2));
    REQUIRE(same(c, c2));
  }
}

template <class T>
void every_rule() {
  const T lr = T(0.1), mu = T(0.9), keep = T(0.5), wd = T(0.01);
  compare<T>(Sgd<T>{{0, false}, lr, 0, 0, false, false, false}, 0,
             [=](T& p, T g, T&, T&, T&) { p = p + -lr * g; });
  compare<T>(Sgd<T>{{0.01, false}, lr, 0, 0, false, false, false}, 0,
             [=](T& p, T g, T&, T&, T&) { p = p + -lr * (g + wd * p); });
  compare<T>(Sgd<T>{{0, true}, lr, 0, 0, false, false, false}, 0,
             [=](T& p, T g, T&, T&, T&) { p = p + -lr * -g; });
  compare<T>(Sgd<T>{{0.01, true}, lr, mu, keep, true, true, false}, 1,
             [=](T& p, T g, T& a, T&, T&) {
               g = -g + wd * p;
               a = a * mu + keep * g;
               p = p + -lr * (g + mu * a);
             });
  compare<T>(Sgd<T>{{0, false}, lr, mu, keep, false, true, true}, 1, [=](T& p, T g, T& a, T&, T&) {
    a = g;
    p = p + -lr * a;
  });
  const T w1 = T(1 - 0.9), b2 = T(0.999), w2 = T(1 - 0.999), eps = T(1e-8), root = T(0.5);
  compare<T>(Adam<T>{{0, false}, {0.9, 0.999}, T(1), lr, root, eps, false}, 2,
             [=](T& p, T g, T& a, T& b, T&) {
               a = a + w1 * (g - a);
               b = b * b2 + w2 * g * g;
               p = p + -lr * a / (std::sqrt(b) / root + eps);
             });
  const T decay = T(0.99), w3 = T(1 - 0.4);
  compare<T>(Adam<T>{{0, false}, {0.9, 0.999}, decay, lr, root, eps, false}, 2,
             [=](T& p, T g, T& a, T& b, T&) {
               p = p * decay;
               a = a + w1 * (g - a);
               b = b * b2 + w2 * g * g;
               p = p + -lr * a / (std::sqrt(b) / root + eps);
             });
  compare<T>(Adam<T>{{0.01, true}, {0.4, 0.999}, T(1), lr, root, eps, false}, 2,
             [=](T& p, T g, T& a, T& b, T&) {
               g = -g + wd * p;
               a = g + (w3 - 1) * (g - a);
               b = b * b2 + w2 * g * g;
               p = p + -lr * a / (std::sqrt(b) / root + eps);
             });
  compare<T>(Adam<T>{{0, false}, {0.4, 0.999}, decay, lr, root, eps, true}, 3,
             [=](T& p, T g, T& a, T& b, T& c) {
               p = p * decay;
               a = g + (w3 - 1) * (g - a);
               b = b * b2 + w2 * g * g;
               c = std::isnan(b) || std::isnan(c) ? T(NAN)
                   : b == 0 && c == 0             ? (std::signbit(c) ? b : c)
                                                  : std::fmax(c, b);
               p = p + -lr * a / (std::sqrt(c) / root + eps);
             });
  compare<T>(Adagrad<T>{{0, false}, lr, eps}, 1, [=](T& p, T g, T& a, T&, T&) {
    a = a + g * g;
    p = p + -lr * g / (std::sqrt(a) + eps);
  });
  compare<T>(RmsProp<T>{{0, false}, b2, w2, eps, lr, mu, true}, 3,
             [=](T& p, T g, T& a, T& b, T& c) {
               a = a * b2 + w2 * g * g;
               c = c + w2 * (g - c);
               b = b * mu + g / (std::sqrt(a - c * c) + eps);
               p = p + -lr * b;
             });
}

}  // namespace

TEST_CASE("optim: a step in lanes is the step written out, at every length and the far ends") {
  every_rule<float>();
  every_rule<double>();
}

// The one sort: keys in the order of their values, equal keys in the order they come in.
#include "kernels/sort.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace torch::kernels;

TEST_CASE("sort keys are in the order of the doubles; NaN is last, zeros are equal") {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> ascending = {-inf, -1e300, -2.0,  -1e-310, 0.0, 5e-324,
                                         1e-3, 1.0,    1e300, inf,     NAN};
  for (size_t i = 1; i < ascending.size(); ++i) {
    CAPTURE(i);
    CHECK(sort_key(ascending[i - 1]) < sort_key(ascending[i]));
  }
  CHECK(sort_key(-0.0) == sort_key(0.0));
  CHECK(sort_key(-std::nan("")) == sort_key(std::nan("")));
}

TEST_CASE("sort_ranked is a stable sort at every length") {
  for (size_t n : {0, 1, 2, 15, 16, 17, 31, 32, 33, 64, 65, 100, 257, 1000}) {
    CAPTURE(n);
    std::vector<Ranked> pairs(2 * n), due(n);
    for (size_t i = 0; i < n; ++i) {
      due[i] = pairs[i] = {static_cast<int64_t>(i * 7919 % 13) - 6, static_cast<int64_t>(i)};
    }
    sort_ranked(pairs.data(), pairs.data() + n, n);
    std::stable_sort(due.begin(), due.end(),
                     [](const Ranked& a, const Ranked& b) { return a.key < b.key; });
    bool same = true;
    for (size_t i = 0; i < n; ++i) {
      same &= pairs[i].key == due[i].key && pairs[i].index == due[i].index;
    }
    CHECK(same);
  }
}

TEST_CASE("sort_first: the first few of lines that rise, fall and mix, equal keys as they come") {
  for (int64_t factor : {1, -1, 7919}) {
    for (size_t n : {1, 2, 3, 15, 16, 17, 50, 300}) {
      std::vector<Ranked> pairs;
      for (int64_t i = 0; i < int64_t(n); ++i) pairs.push_back({i * factor % 13, i});
      pairs.back().key = INT64_MAX;
      std::vector<Ranked> due = pairs;
      std::sort(due.begin(), due.end(), comes_first);
      for (size_t k = 1; k <= std::min(n, kFew); ++k) {
        std::vector<Ranked> found = pairs;
        sort_first(found.data(), n, k);
        for (size_t i = 0; i < k; ++i) {
          REQUIRE(found[i].key == due[i].key);
          REQUIRE(found[i].index == due[i].index);
        }
      }
    }
  }
}

TEST_CASE("nth_ranked: every place of lines that rise, fall and mix, with equal keys") {
  for (int64_t factor : {1, -1, 7919}) {
    for (size_t n : {1, 2, 3, 7, 16, 50}) {
      std::vector<Ranked> pairs, spare(n);
      for (int64_t i = 0; i < int64_t(n); ++i) pairs.push_back({i * factor % 13, i});
      pairs.back().key = INT64_MAX;
      std::vector<Ranked> due = pairs;
      std::sort(due.begin(), due.end(), comes_first);
      for (size_t k = 1; k <= n; ++k) {
        const Ranked found = nth_ranked(pairs.data(), spare.data(), n, k);
        REQUIRE(found.key == due[k - 1].key);
        REQUIRE(found.index == due[k - 1].index);
      }
    }
  }
}

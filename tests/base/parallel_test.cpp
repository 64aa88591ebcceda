#include "base/parallel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

using torch::num_threads;
using torch::parallel_for;
using torch::start_threads;
using torch::stop_threads;

namespace {

// A crew of `threads`, all of them up, for the length of a test.
struct Crew {
  explicit Crew(int threads) {
    start_threads(threads);
    while (num_threads() < threads) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~Crew() { stop_threads(); }
};

// How often each index of [0, n) was visited.
std::vector<int> visits(size_t n, size_t grain) {
  std::vector<int> count(n, 0);
  parallel_for(n, grain, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) ++count[i];
  });
  return count;
}

}  // namespace

TEST_CASE("parallel_for: every index once, whatever the length, the grain and the threads") {
  for (int threads : {1, 2, 4, 40}) {  // of more than 32, some have no share of their own
    Crew crew(threads);
    for (size_t n = 0; n <= 17; ++n) {
      for (size_t grain : {size_t{0}, size_t{1}, size_t{3}, size_t{16}, size_t{100}, SIZE_MAX}) {
        CHECK(visits(n, grain) == std::vector<int>(n, 1));
      }
    }
    CHECK(visits(100003, 64) == std::vector<int>(100003, 1));
  }
}

TEST_CASE("parallel_for: nothing to do, nothing called") {
  Crew crew(2);
  parallel_for(0, 8, [](size_t, size_t) { FAIL("called for an empty range"); });
}

TEST_CASE("parallel_for: borders are multiples of the grain, whatever the threads") {
  for (int threads : {1, 3}) {
    Crew crew(threads);
    std::atomic<int> bad{0};
    parallel_for(1001, 10, [&](size_t begin, size_t end) {
      if (begin % 10 != 0 || (end % 10 != 0 && end != 1001) || begin >= end) ++bad;
    });
    CHECK(bad == 0);
  }
}

TEST_CASE("parallel_for: inside another one it runs inline, over the whole range") {
  Crew crew(3);
  std::atomic<int> inner_calls{0};
  std::atomic<size_t> covered{0};
  parallel_for(8, 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      parallel_for(100, 1, [&](size_t b, size_t e) {
        ++inner_calls;
        covered += e - b;
      });
    }
  });
  CHECK(inner_calls == 8);
  CHECK(covered == 800);
}

TEST_CASE("parallel_for: more than one thread takes part") {
  Crew crew(2);
  // Each of the two ranges waits for the other to have begun: one thread alone would never end.
  std::atomic<int> begun{0};
  std::atomic<int> together{0};
  parallel_for(2, 1, [&](size_t, size_t) {
    ++begun;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (begun < 2 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    if (begun == 2) ++together;
  });
  CHECK(together == 2);
}

TEST_CASE("parallel_for: what a held up thread leaves of its share is done by the others") {
  Crew crew(2);
  std::atomic<int> begun{0}, done{0}, seen{-1};
  parallel_for(8, 1, [&](size_t, size_t) {
    if (begun++ == 0) {
      const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      while (done < 7 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
      seen = done.load();
    }
    ++done;
  });
  CHECK(seen == 7);
}

TEST_CASE("parallel_for: many short jobs in a row, with pauses long enough to fall asleep") {
  Crew crew(3);
  int64_t sum = 0;
  for (int round = 0; round < 3000; ++round) {
    int64_t part[4] = {};
    parallel_for(4, 1, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) part[i] = round;
    });
    sum += part[0] + part[1] + part[2] + part[3];
    if (round % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(sum == 4 * (int64_t{2999} * 3000 / 2));
}

TEST_CASE("parallel_for: two callers at once do not disturb each other") {
  Crew crew(3);
  std::atomic<int> wrong{0};
  auto caller = [&] {
    for (int round = 0; round < 300; ++round) {
      if (visits(997, 10) != std::vector<int>(997, 1)) ++wrong;
    }
  };
  std::thread other(caller);
  caller();
  other.join();
  CHECK(wrong == 0);
}

TEST_CASE("threads: fewer and more again without dismissing anyone") {
  Crew crew(4);
  for (int round = 0; round < 20; ++round) {
    const int threads = 1 + round % 4;
    start_threads(threads);
    CHECK(num_threads() == threads);
    std::atomic<int> inside{0}, most{0};
    parallel_for(64, 1, [&](size_t, size_t) {
      const int now = ++inside;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::yield();
      --inside;
    });
    CHECK(most <= threads);
  }
}

TEST_CASE("threads: counted with the caller's, hired and dismissed again and again") {
  CHECK(num_threads() == 1);
  for (int round = 0; round < 20; ++round) {
    start_threads(1 + round % 4);
    CHECK(visits(1000, 10) == std::vector<int>(1000, 1));
    stop_threads();
    CHECK(num_threads() == 1);
  }
  for (int none : {1, 0, -5}) {
    start_threads(none);
    CHECK(num_threads() == 1);
  }
}

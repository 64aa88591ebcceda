#pragma once

// The only file that knows threads exist. Work is split by its size and never by the number of
// threads, so a result does not depend on how many there are.

#include <cstddef>
#include <memory>

namespace torch {

using RangeFunction = void (*)(void* context, size_t begin, size_t end) noexcept;

// parallel_for without its template; `context` is handed to every call.
void run_parallel(size_t n, size_t grain, RangeFunction f, void* context) noexcept;

// Calls f(begin, end) until [0, n) is covered once. Every border but the last is a multiple of
// `grain`; a call may cover several grains (all of them when there is one thread, when n <= grain,
// or when called from inside another parallel_for). Returns when all calls have. f must not throw.
template <class F>
void parallel_for(size_t n, size_t grain, F f) {
  run_parallel(
      n, grain,
      [](void* context, size_t begin, size_t end) noexcept {
        (*static_cast<F*>(context))(begin, end);
      },
      std::addressof(f));
}

// Asks for `threads` threads in all, the caller's included. They join parallel_for when they are
// up, which in a page is after the current task; nobody waits for one that is not.
// Where none can be had, everything runs on the caller's thread.
// start_threads and stop_threads belong to one thread, the one that computes.
void start_threads(int threads);

// Threads that take part now, the caller's included.
int num_threads();

// Back to one thread.
void stop_threads();

}  // namespace torch

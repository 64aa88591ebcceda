#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>

namespace torch {
namespace {

// The job being run. Written while the gate is closed and empty, read by those inside.
struct Job {
  RangeFunction f;
  void* context;
  size_t n;
  size_t grain;
  size_t shares;
};

Job job;

// A thread's stretch of a job's chunks, the same in every job of that size, so that what an op
// wrote lies in the cache of the thread that reads it in the next. Who is done takes from the
// others'.
struct alignas(128) Share {
  std::atomic<size_t> next{0};
  size_t end = 0;
};
constexpr size_t kShares = 32;
Share shares[kShares];

// Open while the job has room for helpers; the lower bits count the workers inside. One word, so
// that a worker cannot enter a job that its owner has just left.
constexpr uint32_t kOpen = 1u << 31;
alignas(128) std::atomic<uint32_t> gate{0};

// Held by whoever runs a job: a nested or a second caller computes inline instead.
std::atomic<bool> busy{false};

// Counts events (a job opened, the crew dismissed): what an idle worker waits on. Alone in its
// cache lines (which are fetched in pairs), as are the gate and the shares: what others write
// beside a word that a worker looks at all the time takes a trip between the cores at each write.
alignas(128) std::atomic<uint32_t> events{0};
alignas(128) std::atomic<uint32_t> sleepers{0};

// A worker belongs to the crew it was hired for, and leaves when that one is dismissed, even when
// it comes up only afterwards.
std::atomic<uint32_t> crew{0};
std::atomic<int> present{0};
int hired = 0;

// How many workers a job may have. Where fewer threads are asked for, the others sleep on: a page's
// worker is not gone before the page has had its turn, and its end would take with it whichever
// Emscripten has given its place to by then.
std::atomic<int> allowed{0};

int ready() {
  return std::min(present.load(std::memory_order_relaxed), allowed.load(std::memory_order_relaxed));
}

// About 0.1 ms (0.3 ns each in V8): longer than the gap between two ops and than the draws of a
// dropout, which one thread makes. To wake a sleeper can take as long.
constexpr int kSpins = 300000;

void take_chunks(size_t own) {
  for (size_t i = 0; i < job.shares; ++i) {
    Share& share = shares[(own + i) % job.shares];
    for (;;) {
      const size_t k = share.next.fetch_add(1, std::memory_order_relaxed);
      if (k >= share.end) break;
      const size_t begin = k * job.grain;
      job.f(job.context, begin, begin + std::min(job.grain, job.n - begin));
    }
  }
}

bool enter() {
  uint32_t g = gate.load(std::memory_order_relaxed);
  const auto most = static_cast<uint32_t>(allowed.load(std::memory_order_relaxed));
  while ((g & kOpen) && (g & ~kOpen) < most) {
    if (gate.compare_exchange_weak(g, g + 1, std::memory_order_acquire)) return true;
  }
  return false;
}

#ifdef __wasm__
// std::atomic's wait polls there, up to 8 ms apart; the instruction sleeps and is woken.
static_assert(sizeof events == sizeof(int));
int* events_word() { return reinterpret_cast<int*>(&events); }
void sleep(uint32_t seen) {
  __builtin_wasm_memory_atomic_wait32(events_word(), static_cast<int>(seen), -1);
}
void wake() { __builtin_wasm_memory_atomic_notify(events_word(), ~0u); }
#else
void sleep(uint32_t seen) { events.wait(seen); }
void wake() { events.notify_all(); }
#endif

void announce() {
  events.fetch_add(1);
  if (sleepers.load() != 0) wake();
}

void wait_for_event(uint32_t seen) {
  for (int i = 0; i < kSpins; ++i) {
    if (events.load(std::memory_order_relaxed) != seen) return;
  }
  sleepers.fetch_add(1);
  sleep(seen);
  sleepers.fetch_sub(1);
}

void work(uint32_t my_crew, size_t own) {
  present.fetch_add(1);
  for (;;) {
    const uint32_t seen = events.load();
    if (crew.load() != my_crew) break;
    if (enter()) {
      take_chunks(own);
      gate.fetch_sub(1, std::memory_order_release);
    }
    wait_for_event(seen);
  }
  present.fetch_sub(1);
}

struct Contract {
  uint32_t crew;
  size_t own;
};

void* begin_work(void* given) {
  const Contract contract = *static_cast<Contract*>(given);
  delete static_cast<Contract*>(given);
  work(contract.crew, contract.own);
  return nullptr;
}

// Whether the system had one more thread to give. std::thread would bring std::system_error, and
// that C's printf, 4 KB of the download.
bool hire(size_t own) {
  std::unique_ptr<Contract> contract(new Contract{crew.load(), own});
  pthread_t thread;
  if (pthread_create(&thread, nullptr, begin_work, contract.get()) != 0) return false;
  contract.release();
  // A page cannot join a worker that has not come up yet.
  pthread_detach(thread);
  return true;
}

// A page's main thread must not sleep, and the wait is for ranges already being computed.
template <class Done>
void spin_until(Done done) {
  for (int i = 0; !done(); ++i) {
    if (i > kSpins) sched_yield();
  }
}

}  // namespace

void run_parallel(size_t n, size_t grain, RangeFunction f, void* context) noexcept {
  if (n == 0) return;
  if (grain == 0) grain = 1;
  if (n <= grain || ready() == 0 || busy.exchange(true, std::memory_order_acquire)) {
    f(context, 0, n);
    return;
  }

  const size_t chunks = (n - 1) / grain + 1;
  job = {f, context, n, grain, std::min({chunks, kShares, static_cast<size_t>(num_threads())})};
  for (size_t i = 0; i < job.shares; ++i) {
    shares[i].next.store(chunks * i / job.shares, std::memory_order_relaxed);
    shares[i].end = chunks * (i + 1) / job.shares;
  }
  gate.store(kOpen, std::memory_order_release);
  announce();
  take_chunks(0);
  gate.fetch_and(~kOpen, std::memory_order_relaxed);
  spin_until([] { return gate.load(std::memory_order_acquire) == 0; });
  busy.store(false, std::memory_order_release);
}

void start_threads(int threads) {
  const int workers = std::max(threads - 1, 0);
  allowed.store(workers);
  while (hired < workers && hire(static_cast<size_t>(hired) + 1)) ++hired;
}

int num_threads() { return 1 + ready(); }

void stop_threads() {
  crew.fetch_add(1);
  announce();
  hired = 0;
  spin_until([] { return present.load() == 0; });
}

}  // namespace torch

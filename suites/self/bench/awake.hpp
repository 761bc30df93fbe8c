// Keeps the processors from sleeping while a benchmark runs. A processor that sleeps, above all a virtual
// one, is late by some tenths of a millisecond when it is called, and what is measured then is the host.
// Threads of the lowest class (SCHED_IDLE) run when nothing else does and give way at once; cyclictest does
// the same by way of /dev/cpu_dma_latency, which needs a real processor.
#pragma once

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace attest::bench {

class Awake {
 public:
  Awake() {
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
      threads_.emplace_back([this] { idle(); });
  }
  ~Awake() { over_ = true; }
  Awake(const Awake&) = delete;
  Awake& operator=(const Awake&) = delete;

 private:
  void idle() const {
    const sched_param lowest{};
    if (::pthread_setschedparam(::pthread_self(), SCHED_IDLE, &lowest) != 0) return;
    while (!over_.load(std::memory_order_relaxed)) {
    }
  }

  std::atomic<bool> over_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace attest::bench

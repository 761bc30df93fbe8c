// Takes the host out of a measurement, as cyclictest does. A processor that sleeps, above all a virtual one,
// is late by some tenths of a millisecond when it is called: threads of the lowest class (SCHED_IDLE) keep
// each busy that has nothing else to do. And whoever measures runs before all others (SCHED_FIFO), so that
// neither those threads nor a neighbour is in its way. That takes the right to it (root, or a limit on
// rtprio); without, the tail of what is measured tells of the host.
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
    const sched_param low{.sched_priority = 1};
    first_ = ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &low) == 0;
  }
  ~Awake() { over_ = true; }
  Awake(const Awake&) = delete;
  Awake& operator=(const Awake&) = delete;

  /// Whether this thread, and those that it starts from now on, run before all others.
  [[nodiscard]] bool first() const { return first_; }

 private:
  void idle() const {
    const sched_param lowest{};
    if (::pthread_setschedparam(::pthread_self(), SCHED_IDLE, &lowest) != 0) return;
    while (!over_.load(std::memory_order_relaxed)) {
    }
  }

  std::atomic<bool> over_ = false;
  bool first_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace attest::bench

// Threads for connections: one each, made when all others are busy, and used again.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace attest::server {

/// A connection that idles keeps its thread, so a pool of a fixed size would one day let a device wait behind
/// idle ones. This one grows to `most`, and only then lets jobs wait.
class Workers {
 public:
  explicit Workers(std::size_t most) : most_(most) {}
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() { join(); }

  void run(std::function<void()> job);
  /// Waits for all jobs.
  void join();

 private:
  void work();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace attest::server

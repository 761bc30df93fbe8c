#include "tools/python/core/lasting.hpp"

#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>

namespace attest::python {
namespace {

class Lasting {
 public:
  void add(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
    if (!running_) start();
    more_.notify_one();
  }

 private:
  void start() {
    running_ = true;
    sigset_t all, before;  // signals are Python's
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    std::thread([this] { run(); }).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  [[noreturn]] void run() {
    for (std::unique_lock lock(mutex_);;) {
      more_.wait(lock, [&] { return !waiting_.empty(); });
      const auto work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> waiting_;
  bool running_ = false;
};

}  // namespace

void on_lasting_thread_do(const std::function<void()>& work) {
  static std::mutex choosing;
  static Lasting* one = nullptr;
  static pid_t of = -1;
  Lasting* current = nullptr;
  {
    const std::lock_guard lock(choosing);
    if (of != getpid()) {   // after a fork its thread is not there, and its locks are as they were
      one = new Lasting();  // its thread has no end
      of = getpid();
    }
    current = one;
  }
  current->add(work);
}

}  // namespace attest::python

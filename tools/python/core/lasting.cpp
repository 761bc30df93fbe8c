#include "tools/python/core/lasting.hpp"

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>

#include "tools/python/core/owned.hpp"

namespace attest::python {
namespace {

class Lasting {
 public:
  void add(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
    if (!std::exchange(running_, true)) start_apart([this] { run(); });
    more_.notify_one();
  }

 private:
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

void start_apart(std::function<void()> endless) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  std::thread(std::move(endless)).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void do_on_lasting_thread(std::function<void()> work) {
  one_a_process<Lasting>().add(std::move(work));
}

}  // namespace attest::python

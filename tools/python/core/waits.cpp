#include "tools/python/core/waits.hpp"

#include <semaphore.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>

#include "tools/python/core/ending.hpp"
#include "tools/python/core/lasting.hpp"
#include "tools/python/core/owned.hpp"

namespace attest::python {
namespace {
using namespace std::chrono_literals;

/// What the signal's handler touches, beside two flags: all of it may be used there.
class Alarm {
 public:
  Alarm() { sem_init(&told_, 0, 0); }
  void ring() {
    flag_.raise();
    sem_post(&told_);
  }
  void await() {
    while (sem_wait(&told_) != 0) {
    }
  }
  [[nodiscard]] const StopFlag& flag() const { return flag_; }

 private:
  StopFlag flag_;
  sem_t told_{};
};

std::atomic<Alarm*> g_alarm{nullptr};  ///< of the wait that the main thread is in
std::atomic<bool> g_struck{false};
struct sigaction g_before {};

void on_signal(int number, siginfo_t* info, void* context) {
  const int saved = errno;
  g_struck = true;
  g_alarm.load()->ring();
  errno = saved;
  if ((g_before.sa_flags & SA_SIGINFO) != 0)
    g_before.sa_sigaction(number, info, context);
  else
    g_before.sa_handler(number);
}

/// Wakes the main thread where it waits for a condition.
class Waker {
 public:
  void enter(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (wake_ && !std::exchange(running_, true)) start_apart([this] { run(); });
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    left_.notify_all();
  }

 private:
  [[noreturn]] void run() {
    for (;;) {
      one_a_process<Alarm>().await();
      std::unique_lock lock(mutex_);
      // Who was woken before he had begun to wait is woken once more.
      while (wake_ && g_struck) {
        wake_();
        left_.wait_for(lock, 20ms);
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable left_;
  std::function<void()> wake_;
  bool running_ = false;
};

/// Python's own handler, or the user's by way of it. Where the signal is ignored or ends the process, that
/// stays.
bool python_handles(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 ||
         (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

}  // namespace

StopFlag::StopFlag() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void StopFlag::raise() const {
  const std::uint64_t one = 1;
  if (::write(fd_.get(), &one, sizeof one) < 0) { /* it is full: readable all the same */
  }
}

void StopFlag::lower() const {
  std::uint64_t count = 0;
  while (::read(fd_.get(), &count, sizeof count) > 0) {
  }
}

Wait::Wait(std::function<void()> wake) {
  if (!on_main_thread() || g_alarm != nullptr) return;  // the second: a callback of ours, inside another wait
  sigaction(SIGINT, nullptr, &g_before);
  if (!python_handles(g_before)) return;
  g_struck = false;
  g_alarm = &one_a_process<Alarm>();
  one_a_process<Waker>().enter(std::move(wake));
  struct sigaction ours = g_before;
  ours.sa_flags |= SA_SIGINFO;
  ours.sa_sigaction = &on_signal;
  active_ = sigaction(SIGINT, &ours, nullptr) == 0;
  if (PyErr_CheckSignals() == 0) return;  // it came before: Python knows of it, and has not acted on it yet
  leave();
  throw pybind11::error_already_set();
}

Wait::~Wait() {
  leave();
}

int Wait::fd() const {
  return active_ ? g_alarm.load()->flag().fd() : -1;
}

bool Wait::struck() const {
  return active_ && g_struck;
}

void Wait::leave() {
  if (!active_) return;
  active_ = false;
  sigaction(SIGINT, &g_before, nullptr);
  {
    const Unlocked free;  // the waker may be in a callback
    one_a_process<Waker>().leave();
  }
  g_alarm.load()->flag().lower();
  g_alarm = nullptr;
}

void Wait::end() {
  leave();
  if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
}

}  // namespace attest::python

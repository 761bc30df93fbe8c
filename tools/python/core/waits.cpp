#include "tools/python/core/waits.hpp"
#include "tools/python/core/ending.hpp"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

namespace attest::python {
namespace {
using namespace std::chrono_literals;

/// What the handler of the signal may touch.
std::atomic<int> g_fd{-1};
std::atomic<bool> g_struck{false};
struct sigaction g_before {};
sem_t g_told;

void on_signal(int number, siginfo_t* info, void* context) {
  const int saved = errno;
  const std::uint64_t one = 1;
  g_struck = true;
  if (::write(g_fd, &one, sizeof one) < 0) { /* it is full: readable all the same */
  }
  sem_post(&g_told);
  errno = saved;
  if ((g_before.sa_flags & SA_SIGINFO) != 0)
    g_before.sa_sigaction(number, info, context);
  else
    g_before.sa_handler(number);
}

/// Wakes the main thread where it waits for a condition. One a process: after a fork its thread is not there.
class Waker {
 public:
  void enter(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (!wake_ || running_) return;
    running_ = true;
    sigset_t all, before;  // it handles no signal of anybody's
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    std::thread([this] { run(); }).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    left_.notify_all();
  }

 private:
  [[noreturn]] void run() {
    for (;;) {
      while (sem_wait(&g_told) != 0) {
      }
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

Waker& waker() {
  static Waker* one = nullptr;
  static pid_t of = -1;
  if (of != getpid()) {
    one = new Waker();  // its thread has no end
    of = getpid();
  }
  return *one;
}

bool is_main_thread() {
  static const auto main =
      pybind11::module_::import("threading").attr("main_thread")().attr("ident").cast<unsigned long>();
  return PyThread_get_thread_ident() == main;
}

/// Python's own handler, or the user's by way of it. Where the signal is ignored or ends the process, that
/// stays.
bool python_handles(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 ||
         (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

/// A process that was forked gets one of its own.
int open_descriptor() {
  static int fd = -1;
  static pid_t of = -1;
  if (of != getpid()) {
    of = getpid();
    sem_init(&g_told, 0, 0);
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  }
  return fd;
}

}  // namespace

Wait::Wait(std::function<void()> wake) {
  if (!is_main_thread() || g_fd >= 0) return;  // g_fd: a callback of ours waits inside another wait
  sigaction(SIGINT, nullptr, &g_before);
  if (!python_handles(g_before)) return;
  g_struck = false;
  g_fd = open_descriptor();
  waker().enter(std::move(wake));
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
  return active_ ? g_fd.load() : -1;
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
    waker().leave();
  }
  std::uint64_t count = 0;
  while (::read(g_fd, &count, sizeof count) > 0) {
  }
  g_fd = -1;
}

void Wait::end() {
  leave();
  if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
}

}  // namespace attest::python

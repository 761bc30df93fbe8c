#include "tools/python/core/ending.hpp"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "tools/python/core/owned.hpp"

namespace attest::python {
namespace {
using namespace std::chrono_literals;

constexpr auto kPatience = 10s;  // for callbacks that are at work when the interpreter wants to end

/// Who is on his way into the interpreter, or in it by way of a callback.
class Door {
 public:
  /// False: it is closed.
  bool enter() {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    ++inside_;
    return true;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
    left_.notify_all();
  }
  void close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    left_.wait_for(lock, kPatience, [&] { return inside_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  int inside_ = 0;
  bool closed_ = false;
};

Door& door() {
  return one_a_process<Door>();
}

/// Under the interpreter's lock.
std::map<const void*, std::function<std::shared_ptr<void>()>>& takers() {
  static auto* all = new std::map<const void*, std::function<std::shared_ptr<void>()>>();
  return *all;
}

}  // namespace

bool on_main_thread() {
  static const auto main =
      pybind11::module_::import("threading").attr("main_thread")().attr("ident").cast<unsigned long>();
  return PyThread_get_thread_ident() == main;
}

Unlocked::Unlocked() : state_(PyEval_SaveThread()) {}

Unlocked::~Unlocked() {
  if (on_main_thread()) {  // it is the one that ends the interpreter
    PyEval_RestoreThread(state_);
    return;
  }
  if (!door().enter())
    for (;;) pause();  // until the process ends
  PyEval_RestoreThread(state_);
  door().leave();
}

Visit::Visit() : welcome_(door().enter()) {}

Visit::~Visit() {
  if (welcome_) door().leave();
}

void end_at_exit(const void* key, std::function<std::shared_ptr<void>()> taker) {
  takers()[key] = std::move(taker);
}

void forget(const void* key) {
  takers().erase(key);
}

void watch_for_the_end() {
  (void)on_main_thread();  // finds out which it is, as long as it can be asked
  const auto close = pybind11::cpp_function([made_in = getpid()] {
    if (getpid() != made_in) return;  // a fork has none of the threads
    std::vector<std::shared_ptr<void>> running;
    for (const auto& [key, taker] : takers()) running.push_back(taker());
    auto* const state = PyEval_SaveThread();
    door().close();
    running.clear();
    PyEval_RestoreThread(state);
  });
  pybind11::module_::import("atexit").attr("register")(close);
}

}  // namespace attest::python

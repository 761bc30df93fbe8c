// Waiting without the interpreter's lock, and Ctrl-C that ends the wait at once.
//
// Python runs its handlers for signals in the main thread alone, and only when that thread is back in the
// interpreter. So while the main thread waits here, SIGINT also makes a descriptor readable, on which links
// wait beside their own, and has a thread of ours wake who waits for a condition. Other threads wait
// undisturbed, as they do in Python.
#pragma once

#include <pybind11/pybind11.h>

#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "harness/base/file.hpp"
#include "tools/python/core/ending.hpp"

namespace attest::python {

/// A descriptor that becomes readable, for who waits on descriptors.
class StopFlag {
 public:
  StopFlag();
  /// From any thread, and from a signal's handler.
  void raise() const;
  void lower() const;
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  Fd fd_;
};

/// From construction to end() a SIGINT strikes. Made and ended with the interpreter's lock held.
class Wait {
 public:
  /// `wake` is called from another thread when it strikes, again and again until the end; it is quick and
  /// throws nothing.
  explicit Wait(std::function<void()> wake = {});
  ~Wait();
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// Readable once it has struck; -1 where it cannot (not the main thread).
  [[nodiscard]] int fd() const;
  [[nodiscard]] bool struck() const;
  /// Throws what Python's handler raised: KeyboardInterrupt.
  void end();

 private:
  void leave();
  bool active_ = false;
};

/// `work(const Wait&)` without the lock. What it throws goes through, after what Ctrl-C raises.
template <class Work>
auto waiting(Work&& work, std::function<void()> wake = {}) {
  using Value = std::invoke_result_t<Work, const Wait&>;
  Wait wait(std::move(wake));
  std::exception_ptr thrown;
  std::conditional_t<std::is_void_v<Value>, std::optional<int>, std::optional<Value>> value;
  {
    const Unlocked free;
    try {
      if constexpr (std::is_void_v<Value>)
        work(std::as_const(wait));
      else
        value.emplace(work(std::as_const(wait)));
    } catch (...) {
      thrown = std::current_exception();
    }
  }
  wait.end();
  if (thrown) std::rethrow_exception(thrown);
  if constexpr (!std::is_void_v<Value>) return std::move(*value);
}

}  // namespace attest::python

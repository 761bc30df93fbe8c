// The interpreter's end. From then on a thread that asks for its lock is ended inside of C++, which aborts
// the process; so threads of ours and of Python's that are outside of it then stay there.
#pragma once

#include <pybind11/pybind11.h>

#include <functional>
#include <memory>

namespace attest::python {

/// Python runs its handlers for signals there, and ends the interpreter there.
[[nodiscard]] bool on_main_thread();

/// Without the interpreter's lock, as long as it lives. Where the interpreter has ended by then, this never
/// returns.
class Unlocked {
 public:
  Unlocked();
  ~Unlocked();
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

 private:
  PyThreadState* state_;
};

/// Around a call of Python from a thread that does not have its lock: false where there is nobody to be
/// called.
class Visit {
 public:
  Visit();
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  [[nodiscard]] explicit operator bool() const { return welcome_; }

 private:
  bool welcome_ = false;
};

/// What `taker` gives is ended before the interpreter is, for Python promises no end of an object: its
/// threads would go on while the process takes away what they use. With the interpreter's lock; `key` is the
/// object's, until `forget`.
void end_at_exit(const void* key, std::function<std::shared_ptr<void>()> taker);
void forget(const void* key);

/// Has Python tell of its end, by atexit.
void watch_for_the_end();

}  // namespace attest::python

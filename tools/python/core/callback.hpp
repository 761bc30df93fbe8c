// What Python is told by, from whatever thread.
#pragma once

#include <pybind11/pybind11.h>

#include <functional>

#include "tools/python/core/ending.hpp"
#include "tools/python/core/lasting.hpp"

namespace attest::python {

/// Its last owner may be any thread. What the callable raises goes where Python sends what nobody can catch.
class Callback {
 public:
  /// None: nobody is told. With the interpreter's lock. Throws Failure (usage) for what cannot be called.
  explicit Callback(pybind11::object callable);
  ~Callback();
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;

  void operator()(const std::function<pybind11::tuple()>& arguments) const;
  /// This thread is in a call of it: who waits for that call to end would wait for ever.
  [[nodiscard]] bool calling() const;
  /// Throws Failure (usage) if it is.
  void refuse_inside(const char* what) const;

 private:
  pybind11::object callable_;
};

/// For what has a callback that its own threads call. It ends without the interpreter's lock, which those
/// threads may want before they end; and where it would end in such a call, in another thread.
template <class T>
void end_of(T* one) {
  forget(one);
  if (one->callback().calling()) return do_on_lasting_thread([one] { delete one; });
  const Unlocked free;
  delete one;
}

}  // namespace attest::python

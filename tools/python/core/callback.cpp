#include "tools/python/core/callback.hpp"

#include <algorithm>
#include <vector>

#include "tools/python/core/ending.hpp"
#include "tools/python/core/errors.hpp"

namespace attest::python {
namespace {

/// The calls that this thread is in, the innermost last.
thread_local std::vector<const Callback*> g_calls;

/// Around one call.
class Call {
 public:
  explicit Call(const Callback* of) { g_calls.push_back(of); }
  ~Call() { g_calls.pop_back(); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
};

}  // namespace

Callback::Callback(pybind11::object callable) : callable_(std::move(callable)) {
  if (!callable_.is_none() && PyCallable_Check(callable_.ptr()) == 0)
    refuse("what is to be called cannot be called", "give a function, or None");
}

Callback::~Callback() {
  const Visit visit;
  if (!visit) {
    (void)callable_.release();  // the interpreter takes it along
    return;
  }
  const pybind11::gil_scoped_acquire hold;
  callable_ = pybind11::object();
}

void Callback::operator()(const std::function<pybind11::tuple()>& arguments) const {
  const Visit visit;
  if (!visit) return;
  const pybind11::gil_scoped_acquire hold;
  if (callable_.is_none()) return;
  const Call call(this);
  try {
    (void)callable_(*arguments());
  } catch (pybind11::error_already_set& raised) {
    raised.discard_as_unraisable(callable_);
  }
}

bool Callback::calling() const {
  return std::find(g_calls.begin(), g_calls.end(), this) != g_calls.end();
}

void Callback::refuse_inside(const char* what) const {
  if (calling())
    refuse(std::string(what) + " while it calls back: that call would wait for itself", "do it afterwards");
}

}  // namespace attest::python

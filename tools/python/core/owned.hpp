// Who owns what, where a process may fork: a fork has a copy of each object and none of its threads.
#pragma once

#include <unistd.h>

#include <atomic>
#include <memory>

#include "tools/python/core/ending.hpp"

namespace attest::python {

/// The one T of this process, made when it is first asked for, and without an end. A fork makes its own: in
/// the copy of the other's locks are as they were, and threads are not there.
template <class T>
T& one_a_process() {
  struct Here {
    pid_t of = getpid();
    T it;
  };
  static std::atomic<Here*> here{nullptr};
  auto* there = here.load();
  while (there == nullptr || there->of != getpid()) {
    auto mine = std::make_unique<Here>();
    if (here.compare_exchange_strong(there, mine.get())) return mine.release()->it;
  }
  return there->it;
}

/// Held by Python. Only the process that made it ends it, by `end`: its children are not the fork's to end.
template <class T>
std::shared_ptr<T> of_this_process(T* one, void (*end)(T*)) {
  return {one, [end, made_in = getpid()](T* last) {
            if (getpid() == made_in) end(last);
          }};
}

/// For what takes a moment to end, and calls nobody.
template <class T>
void end_unlocked(T* one) {
  const Unlocked free;
  delete one;
}

}  // namespace attest::python

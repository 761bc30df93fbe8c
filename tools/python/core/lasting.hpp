// Threads of ours that are there as long as the process.
#pragma once

#include <functional>
#include <future>
#include <type_traits>
#include <utility>

namespace attest::python {

/// A thread that nobody joins and that handles no signal: those are Python's.
void start_apart(std::function<void()> endless);

/// Hands over work to a thread that does such work for all. The kernel ends a child when the thread that
/// started it ends (PR_SET_PDEATHSIG), and Python's threads come and go.
void do_on_lasting_thread(std::function<void()> work);

/// The value, or what `work` throws. Call it without the interpreter's lock.
template <class Work>
auto on_lasting_thread(Work&& work) {
  std::packaged_task<std::invoke_result_t<Work>()> task(std::forward<Work>(work));
  auto result = task.get_future();
  do_on_lasting_thread([&] { task(); });
  return result.get();
}

}  // namespace attest::python

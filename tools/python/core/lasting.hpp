// A thread that is there as long as the process. The kernel ends a child when the thread that started it ends
// (PR_SET_PDEATHSIG), and Python's threads come and go.
#pragma once

#include <functional>
#include <future>
#include <type_traits>

namespace attest::python {

/// Hands over work to that thread.
void on_lasting_thread_do(const std::function<void()>& work);

/// The value, or what `work` throws. Call it without the interpreter's lock.
template <class Work>
auto on_lasting_thread(Work&& work) {
  std::packaged_task<std::invoke_result_t<Work>()> task(std::forward<Work>(work));
  auto result = task.get_future();
  on_lasting_thread_do([&] { task(); });
  return result.get();
}

}  // namespace attest::python

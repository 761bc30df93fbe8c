// The edge of the history: inside, errors travel as Failures; outside they are results.
#pragma once

#include <type_traits>

#include "harness/base/result.hpp"

namespace attest::reports {

template <class Work>
Result<std::invoke_result_t<Work>> guarded(Work work) {
  try {
    return work();
  } catch (const Failure& failure) {
    return tl::unexpected(failure.error());
  }
}

}  // namespace attest::reports

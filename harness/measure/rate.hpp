// What a transfer comes to.
#pragma once

#include <chrono>
#include <cstddef>

#include "harness/base/clock.hpp"

namespace attest::measure {

/// Of a command's data: over all of the time that the command took, with what it says around them. So the
/// shorter they are, the less of the line's rate it is. `took` is more than nothing.
[[nodiscard]] inline double bytes_per_second(std::size_t bytes, Nanos took) {
  return static_cast<double>(bytes) / std::chrono::duration<double>(took).count();
}

}  // namespace attest::measure

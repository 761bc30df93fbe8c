// What the benches' devices of a few lines have in common.
#pragma once

#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "harness/base/clock.hpp"

namespace attest::bench {

/// Hands on each command line that comes at `line`, and when it was there, until `over`.
inline void serve_lines(int line, const std::atomic<bool>& over,
                        const std::function<void(const std::string& command, Instant heard)>& serve) {
  std::array<char, 256> bytes{};
  for (std::string heard; !over;) {
    pollfd wait{line, POLLIN, 0};
    if (::poll(&wait, 1, 100) <= 0) continue;
    const auto count = ::read(line, bytes.data(), bytes.size());
    const auto at = steady_clock().now();
    if (count > 0) heard.append(bytes.data(), static_cast<std::size_t>(count));
    if (heard.ends_with('\n')) serve(std::exchange(heard, {}), at);
  }
}

}  // namespace attest::bench

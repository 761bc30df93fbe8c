#include "harness/base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace attest {

namespace {
std::atomic<std::int64_t> shift_ns{0};
}

Instant SteadyClock::now() const {
  timespec ts{};
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return Instant(std::int64_t{ts.tv_sec} * 1'000'000'000 + ts.tv_nsec +
                 shift_ns.load(std::memory_order_relaxed));
}

void shift_steady_clock(Nanos by) {
  shift_ns = by.count();
}

Nanos steady_clock_shift() {
  return Nanos(shift_ns.load(std::memory_order_relaxed));
}

const Clock& steady_clock() {
  static const SteadyClock clock;
  return clock;
}

Nanos Deadline::left(const Clock& clock) const {
  return std::max(Nanos(0), at_ - clock.now());
}

std::string human(Nanos span) {
  const auto ns = static_cast<double>(span.count());
  if (ns >= 100e9) return fmt::format("{:.0f} s", ns / 1e9);
  if (ns >= 1e9) return fmt::format("{:.3g} s", ns / 1e9);
  if (ns >= 1e6) return fmt::format("{:.3g} ms", ns / 1e6);
  return fmt::format("{:.3g} us", ns / 1e3);
}

}  // namespace attest

// Time: CLOCK_MONOTONIC nanoseconds everywhere, injected through Clock so that rules about time are tested on
// a fake one in microseconds. The clock is the machine's, so times from several processes of one run compare.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace attest {

using Nanos = std::chrono::nanoseconds;

/// A moment on the run's clock. `ns()` is what stands in the record.
class Instant {
 public:
  constexpr Instant() = default;
  constexpr explicit Instant(std::int64_t ns) : ns_(ns) {}
  [[nodiscard]] constexpr std::int64_t ns() const { return ns_; }
  constexpr auto operator<=>(const Instant&) const = default;
  friend constexpr Instant operator+(Instant a, Nanos d) { return Instant(a.ns_ + d.count()); }
  friend constexpr Instant operator-(Instant a, Nanos d) { return Instant(a.ns_ - d.count()); }
  friend constexpr Nanos operator-(Instant a, Instant b) { return Nanos(a.ns_ - b.ns_); }

 private:
  std::int64_t ns_ = 0;
};

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class SteadyClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// The process-wide steady clock, for the places that need no other.
const Clock& steady_clock();

/// Moves that clock's zero for this whole process: for a record that another boot of the machine, or another
/// machine, has begun, so that its times go on where they ended. Before any thread reads the clock.
void shift_steady_clock(Nanos by);
[[nodiscard]] Nanos steady_clock_shift();

/// Stands still until told to move.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return Instant(ns_.load()); }
  void advance(Nanos by) { ns_ += by.count(); }
  void set(Instant to) { ns_ = to.ns(); }

 private:
  std::atomic<std::int64_t> ns_{1'000'000'000};
};

/// The moment by which something must have happened. Passed down unchanged, so waits in a row share one
/// limit.
class Deadline {
 public:
  constexpr explicit Deadline(Instant at) : at_(at) {}
  static Deadline in(const Clock& clock, Nanos span) { return Deadline(clock.now() + span); }
  [[nodiscard]] constexpr Instant at() const { return at_; }
  [[nodiscard]] bool passed(const Clock& clock) const { return clock.now() >= at_; }
  /// Never negative.
  [[nodiscard]] Nanos left(const Clock& clock) const;
  [[nodiscard]] Deadline sooner(Deadline other) const { return at_ < other.at_ ? *this : other; }

 private:
  Instant at_;
};

/// "1.25 s", "340 ms", "18 us": three digits that a person reads.
[[nodiscard]] std::string human(Nanos span);

}  // namespace attest

// How many runs go on at a time: as many as the processors can carry, for a run waits most of the time, and
// how much it computes differs from machine to machine.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace attest::cli {

/// Thread-safe.
class Slots {
 public:
  /// Never fewer than `least`, never more than `most`; `least` to begin with.
  Slots(unsigned least, unsigned most) : least_(least), most_(most), open_(least) {}

  /// Waits for a slot.
  void take();
  void give();
  /// The processors stood idle for that share (0..1) of the time since the last call: more slots where there
  /// is room for them; where there is none, those that are given back are not taken again.
  void adjust(double idle);
  [[nodiscard]] unsigned open() const;
  [[nodiscard]] unsigned most() const { return most_; }

 private:
  const unsigned least_, most_;
  mutable std::mutex mutex_;
  std::condition_variable free_;
  unsigned open_, taken_ = 0;
};

/// For one slot, as long as it lives.
class Slot {
 public:
  explicit Slot(Slots& of) : of_(of) { of_.take(); }
  ~Slot() { of_.give(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  Slots& of_;
};

/// What the machine's processors do.
class Processors {
 public:
  explicit Processors(std::string stat = "/proc/stat") : stat_(std::move(stat)) { (void)idle(); }
  /// The share of their time since the last call that they stood idle, or did what makes way (nice), 0..1;
  /// 0 where the system does not tell.
  [[nodiscard]] double idle();

 private:
  std::string stat_;
  std::uint64_t all_ = 0, idle_ = 0;
};

/// How many inotify instances runs may take of those that the system allows a user (128 on Debian): some are
/// left for others.
[[nodiscard]] unsigned inotify_for_runs(
    const std::string& allowed = "/proc/sys/fs/inotify/max_user_instances");

}  // namespace attest::cli

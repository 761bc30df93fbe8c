#include "tools/cli/slots.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

namespace attest::cli {
namespace {

/// Deadlines are missed on processors that never rest.
constexpr double kRoom = 0.10, kFull = 0.04;
/// What is begun in one step if the processors do nothing at all.
constexpr double kStep = 12;

/// The user's desktop, or a few runs beside.
constexpr unsigned kInotifyOfOthers = 24;
constexpr unsigned kInotifyOfDebian = 128;

}  // namespace

void Slots::take() {
  std::unique_lock lock(mutex_);
  free_.wait(lock, [this] { return taken_ < open_; });
  ++taken_;
}

void Slots::give() {
  {
    const std::lock_guard lock(mutex_);
    --taken_;
  }
  free_.notify_one();
}

void Slots::adjust(double idle) {
  {
    const std::lock_guard lock(mutex_);
    // Slots that nobody has taken are room enough.
    if (idle > kRoom && taken_ >= open_)
      open_ = std::min(most_, taken_ + static_cast<unsigned>(std::ceil(idle * kStep)));
    if (idle < kFull && taken_ > 0) open_ = std::max(least_, std::min(open_, taken_ - 1));
  }
  free_.notify_all();
}

unsigned Slots::open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

double Processors::idle() {
  std::ifstream stat(stat_);
  std::string cpu;
  std::uint64_t all = 0, idle = 0, ticks = 0;
  stat >> cpu;
  for (int i = 0; i < 8 && stat >> ticks; ++i) {  // user nice system idle iowait irq softirq steal
    all += ticks;
    if (i == 1 || i == 3 || i == 4) idle += ticks;
  }
  const auto passed = all - all_, rested = idle - idle_;
  all_ = all;
  idle_ = idle;
  return passed == 0 || cpu != "cpu" ? 0 : static_cast<double>(rested) / static_cast<double>(passed);
}

unsigned inotify_for_runs(const std::string& file) {
  unsigned allowed = 0;
  if (!(std::ifstream(file) >> allowed)) allowed = kInotifyOfDebian;
  return allowed - std::min(allowed, kInotifyOfOthers);
}

}  // namespace attest::cli

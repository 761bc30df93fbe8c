// A link whose other end is a script, on a clock that stands still but for it: reading until a deadline takes
// no time.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "harness/transport/link.hpp"

namespace attest::at::testing {

class FakeLink final : public transport::Link {
 public:
  explicit FakeLink(FakeClock& clock) : clock_(clock) { settings_.baud = 0; }

  /// Called with each write; says what comes of it through `say`.
  std::function<void(std::string_view)> on_write;
  /// These bytes can be read from `after` from now on (or after what was said before, if that is later).
  void say(std::string bytes, Nanos after = {}) {
    const auto at = clock_.now() + after;
    due_.push_back({due_.empty() || due_.back().at < at ? at : due_.back().at, std::move(bytes)});
  }
  /// From here on reading and writing fail.
  void breaks(std::string why) { broken_ = std::move(why); }
  void counts() { counters_.emplace(); }

  std::string written;
  int reads = 0;

  Result<transport::Arrived> read(std::span<char> into, Deadline deadline) override {
    ++reads;
    if (due_.empty() || due_.front().at > std::max(deadline.at(), clock_.now())) {
      if (!broken_.empty() && due_.empty()) return fail(Fault::bench, broken_);
      if (deadline.at() > clock_.now()) clock_.set(deadline.at());
      return transport::Arrived{clock_.now(), 0};
    }
    auto& next = due_.front();
    if (next.at > clock_.now()) clock_.set(next.at);
    const auto count = std::min(into.size(), next.bytes.size());
    next.bytes.copy(into.data(), count);
    next.bytes.erase(0, count);
    if (next.bytes.empty()) due_.pop_front();
    return transport::Arrived{clock_.now(), count};
  }

  Result<Instant> write(std::string_view bytes, Deadline) override {
    if (!broken_.empty()) return fail(Fault::bench, broken_);
    const auto at = clock_.now();
    written += bytes;
    if (on_write) on_write(bytes);
    return at;
  }

  Status set_line(const transport::LineSettings& settings) override {
    settings_ = settings;
    return {};
  }
  const transport::LineSettings& line() const override { return settings_; }
  std::optional<transport::LineCounters> counters() override { return counters_; }
  const std::string& name() const override { return name_; }

 private:
  struct Due {
    Instant at;
    std::string bytes;
  };
  FakeClock& clock_;
  transport::LineSettings settings_;
  std::deque<Due> due_;
  std::string broken_, name_ = "fake";
  std::optional<transport::LineCounters> counters_;
};

}  // namespace attest::at::testing

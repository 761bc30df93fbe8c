// Follows the devices of a record for their latencies, event by event. Internal to harness/measure.
#pragma once

#include <limits>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/measure/latency.hpp"

namespace attest::measure {

/// What the record says at its begin of how the firmware speaks.
struct Words {
  std::string prefix = "AT+";
  std::map<std::string, std::string, std::less<>> names;  ///< the manual's, by the firmware's
  bool paced = true;

  void take(const record::Event& begin);
  /// Empty: no command line.
  [[nodiscard]] std::string command_in(std::string_view sent) const;
};

/// The samples of one command and ending: all, or evenly taken ones.
class Kept {
 public:
  void put(Sample sample, std::size_t most) {
    if (count_++ % stride_ != 0) return;
    samples_.push_back(std::move(sample));
    if (most > 0 && samples_.size() >= 2 * most) thin_out();
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }

 private:
  void thin_out() {
    for (std::size_t i = 1; 2 * i < samples_.size(); ++i) samples_[i] = std::move(samples_[2 * i]);
    samples_.resize((samples_.size() + 1) / 2);
    stride_ *= 2;
  }
  std::vector<Sample> samples_;
  std::size_t count_ = 0, stride_ = 1;
};

struct Found {
  std::size_t most = 0;
  std::map<std::pair<std::string, std::string>, Kept> by_command_and_ending;
};

/// Follows one device through the record. Events are held until nothing that belongs before them can still
/// come, and until the exchange that they belong to is split.
class DeviceLatency {
 public:
  void take(const record::Event& event, const Words& words, Found& found);
  /// Splits what ended until then.
  void settle(Instant until, const Words& words, Found& found);

 private:
  static constexpr Instant kBefore = Instant(std::numeric_limits<std::int64_t>::min());

  void forget(Instant split_until);
  void split_exchange(const record::Event& exchange, const Words& words, Found& found);
  [[nodiscard]] std::string name_of(std::string_view sent, const Words& words) const;
  [[nodiscard]] std::span<const record::Event> around(const record::Event& exchange) const;

  std::vector<record::Event> held_;
  Instant latest_ = kBefore, settled_ = kBefore, forgotten_ = kBefore;
  Line line_, usual_;
  std::string prompted_by_;
};

/// "AT+UART_CUR=921600,8,1,0,0\r\n": baud, data bits, stop bits (1: one, 2: one and a half, 3: two), parity.
[[nodiscard]] std::optional<Line> line_set_by(std::string_view command_line);

}  // namespace attest::measure

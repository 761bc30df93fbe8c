// The latencies of a whole record: each command's exchanges split into their parts, the raw samples kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/measure/compare.hpp"
#include "harness/measure/split.hpp"

namespace attest::measure {

/// One exchange: where it stands in the record, and where its time went.
struct Sample {
  std::uint64_t exchange = 0;
  std::string of_case;  ///< empty outside of cases
  Split split;
};

/// What is compared with each other: a command that ends in an error takes another time than one that does
/// not.
struct CommandLatency {
  /// The manual's name: "HTTPCLIENT", "AT", "ATE0"; "HTTPCPOST data" for what is sent after its prompt.
  std::string command;
  /// "OK", "ERROR", "SEND OK", …; "prompt" where one came
  std::string ending;
  std::vector<Sample> samples;  ///< in the order of the record
  std::size_t count = 0;        ///< of all that there were, where only some are kept

  /// Nanoseconds, of those samples that have the part.
  [[nodiscard]] std::vector<double> part(Split::Part Split::*which) const;
  [[nodiscard]] std::vector<double> total() const;
};

/// By command, then by ending. Devices of one record are taken together. The line's rate is that of the link
/// (none where a virtual device runs unpaced), and from AT+UART_CUR on the one that was set, until a restart.
/// What is sent that is no command line and no data after a prompt is left out, as is what ends in silence.
[[nodiscard]] std::vector<CommandLatency> latencies(std::span<const record::Event> events);

/// The same, fed event by event in the order of the record, in memory that does not grow with it: an exchange
/// is split once nothing can come that belongs to it (an event is written at most five seconds late).
class Latencies {
 public:
  /// Keeps up to twice `most` samples of each command and ending, evenly taken over all; 0: every one.
  explicit Latencies(std::size_t most = 0);
  ~Latencies();
  Latencies(Latencies&&) noexcept;
  Latencies& operator=(Latencies&&) noexcept;

  [[nodiscard]] static bool heeds(std::string_view type);
  void take(const record::Event& event);
  /// As if the record ended here.
  [[nodiscard]] std::vector<CommandLatency> result() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct Quantile {
  double value = 0;
  std::optional<Interval> interval;  ///< see quantile_interval
};
struct Quantiles {
  std::size_t count = 0;
  Quantile p50, p95, p99;
};
/// In the unit of the samples; nothing where there are none.
[[nodiscard]] std::optional<Quantiles> quantiles(std::span<const double> samples, double confidence = 0.95);

/// The rate that a link's name states ("serial:/dev/ttyUSB0?baud=9600&parity=even"), with the defaults of
/// harness/transport: a serial port runs at 115200 8N1, behind TCP there is no rate that we know of.
[[nodiscard]] Line line_of(std::string_view link);

}  // namespace attest::measure

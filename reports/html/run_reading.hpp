// A record as the page of a run needs it: read to its end once, or again and again while it grows. What a
// record says is folded as it goes by; its lines stay in the file.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/measure/latency.hpp"
#include "harness/record/reader.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/html/timelines.hpp"

namespace attest::reports {

/// Not thread-safe.
class RunReading {
 public:
  explicit RunReading(std::filesystem::path record);

  /// All that has come since the last time. Errors are those of record::read().
  [[nodiscard]] Result<record::ReadSummary> advance();

  [[nodiscard]] const std::filesystem::path& record() const { return pursuit_.path(); }
  [[nodiscard]] const spec::Judge& judge() const { return judge_; }
  [[nodiscard]] const TimelineIndex& timelines() const { return timelines_; }
  [[nodiscard]] const measure::Latencies& latencies() const { return latencies_; }
  /// The fields of the last `floor` event; null: there was none.
  [[nodiscard]] const nlohmann::json& floor() const { return floor_; }

 private:
  [[nodiscard]] Status take(const record::LineAt& line);

  record::Pursuit pursuit_;
  spec::Judge judge_;
  measure::Latencies latencies_;
  TimelineIndex timelines_;
  nlohmann::json floor_;
};

}  // namespace attest::reports

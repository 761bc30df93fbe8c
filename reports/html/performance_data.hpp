// Times and rates as the page shows them. Internal to reports/html.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "harness/measure/latency.hpp"
#include "harness/spec/judgement.hpp"

namespace attest::reports {

/// Latency[] of data.ts, nanoseconds.
[[nodiscard]] nlohmann::json latency_json(const std::vector<measure::CommandLatency>& all);
/// Throughput[]: of the measurements in bytes per second, those whose name tells a size, as performance cases
/// give them: "GET of 4096 bytes", "GET of 4096 bytes at 921600 baud".
[[nodiscard]] nlohmann::json throughput_json(const spec::Judgement& judgement);

}  // namespace attest::reports

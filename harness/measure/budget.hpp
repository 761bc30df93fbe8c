// Samples against a limit. What we measure is what the device takes and what our own side adds to it: a
// budget is kept if t + u is within the limit and broken if t - u is not, with u the uncertainty of the line
// that was measured on; between the two nothing can be said.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace attest::measure {

/// "p50" | "p95" | "p99" | "max" | "min" | "mean" of the samples (quantiles by the nearest rank, so that each
/// is a sample that was seen); nothing where there are none, or for another word.
[[nodiscard]] std::optional<double> statistic(std::vector<double> samples, std::string_view of);

/// The value in another unit of its kind: "ns", "us", "ms", "s", or "B/s", or "%".
[[nodiscard]] std::optional<double> in_unit(double value, std::string_view unit, std::string_view wanted);

/// True of a unit of time: a limit is the most there may be. Of a rate it is the least.
[[nodiscard]] bool is_time(std::string_view unit);

enum class Standing { kept, broken, too_close };

/// `value`, `limit` and the uncertainty `u` (not negative) in one unit.
[[nodiscard]] Standing standing(double value, double limit, double u, bool at_most);

}  // namespace attest::measure

// The raw samples of measurements, and what is made of them.
#pragma once

#include <cstdint>
#include <vector>

#include "reports/history/database.hpp"
#include "reports/history/overview.hpp"

namespace attest::reports {

void add_samples(Database& database, std::int64_t measurement, std::vector<double>& to);

/// Changes the order of the samples.
[[nodiscard]] MeasurementSummary summary_of(std::vector<double>& samples);

}  // namespace attest::reports

#include "reports/history/samples.hpp"

#include <algorithm>

namespace attest::reports {
namespace {

double median(std::vector<double>& samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  if (samples.size() % 2 == 1) return *middle;
  return (*std::max_element(samples.begin(), middle) + *middle) / 2;
}

}  // namespace

void add_samples(Database& database, std::int64_t measurement, std::vector<double>& to) {
  auto& row = database.prepared("SELECT value FROM samples WHERE measurement_id = ?");
  for (row.with(measurement); row.step();) to.push_back(row.real(0));
}

MeasurementSummary summary_of(std::vector<double>& samples) {
  if (samples.empty()) return {};
  const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
  MeasurementSummary out{samples.size(), 0, *least, *most};
  out.median = median(samples);
  return out;
}

}  // namespace attest::reports

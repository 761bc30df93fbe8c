#include "harness/measure/budget.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace attest::measure {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};
constexpr Unit kTimes[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};

std::optional<double> seconds_in(std::string_view unit) {
  for (const auto& one : kTimes)
    if (one.name == unit) return one.seconds;
  return {};
}

double quantile(std::vector<double>& samples, double q) {
  const auto rank = std::max(1.0, std::ceil(q * static_cast<double>(samples.size())));
  const auto at = samples.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::nth_element(samples.begin(), at, samples.end());
  return *at;
}

}  // namespace

std::optional<double> statistic(std::vector<double> samples, std::string_view of) {
  if (samples.empty()) return {};
  if (of == "p50") return quantile(samples, 0.50);
  if (of == "p95") return quantile(samples, 0.95);
  if (of == "p99") return quantile(samples, 0.99);
  if (of == "max") return *std::max_element(samples.begin(), samples.end());
  if (of == "min") return *std::min_element(samples.begin(), samples.end());
  if (of == "mean")
    return std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(samples.size());
  return {};
}

std::optional<double> in_unit(double value, std::string_view unit, std::string_view wanted) {
  if (unit == wanted) return value;
  const auto from = seconds_in(unit), to = seconds_in(wanted);
  if (!from || !to) return {};
  return value * *from / *to;
}

bool is_time(std::string_view unit) {
  return seconds_in(unit).has_value();
}

Standing standing(double value, double limit, double u, bool at_most) {
  const double over = at_most ? value - limit : limit - value;
  if (over + u <= 0) return Standing::kept;
  return over - u > 0 ? Standing::broken : Standing::too_close;
}

}  // namespace attest::measure

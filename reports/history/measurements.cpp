// The questions about measurements. Medians are made from the raw samples.
#include <algorithm>
#include <tuple>

#include "reports/history/guarded.hpp"
#include "reports/history/history.hpp"
#include "reports/history/rows.hpp"
#include "reports/history/samples.hpp"

namespace attest::reports {
namespace {

std::vector<MeasurementName> names_of(Database& database) {
  auto& row = database.prepared(
      "SELECT name, unit, count(DISTINCT run_id), sum(samples) FROM measurements GROUP BY name, unit");
  std::vector<MeasurementName> out;
  while (row.step()) out.push_back({row.text(0), row.text(1), size_at(row, 2), size_at(row, 3)});
  return out;
}

void summarise(MeasurementPoint& point, std::vector<double>& samples) {
  const auto summary = summary_of(samples);
  point.count = summary.count;
  point.least = summary.least;
  point.most = summary.most;
  point.median = summary.median;
}

MeasurementPoint point_at(const Statement& row) {
  MeasurementPoint out;
  out.run = run_at(row);
  out.case_id = row.text(3);
  out.device = row.text(4);
  out.unit = row.text(5);
  out.of = row.text(6);
  out.limit = row.maybe_real(7);
  out.u = row.maybe_real(8);
  return out;
}

/// Rows that are the same measurement: a case that measures more than once in a run, as with --repeat.
bool together(const MeasurementPoint& a, const MeasurementPoint& b) {
  return std::tie(a.run.id, a.case_id, a.device, a.unit) == std::tie(b.run.id, b.case_id, b.device, b.unit);
}

std::vector<MeasurementPoint> trend_of(Database& database, std::string_view name) {
  auto& row = database.prepared(
      "SELECT r.id, r.began, coalesce(f.name, ''), m.case_name, m.device, m.unit, m.of, m.budget, m.u, m.id"
      " FROM measurements m JOIN runs r ON r.id = m.run_id"
      " LEFT JOIN devices d ON d.run_id = m.run_id AND d.name = m.device"
      " LEFT JOIN firmwares f ON f.id = coalesce(d.firmware_id, r.firmware_id)"
      " WHERE m.name = ? ORDER BY r.began, r.id, m.case_name, m.device, m.unit, m.id");
  std::vector<MeasurementPoint> out;
  std::vector<double> samples;
  for (row.with(name); row.step();) {
    auto point = point_at(row);
    if (out.empty() || !together(out.back(), point)) {
      if (!out.empty()) summarise(out.back(), samples);
      samples.clear();
      out.push_back(std::move(point));
    }
    add_samples(database, row.integer(9), samples);
  }
  if (out.empty()) refuse_name(database, "measurement", "measurements", "name", name);
  summarise(out.back(), samples);
  return out;
}

}  // namespace

Result<std::vector<MeasurementName>> History::measurements() {
  return guarded([&] { return names_of(*database_); });
}

Result<std::vector<MeasurementPoint>> History::measurement_trend(std::string_view name) {
  return guarded([&] { return trend_of(*database_, name); });
}

}  // namespace attest::reports

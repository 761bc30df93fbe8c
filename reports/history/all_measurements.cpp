// All measurements from run to run, in one pass.
#include <algorithm>
#include <tuple>

#include "reports/history/guarded.hpp"
#include "reports/history/history.hpp"
#include "reports/history/rows.hpp"
#include "reports/history/runs_in_time.hpp"
#include "reports/history/samples.hpp"

namespace attest::reports {
namespace {

/// A row of the table, without its samples.
struct Taken {
  MeasurementSeries is;
  std::size_t place = 0;
  std::int64_t id = 0;

  [[nodiscard]] auto series() const {
    return std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>(
        is.name, is.unit, is.case_id, is.device);
  }
};

/// Of the runs from that place on, ordered by series and time.
std::vector<Taken> taken_since(Database& database, const RunsInTime& time, std::size_t first) {
  std::vector<Taken> out;
  auto& row = database.prepared(
      "SELECT id, run_id, name, unit, case_name, device, of, budget, u FROM measurements WHERE samples > 0");
  while (row.step()) {
    Taken one{{}, time.place.at(row.integer(1)), row.integer(0)};
    if (one.place < first) continue;
    one.is = {row.text(2), row.text(3),       row.text(5),       row.text(4),
              row.text(6), row.maybe_real(7), row.maybe_real(8), {}};
    out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(), [](const Taken& a, const Taken& b) {
    return std::tuple_cat(a.series(), std::tuple(a.place, a.id)) <
           std::tuple_cat(b.series(), std::tuple(b.place, b.id));
  });
  return out;
}

/// The samples of the rows from `i` on that are the same measurement in the same run, as with --repeat; `i`
/// is then behind them.
MeasurementSeries::Point next_point(Database& database, const RunsInTime& time, const std::vector<Taken>& all,
                                    std::size_t& i) {
  const auto& first = all[i];
  std::vector<double> samples;
  for (; i < all.size() && all[i].place == first.place && all[i].series() == first.series(); ++i)
    add_samples(database, all[i].id, samples);
  return {time.runs[first.place].id, summary_of(samples)};
}

std::vector<MeasurementSeries> all_since(Database& database, std::size_t in_latest) {
  const Snapshot snapshot(database);
  const RunsInTime time(database);
  const auto all = taken_since(database, time, time.first_of_latest(in_latest));
  std::vector<MeasurementSeries> out;
  for (std::size_t i = 0; i < all.size();) {
    const bool next_series = i == 0 || all[i - 1].series() != all[i].series();
    if (next_series) out.push_back(all[i].is);
    auto& series = out.back();
    series.points.push_back(next_point(database, time, all, i));
    const auto& latest = all[i - 1].is;
    series.of = latest.of;
    series.limit = latest.limit;
    series.u = latest.u;
  }
  return out;
}

}  // namespace

Result<std::vector<MeasurementSeries>> History::all_measurements(std::size_t in_latest) {
  return guarded([&] { return all_since(*database_, in_latest); });
}

}  // namespace attest::reports

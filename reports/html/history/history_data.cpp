#include "reports/html/history/history_data.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "harness/measure/change_points.hpp"
#include "harness/record/event.hpp"
#include "reports/history/database.hpp"

namespace attest::reports {

namespace embedded_history_page {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {
using Json = nlohmann::json;
using spec::Verdict;

Json counts(const spec::Counts& of) {
  auto out = Json::object();
  for (const auto verdict : {Verdict::none, Verdict::pass, Verdict::inconc, Verdict::fail, Verdict::error}) {
    const auto found = of.find(verdict);
    out[std::string(record::name_of(verdict))] = found == of.end() ? 0 : found->second;
  }
  return out;
}

Json maybe(const std::optional<RunRef>& run) {
  return run ? Json(run->id) : Json();
}

Json maybe(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

Json one(const RunRow& run) {
  return {{"id", run.run.id},
          {"began", run.run.began},
          {"firmware", run.run.firmware},
          {"profile", run.profile},
          {"attest", run.attest},
          {"record", run.record},
          {"ended", run.ended},
          {"complete", run.complete},
          {"exit", run.exit},
          {"duration_ns", run.duration.count()},
          {"cases", counts(run.cases)}};
}

Json one(const Flake& flake) {
  return {{"case", flake.case_id},      {"firmware", flake.firmware}, {"failed", flake.failed},
          {"attempts", flake.attempts}, {"low", flake.interval.low},  {"high", flake.interval.high}};
}

Json one(const DeviationSeries& series) {
  return {{"id", series.id},
          {"requirement", series.requirement},
          {"summary", series.summary},
          {"first", series.first.id},
          {"latest", series.latest.id},
          {"before", maybe(series.before)},
          {"gone_since", maybe(series.gone_since)},
          {"runs", series.runs}};
}

Json one(const NamedFirstBad& named) {
  const auto& found = named.found;
  return {
      {"id", named.id},       {"first_bad", found.first_bad.id},     {"latest_bad", found.latest_bad.id},
      {"fails", found.fails}, {"last_good", maybe(found.last_good)}, {"good_again", maybe(found.good_again)}};
}

Json changes_of(const MeasurementSeries& series) {
  std::vector<double> medians;
  for (const auto& point : series.points) medians.push_back(point.of.median);
  auto out = Json::array();
  for (const auto& change : measure::change_points(medians))
    out.push_back({{"run", series.points[change.index].run},
                   {"before", change.before},
                   {"after", change.after},
                   {"p", change.p}});
  return out;
}

Json one(const MeasurementSeries& series) {
  auto points = Json::array();
  for (const auto& point : series.points)
    points.push_back({{"run", point.run},
                      {"count", point.of.count},
                      {"median", point.of.median},
                      {"least", point.of.least},
                      {"most", point.of.most}});
  return {{"name", series.name},          {"unit", series.unit},
          {"device", series.device},      {"case", series.case_id},
          {"limit", maybe(series.limit)}, {"of", series.of.empty() ? Json() : Json(series.of)},
          {"u", maybe(series.u)},         {"points", std::move(points)},
          {"changes", changes_of(series)}};
}

Json one(const FirmwareSummary& firmware) {
  auto medians = Json::array();
  for (const auto& median : firmware.medians)
    medians.push_back({{"name", median.name},
                       {"unit", median.unit},
                       {"median", median.of.median},
                       {"count", median.of.count}});
  return {{"firmware", firmware.firmware},
          {"runs", firmware.runs},
          {"latest", firmware.latest.id},
          {"cases", counts(firmware.cases)},
          {"newly_failing", firmware.newly_failing},
          {"newly_passing", firmware.newly_passing},
          {"medians", std::move(medians)}};
}

/// Those with the most points, in the order in which they came.
std::vector<MeasurementSeries> longest(std::vector<MeasurementSeries> all, std::size_t most) {
  if (all.size() <= most) return all;
  std::vector<std::size_t> lengths;
  for (const auto& series : all) lengths.push_back(series.points.size());
  std::sort(lengths.rbegin(), lengths.rend());
  // Of those that are as long as the last that fits, the first.
  const auto least = most == 0 ? lengths.front() + 1 : lengths[most - 1];
  auto room = most - static_cast<std::size_t>(
                         std::count_if(lengths.begin(), lengths.end(), [&](auto n) { return n > least; }));
  std::erase_if(all, [&](const MeasurementSeries& series) {
    if (series.points.size() != least) return series.points.size() < least;
    return room == 0 || room-- == 0;
  });
  return all;
}

std::size_t firmwares_in(const std::vector<RunRow>& runs) {
  std::set<std::string_view> out;
  for (const auto& row : runs) out.insert(row.run.firmware);
  return out.size();
}

/// The data, piece by piece; each counts what it leaves out.
class Data {
 public:
  Data(std::string_view name, std::string_view made)
      : json_{{"schema", "attest-page-1"}, {"form", "history"}, {"made", made}, {"history", name}} {}

  /// The first `most` of them.
  template <class Row>
  void put(const std::string& field, const std::vector<Row>& rows, std::size_t most) {
    const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(most, rows.size()));
    put_all(field, std::vector<Row>(rows.begin(), end), rows.size());
  }
  /// All of these, which are what fits of so many.
  template <class Row>
  void put_all(const std::string& field, const std::vector<Row>& rows, std::size_t of) {
    auto& list = json_[field] = Json::array();
    for (const auto& row : rows) list.push_back(one(row));
    json_["left_out"][field] = of - rows.size();
  }
  Json take() { return std::move(json_); }

 private:
  Json json_;
};

Json data_of(History& history, std::string_view name, std::string_view made,
             const HistoryDataOptions& options) {
  const Snapshot snapshot(history.database());
  const auto most_runs = std::max<std::size_t>(options.runs, 1);
  Data out(name, made);
  auto runs = must(history.runs());
  const auto all_runs = runs.size(), all_firmwares = firmwares_in(runs);
  runs.resize(std::min(runs.size(), most_runs));
  std::reverse(runs.begin(), runs.end());
  out.put_all("runs", runs, all_runs);
  out.put("flakes", must(history.flakes()), options.flakes);
  out.put("deviations", must(history.deviations()), options.deviations);
  out.put("first_bad", must(history.all_first_bad(options.lately)), options.first_bad);
  auto measurements = must(history.all_measurements(most_runs));
  const auto all_measurements = measurements.size();
  out.put_all("measurements", longest(std::move(measurements), options.measurements), all_measurements);
  out.put_all("firmwares", must(history.firmwares(std::max<std::size_t>(options.firmwares, 1))),
              all_firmwares);
  return out.take();
}

}  // namespace

Result<Json> history_data(History& history, std::string_view name, std::string_view made,
                          const HistoryDataOptions& options) {
  try {
    return data_of(history, name, made, options);
  } catch (const Failure& failure) {
    return tl::unexpected(failure.error());
  }
}

std::string_view history_page_schema() {
  return embedded_history_page::file("history_page.schema.json");
}

}  // namespace attest::reports

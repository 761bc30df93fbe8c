#include "reports/history/tables.hpp"

#include <fmt/format.h>

namespace attest::reports {
namespace {
using Json = nlohmann::json;
using Kind = Column::Kind;
using spec::Verdict;

std::size_t of(const spec::Counts& counts, Verdict verdict) {
  const auto found = counts.find(verdict);
  return found == counts.end() ? 0 : found->second;
}

Json maybe(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

std::vector<Json> series_row(const char* what, const RunRef& run, const Json& fails) {
  return {what, run.id, run.began, run.firmware, fails};
}

}  // namespace

Table import_table(const std::vector<ImportedRecord>& imported) {
  Table out{"import",
            "",
            {{"run", Kind::count},
             {"import"},
             {"complete"},
             {"cases", Kind::count},
             {"failed", Kind::count},
             {"record"}},
            {},
            "nothing was imported"};
  for (const auto& [record, what] : imported)
    out.rows.push_back({what.run, name_of(what.what), what.complete, what.cases, what.failed, record});
  return out;
}

Table runs_table(const std::vector<RunRow>& runs) {
  Table out{"runs",
            "",
            {{"run", Kind::count},
             {"began"},
             {"firmware"},
             {"profile"},
             {"complete"},
             {"ended"},
             {"exit", Kind::count},
             {"pass", Kind::count},
             {"fail", Kind::count},
             {"inconc", Kind::count},
             {"error", Kind::count},
             {"none", Kind::count},
             {"duration_ns", Kind::span_ns},
             {"record"}},
            {},
            "the history holds no run"};
  for (const auto& one : runs)
    out.rows.push_back({one.run.id, one.run.began, one.run.firmware, one.profile, one.complete, one.ended,
                        one.exit, of(one.cases, Verdict::pass), of(one.cases, Verdict::fail),
                        of(one.cases, Verdict::inconc), of(one.cases, Verdict::error),
                        of(one.cases, Verdict::none), one.duration.count(), one.record});
  return out;
}

Table trend_table(const std::string& case_id, const std::vector<CasePoint>& points) {
  Table out{"trend",
            case_id,
            {{"run", Kind::count},
             {"began"},
             {"firmware"},
             {"verdict"},
             {"attempts", Kind::count},
             {"attempts_failed", Kind::count},
             {"duration_ns", Kind::span_ns},
             {"reason", Kind::tail}},
            {},
            "no run has this case"};
  for (const auto& one : points)
    out.rows.push_back({one.run.id, one.run.began, one.run.firmware, record::name_of(one.verdict),
                        one.attempts, one.attempts_failed, one.duration.count(), one.reason});
  return out;
}

Table measurements_table(const std::vector<MeasurementName>& names) {
  Table out{"measurements",
            "",
            {{"name"}, {"unit"}, {"runs", Kind::count}, {"samples", Kind::count}},
            {},
            "the history holds no measurement"};
  for (const auto& one : names) out.rows.push_back({one.name, one.unit, one.runs, one.samples});
  return out;
}

Table measurement_table(const std::string& name, const std::vector<MeasurementPoint>& points) {
  Table out{"measurement",
            name,
            {{"run", Kind::count},
             {"began"},
             {"firmware"},
             {"device"},
             {"count", Kind::count},
             {"median", Kind::real},
             {"least", Kind::real},
             {"most", Kind::real},
             {"unit"},
             {"of"},
             {"limit", Kind::real},
             {"u", Kind::real},
             {"case"}},
            {},
            "no run has this measurement"};
  for (const auto& one : points) {
    const bool any = one.count > 0;
    out.rows.push_back({one.run.id, one.run.began, one.run.firmware, one.device, one.count,
                        any ? Json(one.median) : Json(), any ? Json(one.least) : Json(),
                        any ? Json(one.most) : Json(), one.unit, one.of, maybe(one.limit), maybe(one.u),
                        one.case_id});
  }
  return out;
}

Table first_bad_table(const std::string& id, const std::optional<FirstBad>& found) {
  Table out{"first-bad",
            id,
            {{"what"}, {"run", Kind::count}, {"began"}, {"firmware"}, {"fails_in_a_row", Kind::count}},
            {},
            "it has never failed"};
  if (!found) return out;
  if (found->last_good) out.rows.push_back(series_row("last good", *found->last_good, {}));
  out.rows.push_back(series_row("first bad", found->first_bad, found->fails));
  out.rows.push_back(series_row("latest bad", found->latest_bad, {}));
  if (found->good_again) out.rows.push_back(series_row("good again", *found->good_again, {}));
  return out;
}

Table flakes_table(const std::string& case_id, const std::vector<Flake>& flakes) {
  Table out{"flakes",
            case_id,
            {{"case"},
             {"firmware"},
             {"failed", Kind::count},
             {"attempts", Kind::count},
             {"rate", Kind::real},
             {"rate_low", Kind::real},
             {"rate_high", Kind::real}},
            {},
            "no case has both passed and failed on one firmware"};
  for (const auto& one : flakes)
    out.rows.push_back({one.case_id, one.firmware, one.failed, one.attempts,
                        static_cast<double>(one.failed) / static_cast<double>(one.attempts), one.interval.low,
                        one.interval.high});
  return out;
}

Table deviations_table(const std::vector<DeviationSeries>& deviations) {
  Table out{"deviations",
            "",
            {{"deviation"},
             {"requirement"},
             {"first", Kind::count},
             {"latest", Kind::count},
             {"before", Kind::count},
             {"gone_since", Kind::count},
             {"runs", Kind::count},
             {"first_firmware"},
             {"latest_firmware"},
             {"summary", Kind::tail}},
            {},
            "no run has seen a deviation"};
  const auto number = [](const std::optional<RunRef>& run) { return run ? Json(run->id) : Json(); };
  for (const auto& one : deviations)
    out.rows.push_back({one.id, one.requirement, one.first.id, one.latest.id, number(one.before),
                        number(one.gone_since), one.runs, one.first.firmware, one.latest.firmware,
                        one.summary});
  return out;
}

Table changes_table(const Changes& changes) {
  const auto against =
      changes.baseline ? fmt::format("run {}", changes.baseline->id) : "no earlier run of this selection";
  Table out{
      "changes",
      fmt::format("run {}", changes.run.id),
      {{"what"}, {"case"}, {"run", Kind::count}, {"baseline", Kind::count}},
      {},
      fmt::format("run {} has no new case, and none has vanished; held against {}", changes.run.id, against)};
  const auto baseline = changes.baseline ? Json(changes.baseline->id) : Json();
  for (const auto& one : changes.fresh) out.rows.push_back({"new", one, changes.run.id, {}});
  for (const auto& one : changes.vanished) out.rows.push_back({"vanished", one, changes.run.id, baseline});
  return out;
}

}  // namespace attest::reports

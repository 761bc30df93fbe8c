// The questions about runs and cases. Each is one statement that walks an index
// (suites/self/bench/history.cpp).
#include "reports/history/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reports/history/guarded.hpp"
#include "reports/history/rows.hpp"
#include "reports/history/schema.hpp"

namespace attest::reports {
namespace {
using spec::Verdict;

RunRow run_row(const Statement& row) {
  RunRow out;
  out.run = run_at(row);
  out.profile = row.text(3);
  out.attest = row.text(4);
  out.record = row.text(5);
  out.ended = row.text(6);
  out.complete = !out.ended.empty() && row.integer(7) == 0;
  out.exit = static_cast<int>(row.integer(8));
  out.duration = Nanos(row.integer(9));
  int column = 10;
  for (const auto verdict : {Verdict::none, Verdict::pass, Verdict::inconc, Verdict::fail, Verdict::error})
    out.cases[verdict] = size_at(row, column++);
  return out;
}

std::vector<RunRow> runs_of(Database& database, std::size_t most) {
  auto& row = database.prepared(
      "SELECT r.id, r.began, f.name, profile, attest, record, ended, torn, exit, duration_ns,"
      " none, passed, inconclusive, failed, errors"
      " FROM runs r JOIN firmwares f ON f.id = r.firmware_id ORDER BY r.began DESC, r.id DESC LIMIT ?");
  std::vector<RunRow> out;
  for (row.with(most == 0 ? -1 : static_cast<std::int64_t>(most)); row.step();) out.push_back(run_row(row));
  return out;
}

std::vector<CasePoint> trend_of(Database& database, std::string_view name) {
  const auto id = id_of(database, "cases", name);
  if (id == 0) refuse_name(database, "case", "cases", "name", name);
  auto& row = database.prepared(
      "SELECT r.id, r.began, f.name, c.verdict, c.reason, c.duration_ns, c.attempts, c.attempts_failed"
      " FROM results c JOIN runs r ON r.id = c.run_id JOIN firmwares f ON f.id = c.firmware_id"
      " WHERE c.case_id = ? ORDER BY r.began, r.id");
  std::vector<CasePoint> out;
  for (row.with(id); row.step();)
    out.push_back({run_at(row), verdict_at(row, 3), row.text(4), Nanos(row.integer(5)), size_at(row, 6),
                   size_at(row, 7)});
  return out;
}

/// The latest first; only what passed or failed.
constexpr const char* kOfCase =
    "SELECT r.id, r.began, f.name, c.verdict FROM results c JOIN runs r ON r.id = c.run_id"
    " JOIN firmwares f ON f.id = c.firmware_id WHERE c.case_id = ? AND c.verdict IN (1, 3)"
    " ORDER BY r.began DESC, r.id DESC";
constexpr const char* kOfRequirement =
    "SELECT r.id, r.began, f.name, q.verdict FROM requirement_results q JOIN runs r ON r.id = q.run_id"
    " JOIN firmwares f ON f.id = r.firmware_id WHERE q.requirement_id = ? AND q.verdict IN (1, 3)"
    " ORDER BY r.began DESC, r.id DESC";

/// Backwards: passes until the latest fail, fails until the pass before them.
std::optional<FirstBad> latest_series(Statement& row) {
  std::optional<FirstBad> out;
  std::optional<RunRef> good;
  while (row.step()) {
    const bool bad = verdict_at(row, 3) == Verdict::fail;
    if (!bad && out) {
      out->last_good = run_at(row);
      break;
    }
    if (!bad) {
      good = run_at(row);
      continue;
    }
    if (!out) out = FirstBad{{}, run_at(row), 0, {}, good};
    out->first_bad = run_at(row);
    ++out->fails;
  }
  row.reset();
  return out;
}

std::optional<FirstBad> first_bad_of(Database& database, std::string_view name) {
  if (const auto id = id_of(database, "cases", name))
    return latest_series(database.prepared(kOfCase).with(id));
  if (const auto id = id_of(database, "requirements", name))
    return latest_series(database.prepared(kOfRequirement).with(id));
  refuse_name(database, "case or requirement", "cases", "name", name);
}

Flake flake(const Statement& row, double confidence) {
  Flake out{row.text(0), row.text(1), size_at(row, 2), size_at(row, 3), {}};
  out.interval = measure::rate_interval(out.failed, out.attempts, confidence);
  return out;
}

/// One group for each case and firmware: a repaired case is not a flaky one.
std::vector<Flake> flakes_of(Database& database, std::string_view name, bool steady, double confidence) {
  const auto id = name.empty() ? 0 : id_of(database, "cases", name);
  if (!name.empty() && id == 0) refuse_name(database, "case", "cases", "name", name);
  auto& row = database.prepared(
      fmt::format("SELECT c.name, f.name, g.failed, g.tries FROM"
                  " (SELECT case_id, firmware_id, sum(failed) AS failed, count(*) AS tries FROM attempts"
                  "  WHERE failed IS NOT NULL {} GROUP BY case_id, firmware_id) g"
                  " JOIN cases c ON c.id = g.case_id JOIN firmwares f ON f.id = g.firmware_id"
                  " WHERE ?2 OR (g.failed > 0 AND g.failed < g.tries)"
                  " ORDER BY 1.0 * g.failed / g.tries DESC, c.name, f.name",
                  id == 0 ? "AND ?1 = 0" : "AND case_id = ?1"));
  std::vector<Flake> out;
  for (row.with(id, steady); row.step();) out.push_back(flake(row, confidence));
  return out;
}

}  // namespace

History::History(std::unique_ptr<Database> database) : database_(std::move(database)) {}
History::History(History&&) noexcept = default;
History& History::operator=(History&&) noexcept = default;
History::~History() = default;

Result<History> History::open(const std::filesystem::path& path, Access access) {
  return guarded([&] { return History(open_history(path, access == Access::write)); });
}

Result<std::vector<RunRow>> History::runs(std::size_t most) {
  return guarded([&] { return runs_of(*database_, most); });
}

Result<std::vector<CasePoint>> History::trend(std::string_view case_id) {
  return guarded([&] { return trend_of(*database_, case_id); });
}

Result<std::optional<FirstBad>> History::first_bad(std::string_view id) {
  return guarded([&] { return first_bad_of(*database_, id); });
}

Result<std::vector<Flake>> History::flakes(std::string_view case_id, bool steady, double confidence) {
  return guarded([&] { return flakes_of(*database_, case_id, steady, confidence); });
}

}  // namespace attest::reports

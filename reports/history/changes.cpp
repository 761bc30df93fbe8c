// Which cases are new in a run, and which are gone.
#include <fmt/format.h>

#include "reports/history/guarded.hpp"
#include "reports/history/history.hpp"
#include "reports/history/rows.hpp"

namespace attest::reports {
namespace {

std::vector<std::string> names(Statement& row) {
  std::vector<std::string> out;
  while (row.step()) out.push_back(row.text(0));
  return out;
}

std::optional<RunRef> one_run(Statement& row) {
  if (!row.step()) return std::nullopt;
  auto out = run_at(row);
  row.reset();
  return out;
}

RunRef run_numbered(Database& database, std::int64_t number) {
  auto& row = database.prepared(
      "SELECT r.id, r.began, f.name FROM runs r JOIN firmwares f ON f.id = r.firmware_id"
      " WHERE ?1 IN (0, r.id) ORDER BY r.began DESC, r.id DESC LIMIT 1");
  if (auto found = one_run(row.with(number))) return *found;
  throw Failure({Fault::usage,
                 number == 0
                     ? fmt::format("the history {} holds no run", database.path().string())
                     : fmt::format("the history {} holds no run {}", database.path().string(), number),
                 "`attest history runs` lists what it holds, `attest history import` puts more in"});
}

/// A run of the smoke must not make the rest of the catalogue look gone.
std::optional<RunRef> baseline_for(Database& database, const RunRef& run) {
  return one_run(
      database
          .prepared("SELECT r.id, r.began, f.name FROM runs r JOIN firmwares f ON f.id = r.firmware_id"
                    " WHERE (r.began, r.id) < (?1, ?2)"
                    " AND r.selection = (SELECT selection FROM runs WHERE id = ?2)"
                    " ORDER BY r.began DESC, r.id DESC LIMIT 1")
          .with(run.began, run.id));
}

std::vector<std::string> fresh_in(Database& database, const RunRef& run) {
  return names(
      database
          .prepared("SELECT c.name FROM results x JOIN cases c ON c.id = x.case_id WHERE x.run_id = ?1"
                    " AND NOT EXISTS (SELECT 1 FROM results y JOIN runs r ON r.id = y.run_id"
                    "  WHERE y.case_id = x.case_id AND (r.began, r.id) < (?2, ?1)) ORDER BY c.name")
          .with(run.id, run.began));
}

std::vector<std::string> in_one_only(Database& database, std::int64_t with, std::int64_t without) {
  return names(
      database
          .prepared("SELECT c.name FROM results x JOIN cases c ON c.id = x.case_id WHERE x.run_id = ?1"
                    " AND NOT EXISTS (SELECT 1 FROM results y WHERE y.case_id = x.case_id AND y.run_id = ?2)"
                    " ORDER BY c.name")
          .with(with, without));
}

Changes changes_of(Database& database, std::int64_t run, std::int64_t baseline) {
  Changes out;
  out.run = run_numbered(database, run);
  out.fresh = fresh_in(database, out.run);
  out.baseline = baseline == 0 ? baseline_for(database, out.run) : run_numbered(database, baseline);
  if (out.baseline) out.vanished = in_one_only(database, out.baseline->id, out.run.id);
  return out;
}

}  // namespace

Result<Changes> History::changes(std::int64_t run, std::int64_t baseline) {
  return guarded([&] { return changes_of(*database_, run, baseline); });
}

}  // namespace attest::reports

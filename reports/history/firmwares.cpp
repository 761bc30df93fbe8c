// Each firmware by its latest complete run, and against the one before it.
#include <algorithm>
#include <map>

#include "reports/history/guarded.hpp"
#include "reports/history/history.hpp"
#include "reports/history/rows.hpp"
#include "reports/history/samples.hpp"

namespace attest::reports {
namespace {
using spec::Verdict;

/// In the order of their first runs. Those without a complete one have no latest.
std::vector<FirmwareSummary> all_of(Database& database) {
  std::vector<FirmwareSummary> out;
  std::map<std::string, std::size_t> known;
  auto& row = database.prepared(
      "SELECT r.id, r.began, f.name, ended <> '' AND NOT torn, none, passed, inconclusive, failed, errors"
      " FROM runs r JOIN firmwares f ON f.id = r.firmware_id ORDER BY r.began, r.id");
  while (row.step()) {
    const auto [at, fresh] = known.emplace(row.text(2), out.size());
    if (fresh) out.emplace_back().firmware = at->first;
    auto& one = out[at->second];
    ++one.runs;
    if (row.integer(3) == 0) continue;
    one.latest = run_at(row);
    for (int verdict = 0; verdict <= 4; ++verdict)
      one.cases[static_cast<Verdict>(verdict)] = size_at(row, 4 + verdict);
  }
  return out;
}

/// Cases that had the one verdict in that run, and the other one in this.
std::vector<std::string> changed(Database& database, std::int64_t before, Verdict was, std::int64_t now,
                                 Verdict is) {
  auto& row = database.prepared(
      "SELECT c.name FROM results n JOIN results b ON b.case_id = n.case_id AND b.run_id = ?1 AND b.verdict "
      "= ?2"
      " JOIN cases c ON c.id = n.case_id WHERE n.run_id = ?3 AND n.verdict = ?4 ORDER BY c.name");
  std::vector<std::string> out;
  for (row.with(before, static_cast<int>(was), now, static_cast<int>(is)); row.step();)
    out.push_back(row.text(0));
  return out;
}

std::vector<FirmwareSummary::Median> medians_of(Database& database, std::int64_t run) {
  std::map<std::pair<std::string, std::string>, std::vector<std::int64_t>> by_name;
  auto& row = database.prepared("SELECT name, unit, id FROM measurements WHERE run_id = ? AND samples > 0");
  for (row.with(run); row.step();) by_name[{row.text(0), row.text(1)}].push_back(row.integer(2));
  std::vector<FirmwareSummary::Median> out;
  for (const auto& [name, measurements] : by_name) {
    std::vector<double> samples;
    for (const auto id : measurements) add_samples(database, id, samples);
    out.push_back({name.first, name.second, summary_of(samples)});
  }
  return out;
}

std::vector<FirmwareSummary> summaries_of(Database& database, std::size_t most) {
  const Snapshot snapshot(database);
  auto all = all_of(database);
  std::erase_if(all, [](const FirmwareSummary& one) { return one.latest.id == 0; });
  const std::size_t first = most == 0 || most >= all.size() ? 0 : all.size() - most;
  for (std::size_t i = first; i < all.size(); ++i) {
    all[i].medians = medians_of(database, all[i].latest.id);
    if (i == 0) continue;
    const auto before = all[i - 1].latest.id, now = all[i].latest.id;
    all[i].newly_failing = changed(database, before, Verdict::pass, now, Verdict::fail);
    all[i].newly_passing = changed(database, before, Verdict::fail, now, Verdict::pass);
  }
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first));
  return all;
}

}  // namespace

Result<std::vector<FirmwareSummary>> History::firmwares(std::size_t most) {
  return guarded([&] { return summaries_of(*database_, most); });
}

}  // namespace attest::reports

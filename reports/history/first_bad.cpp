// Where the fails of everything began, in one pass over all that passed or failed.
#include <algorithm>
#include <map>
#include <tuple>

#include "reports/history/guarded.hpp"
#include "reports/history/history.hpp"
#include "reports/history/rows.hpp"
#include "reports/history/runs_in_time.hpp"

namespace attest::reports {
namespace {
using spec::Verdict;

/// What one case or requirement did in a run.
struct Seen {
  std::size_t place = 0;
  bool bad = false;
};

/// In the order of time. Nothing: it has never failed.
std::optional<FirstBad> latest_series(const std::vector<Seen>& seen, const RunsInTime& time) {
  const auto bad = [](const Seen& one) { return one.bad; };
  const auto run = [&](const Seen& one) { return time.runs[one.place]; };
  const auto last = std::find_if(seen.rbegin(), seen.rend(), bad);
  if (last == seen.rend()) return std::nullopt;
  const auto before = std::find_if_not(last, seen.rend(), bad);
  FirstBad out{run(*(before - 1)), run(*last), static_cast<std::size_t>(before - last), {}, {}};
  if (before != seen.rend()) out.last_good = run(*before);
  if (last != seen.rbegin()) out.good_again = run(*(last - 1));
  return out;
}

/// Those of a table whose rows come ordered by `key`, with their names.
void add_all(Database& database, const RunsInTime& time, const std::string& table, const std::string& names,
             const std::string& key, std::vector<NamedFirstBad>& to) {
  std::map<std::int64_t, std::vector<Seen>> by_key;
  auto& row =
      database.prepared("SELECT " + key + ", run_id, verdict FROM " + table + " WHERE verdict IN (1, 3)");
  while (row.step())
    by_key[row.integer(0)].push_back({time.place.at(row.integer(1)), verdict_at(row, 2) == Verdict::fail});
  auto& look = database.prepared("SELECT name FROM " + names + " WHERE id = ?");
  for (auto& [id, seen] : by_key) {
    std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) { return a.place < b.place; });
    const auto found = latest_series(seen, time);
    if (!found || !look.with(id).step()) continue;
    to.push_back({look.text(0), *found});
    look.reset();
  }
}

std::vector<NamedFirstBad> all_of(Database& database, std::size_t within) {
  const Snapshot snapshot(database);
  const RunsInTime time(database);
  std::vector<NamedFirstBad> out;
  add_all(database, time, "results", "cases", "case_id", out);
  add_all(database, time, "requirement_results", "requirements", "requirement_id", out);
  const auto from = time.first_of_latest(within);
  std::erase_if(out, [&](const NamedFirstBad& one) {
    return one.found.good_again && time.place.at(one.found.latest_bad.id) < from;
  });
  const auto rank = [&](const NamedFirstBad& one) {
    const auto latest = static_cast<std::int64_t>(time.place.at(one.found.latest_bad.id));
    return std::tuple(one.found.good_again.has_value(), -latest, std::string_view(one.id));
  };
  std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return out;
}

}  // namespace

Result<std::vector<NamedFirstBad>> History::all_first_bad(std::size_t within_latest) {
  return guarded([&] { return all_of(*database_, within_latest); });
}

}  // namespace attest::reports

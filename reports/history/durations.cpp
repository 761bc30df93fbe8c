// How long cases usually take: what a run is told of the time that it will need.
#include <algorithm>
#include <numeric>
#include <vector>

#include "reports/history/guarded.hpp"
#include "reports/history/history.hpp"
#include "reports/history/rows.hpp"

namespace attest::reports {
namespace {

Nanos median(std::vector<std::int64_t>& durations) {
  std::sort(durations.begin(), durations.end());
  const auto middle = durations.size() / 2;
  if (durations.size() % 2 == 1) return Nanos(durations[middle]);
  return Nanos(std::midpoint(durations[middle - 1], durations[middle]));
}

/// Walks the attempts of each case backwards, and stops after so many passes.
std::map<std::string, Nanos> usual_of(Database& database, std::size_t of_latest) {
  std::vector<std::pair<std::int64_t, std::string>> cases;
  for (auto& row = database.prepared("SELECT id, name FROM cases"); row.step();)
    cases.emplace_back(row.integer(0), row.text(1));
  auto& row = database.prepared(
      "SELECT duration_ns FROM attempts WHERE case_id = ? AND verdict = 1"
      " ORDER BY run_id DESC, number DESC LIMIT ?");
  std::map<std::string, Nanos> out;
  for (const auto& [id, name] : cases) {
    std::vector<std::int64_t> durations;
    for (row.with(id, of_latest); row.step();) durations.push_back(row.integer(0));
    if (!durations.empty()) out.emplace(name, median(durations));
  }
  return out;
}

}  // namespace

Result<std::map<std::string, Nanos>> History::usual_durations(std::size_t of_latest) {
  return guarded([&] { return usual_of(*database_, std::max<std::size_t>(of_latest, 1)); });
}

}  // namespace attest::reports

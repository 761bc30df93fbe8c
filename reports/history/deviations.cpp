// Each deviation's latest series of runs, over all runs that could have seen it.
#include <algorithm>
#include <map>
#include <tuple>

#include "reports/history/guarded.hpp"
#include "reports/history/history.hpp"
#include "reports/history/rows.hpp"
#include "reports/history/runs_in_time.hpp"

namespace attest::reports {
namespace {

enum class Run : std::uint8_t { says_nothing, without, with };

/// A deviation of a requirement, and what each run in the order of time says of it.
struct Watched {
  std::vector<Run> runs;
  std::string summary;
  std::size_t summary_of = 0;  ///< the place of the run that it is from
};
using Key = std::pair<std::string, std::int64_t>;  ///< its name, and the requirement's number

/// Of the runs that saw it. One that saw it only while bytes were lost says nothing, whatever its cases did.
std::map<Key, Watched> sightings(Database& database, const RunsInTime& time,
                                 std::vector<std::pair<Key, std::size_t>>& unsure) {
  std::map<Key, Watched> out;
  auto& row = database.prepared("SELECT name, requirement_id, run_id, certain, summary FROM deviations");
  while (row.step()) {
    Key key{row.text(0), row.integer(1)};
    const auto place = time.place.at(row.integer(2));
    if (row.integer(3) == 0) {
      unsure.emplace_back(std::move(key), place);
      continue;
    }
    auto& one = out[std::move(key)];
    one.runs.resize(time.runs.size());
    one.runs[place] = Run::with;
    if (one.summary.empty() || place >= one.summary_of) {
      one.summary = row.text(4);
      one.summary_of = place;
    }
  }
  return out;
}

void is_without(Watched& watched, std::size_t place) {
  if (watched.runs[place] == Run::says_nothing) watched.runs[place] = Run::without;
}

void look_at_requirements(Database& database, const RunsInTime& time, std::map<Key, Watched>& all) {
  auto& row = database.prepared(
      "SELECT run_id FROM requirement_results WHERE requirement_id = ? AND verdict IN (1, 3)");
  for (auto& [key, watched] : all)
    for (row.with(key.second); row.step();) is_without(watched, time.place.at(row.integer(0)));
}

void look_at_cases(Database& database, const RunsInTime& time, std::map<Key, Watched>& all) {
  std::map<Key, std::vector<std::int64_t>> touched;
  auto& pair = database.prepared("SELECT DISTINCT name, requirement_id, case_id FROM deviation_cases");
  while (pair.step()) touched[{pair.text(0), pair.integer(1)}].push_back(pair.integer(2));
  auto& row = database.prepared("SELECT run_id FROM results WHERE case_id = ? AND verdict IN (1, 3)");
  for (auto& [key, watched] : all)
    for (const auto case_id : touched[key])
      for (row.with(case_id); row.step();) is_without(watched, time.place.at(row.integer(0)));
}

DeviationSeries latest_series(const Watched& watched, const RunsInTime& time) {
  DeviationSeries out;
  out.summary = watched.summary;
  for (std::size_t i = watched.runs.size(); i-- > 0;) {
    const auto run = watched.runs[i];
    if (run == Run::with) ++out.runs;
    if (run == Run::says_nothing || out.before) continue;
    if (run == Run::with) {
      if (out.latest.id == 0) out.latest = time.runs[i];
      out.first = time.runs[i];
    } else if (out.latest.id == 0) {
      out.gone_since = time.runs[i];
    } else {
      out.before = time.runs[i];
    }
  }
  return out;
}

std::string requirement_named(Database& database, std::int64_t id) {
  auto& look = database.prepared("SELECT name FROM requirements WHERE id = ?").with(id);
  if (!look.step()) return {};
  auto out = look.text(0);
  look.reset();
  return out;
}

std::vector<DeviationSeries> all_of(Database& database) {
  const Snapshot snapshot(database);
  const RunsInTime time(database);
  std::vector<std::pair<Key, std::size_t>> unsure;
  auto all = sightings(database, time, unsure);
  look_at_requirements(database, time, all);
  look_at_cases(database, time, all);
  for (const auto& [key, place] : unsure)
    if (const auto known = all.find(key); known != all.end()) known->second.runs[place] = Run::says_nothing;
  std::vector<DeviationSeries> out;
  for (const auto& [key, watched] : all) {
    out.push_back(latest_series(watched, time));
    out.back().id = key.first;
    out.back().requirement = requirement_named(database, key.second);
  }
  const auto rank = [&](const DeviationSeries& one) {
    const auto latest = static_cast<std::int64_t>(time.place.at(one.latest.id));
    return std::tuple(one.gone_since.has_value(), -latest, std::string_view(one.id),
                      std::string_view(one.requirement));
  };
  std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return out;
}

}  // namespace

Result<std::vector<DeviationSeries>> History::deviations() {
  return guarded([&] { return all_of(*database_); });
}

}  // namespace attest::reports

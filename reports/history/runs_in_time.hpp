// All runs in the order of time, for questions that go over all of them: a run is its place in that order.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "reports/history/database.hpp"
#include "reports/history/overview.hpp"

namespace attest::reports {

struct RunsInTime {
  explicit RunsInTime(Database& database);

  std::vector<RunRef> runs;
  std::unordered_map<std::int64_t, std::size_t> place;  ///< by number

  /// The place of the first of the latest so many runs (0: of all).
  [[nodiscard]] std::size_t first_of_latest(std::size_t most) const {
    return most == 0 || most >= runs.size() ? 0 : runs.size() - most;
  }
};

}  // namespace attest::reports

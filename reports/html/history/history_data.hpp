// What the page shows of all runs together: the HistoryData of reports/html/page/src/data.ts.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/base/result.hpp"
#include "reports/history/history.hpp"

namespace attest::reports {

/// How much is put in at most. What does not fit is counted in `left_out`.
struct HistoryDataOptions {
  std::size_t runs = 200;  ///< the latest, at least one; of measurements, points of these alone
  std::size_t flakes = 200;
  std::size_t deviations = 300;
  std::size_t first_bad = 500;
  std::size_t lately =
      30;  ///< what has failed in none of so many latest runs, and is good again, is no matter any more
  std::size_t measurements = 200;  ///< those with the most points
  std::size_t firmwares = 50;      ///< the latest of those that have a complete run, at least one
};

/// `name`: the database's file name; `made`: UTC, ISO 8601. Ids of runs may name some that are left out.
[[nodiscard]] Result<nlohmann::json> history_data(History& history, std::string_view name,
                                                  std::string_view made,
                                                  const HistoryDataOptions& options = {});

/// The JSON Schema of it, as shipped.
[[nodiscard]] std::string_view history_page_schema();

}  // namespace attest::reports

// The data of a run's page: RunData of reports/html/page/src/data.ts. Its JSON Schema is
// reports/schema/page.schema.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "reports/html/run_reading.hpp"

namespace attest::reports {

inline constexpr std::string_view kPageSchema = "attest-page-1";

struct RunDataOptions {
  bool live = false;
  std::string made;                     ///< UTC, ISO 8601
  nlohmann::json comparison = nullptr;  ///< see comparison_json()
  std::vector<bool> kept{};  ///< by key: whether the attempt's timeline is there; live: empty, all are
  std::vector<bool> cut{};   ///< by key: whether only its begin and end are there
};

/// Of a case that was made again and again the page has some attempts: those that did not pass before those
/// that did, later ones before earlier ones. This many.
inline constexpr std::size_t kAttemptsShown = 50;

/// Every text in it is UTF-8.
[[nodiscard]] nlohmann::json run_data(const RunReading& reading, const spec::Judgement& judgement,
                                      const RunDataOptions& options);
/// How a run is compared with an earlier one: `decision` is decision_json() of reports/gate.
[[nodiscard]] nlohmann::json comparison_json(const nlohmann::json& decision, const spec::Judgement& baseline,
                                             const spec::Judgement& candidate, std::string_view baseline_name,
                                             std::string_view policy_name);
[[nodiscard]] std::string_view page_schema();

}  // namespace attest::reports

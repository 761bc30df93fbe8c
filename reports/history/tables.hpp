// The answers of the history as tables: which columns, in which order, under which names.
#pragma once

#include <string>
#include <vector>

#include "reports/history/history.hpp"
#include "reports/history/table.hpp"

namespace attest::reports {

struct ImportedRecord {
  std::string record;
  Imported what;
};
[[nodiscard]] Table import_table(const std::vector<ImportedRecord>& imported);
[[nodiscard]] Table runs_table(const std::vector<RunRow>& runs);
[[nodiscard]] Table trend_table(const std::string& case_id, const std::vector<CasePoint>& points);
[[nodiscard]] Table measurements_table(const std::vector<MeasurementName>& names);
[[nodiscard]] Table measurement_table(const std::string& name, const std::vector<MeasurementPoint>& points);
[[nodiscard]] Table first_bad_table(const std::string& id, const std::optional<FirstBad>& found);
[[nodiscard]] Table flakes_table(const std::string& case_id, const std::vector<Flake>& flakes);
[[nodiscard]] Table deviations_table(const std::vector<DeviationSeries>& deviations);
[[nodiscard]] Table changes_table(const Changes& changes);

}  // namespace attest::reports

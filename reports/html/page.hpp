// report.html: one file with everything in it, which opens from the disk and asks nobody for anything. The
// page is written in TypeScript (page/), built into one template and embedded; the places in it that are
// filled are named in page/src/data.ts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/html/run_reading.hpp"

namespace attest::reports {

/// The embedded template, cut at its places. All views live as long as the program.
struct PageTemplate {
  std::string_view before_title, before_static, before_data, after_data;
  [[nodiscard]] static const PageTemplate& embedded();
};

/// A whole page without timelines: for the live form and for histories.
[[nodiscard]] std::string page_text(std::string_view title, std::string_view static_part,
                                    const nlohmann::json& data);

/// The essentials of a run as plain HTML, for readers without scripts: the decision, the counts, faults,
/// deviations, cases that did not pass.
[[nodiscard]] std::string static_part(const spec::Judgement& judgement);

/// The page of a history: `data` is history_data(). Its essentials stand in it as plain HTML, too.
[[nodiscard]] std::string history_page(const nlohmann::json& data);

struct PageOptions {
  std::string made;                     ///< UTC, ISO 8601
  nlohmann::json comparison = nullptr;  ///< comparison_json()
  /// Of all timelines together, in the file. Those of attempts that were in error or failed go first, those
  /// that passed last; within a kind the earlier ones.
  std::uint64_t timeline_budget = std::uint64_t{24} << 20;
};

struct PageWritten {
  std::size_t timelines = 0, timelines_left_out = 0;
};

/// From a reading that has been advanced to its end. Whole or not at all; needs memory for what the record
/// says of each case, none for its lines.
[[nodiscard]] Result<PageWritten> write_page(const RunReading& reading, const spec::Judgement& judgement,
                                             const std::filesystem::path& out, const PageOptions& options);

}  // namespace attest::reports

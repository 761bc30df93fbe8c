// What stands on the console when a run is over: counts per command, each deviation once, each case that did
// not pass, what was in the way, and as the last line the decision.
#pragma once

#include <string>

#include "harness/spec/judgement.hpp"
#include "reports/console/paper.hpp"

namespace attest::reports {

struct SummaryOptions {
  std::string out{};  ///< the folder with the files; empty: none were written
  std::string files = "report.html, record.jsonl, result.json and junit.xml";  ///< in that folder
  Paper paper{};
  std::size_t cases_at_most = 40;  ///< that did not pass, shown in full; the rest is counted
};

[[nodiscard]] std::string summary(const spec::Judgement& judgement, const SummaryOptions& options = {});

}  // namespace attest::reports

// The sections of the summary, each empty where there is nothing to say. Internal to reports/console.
#pragma once

#include <string>

#include "reports/console/summary.hpp"

namespace attest::reports {

[[nodiscard]] std::string counts_section(const spec::Judgement& judgement, const Paper& paper);
[[nodiscard]] std::string deviations_section(const spec::Judgement& judgement, const Paper& paper);
[[nodiscard]] std::string cases_section(const spec::Judgement& judgement, const SummaryOptions& options);
[[nodiscard]] std::string undecided_section(const spec::Judgement& judgement, const Paper& paper);
[[nodiscard]] std::string errata_section(const spec::Judgement& judgement, const Paper& paper);
[[nodiscard]] std::string not_run_section(const spec::Judgement& judgement, const Paper& paper);
[[nodiscard]] std::string faults_section(const spec::Judgement& judgement, const Paper& paper);
[[nodiscard]] std::string limits_line(const spec::Judgement& judgement, const Paper& paper);

/// "  label   text", the text made one_line(), cut if it is very long, wrapped and hanging under itself.
[[nodiscard]] std::string entry(const Paper& paper, std::size_t indent, std::string_view label,
                                std::string_view text);
[[nodiscard]] std::string title(const Paper& paper, std::string_view text);

}  // namespace attest::reports

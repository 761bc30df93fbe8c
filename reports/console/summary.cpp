#include "reports/console/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/console/sections.hpp"

namespace attest::reports {
namespace {

using spec::Verdict;

std::string_view word_of(int exit_code) {
  switch (exit_code) {
    case 0:
      return "PASS";
    case 1:
      return "FAIL";
    case 4:
      return "STOPPED";
    default:
      return "NOT DECIDED";
  }
}

Verdict colour_of(int exit_code) {
  return exit_code == 0   ? Verdict::pass
         : exit_code == 1 ? Verdict::fail
         : exit_code == 4 ? Verdict::none
                          : Verdict::error;
}

std::string decision_line(const spec::Judgement& judgement, const SummaryOptions& options) {
  auto text = fmt::format("{}: {} (exit {}); seed {}",
                          options.paper.verdict(colour_of(judgement.exit_code), word_of(judgement.exit_code)),
                          one_line(judgement.decision), judgement.exit_code, judgement.run.seed);
  if (!options.out.empty())
    text += fmt::format("; {}{} has {}", options.out, options.out.ends_with('/') ? "" : "/", options.files);
  return text + "\n";
}

}  // namespace

std::string summary(const spec::Judgement& judgement, const SummaryOptions& options) {
  const auto& paper = options.paper;
  return fmt::format("\n{}{}{}{}{}{}{}\n{}{}", counts_section(judgement, paper),
                     deviations_section(judgement, paper), cases_section(judgement, options),
                     undecided_section(judgement, paper), not_run_section(judgement, paper),
                     faults_section(judgement, paper), errata_section(judgement, paper),
                     limits_line(judgement, paper), decision_line(judgement, options));
}

}  // namespace attest::reports

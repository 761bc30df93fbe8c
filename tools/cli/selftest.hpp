// attest selftest: the suites' power to detect faults, as a matrix. One run for each fault that the virtual
// device can have, and for each legal oddity.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/cli/commands.hpp"

namespace attest::cli {

/// One thing that the virtual device is told to be.
struct Subject {
  std::string name, requirement;  ///< of an oddity the requirement is empty
  std::string area;               ///< the part of the manual that it has to do with; empty: all of it
  std::uint64_t seed = 1;
};

/// What a run said of it.
struct Finding {
  Subject subject;
  int exit = -1;                       ///< of the run; -1: it did not end in time
  std::vector<std::string> failed;     ///< requirements
  std::vector<std::string> undecided;  ///< requirements that are `inconc` or `error`
  std::string how;                     ///< the deviation or the check that found the fault
  double seconds = 0;
  std::string trouble;  ///< why the run says nothing, if it does not

  [[nodiscard]] bool is_fault() const { return !subject.requirement.empty(); }
  [[nodiscard]] bool found() const;
  /// Requirements that failed beside the one that it names.
  [[nodiscard]] std::vector<std::string> collateral() const;
  /// A fault: found, with two others at most. An oddity: nothing failed, and all is decided.
  [[nodiscard]] bool on_target() const;
};

/// From result.json of its run.
[[nodiscard]] Finding finding_from(Subject subject, int exit, const nlohmann::json& result);
[[nodiscard]] nlohmann::json to_json(const std::vector<Finding>& findings);
/// For people: what is off target, and the counts.
[[nodiscard]] std::string summary_of(const std::vector<Finding>& findings);
/// The matrix as a Markdown table.
[[nodiscard]] std::string matrix_of(const std::vector<Finding>& findings);

}  // namespace attest::cli

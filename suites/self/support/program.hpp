// Runs the programs of this project as a user would, and gives what they said and left.
#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness/base/file.hpp"
#include "harness/base/subprocess.hpp"

namespace attest::self {

/// "…/build/attest"
[[nodiscard]] std::string built(const std::string& program);

struct Said {
  int exit = -1;  ///< -1: killed by a signal, or not ended in time
  std::string out, err;
};

/// Runs to the end, or kills after `limit`.
[[nodiscard]] Said run_program(const std::vector<std::string>& argv, Nanos limit = std::chrono::minutes(5));

/// `attest run … --out FOLDER`, and what it left there.
struct RunResult {
  Said said;
  nlohmann::json result;  ///< result.json; null if there is none

  /// Requirement ids with that verdict.
  [[nodiscard]] std::set<std::string> requirements(const std::string& verdict) const;
  /// Case ids with that verdict.
  [[nodiscard]] std::set<std::string> cases(const std::string& verdict) const;
};

/// The folder is kept as long as the object that names it.
[[nodiscard]] RunResult attest_run(const std::vector<std::string>& arguments,
                                   const std::filesystem::path& out);

/// The options under which a virtual run takes seconds: an unpaced line, and times of its own that are short.
/// They change no behaviour.
[[nodiscard]] std::vector<std::string> in_a_hurry();

/// A process of that name that `parent` has started; -1: there is none.
[[nodiscard]] pid_t child_named(pid_t parent, const std::string& name);

}  // namespace attest::self

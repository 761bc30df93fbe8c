// What is run, in which order: from the case host's list of cases, the user's selection and the seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/spec/catalogue.hpp"

namespace attest::runner {

/// A case as the case host lists it.
struct CaseEntry {
  std::string id;
  std::string command;  ///< "HTTPCLIENT", "general": of its first requirement
  std::vector<std::string> requirements;
  std::vector<std::string> levels;  ///< of its requirements, each once
  bool quick = false;
  std::string inapplicable;  ///< why it does not apply to this device and is not run; empty: it does
};

struct Selection {
  /// Each names cases by id, requirement, command or level; globs. A case is chosen if any of them fits;
  /// none: all. `requirement:HC-*`, `case:Http*`, `command:OTA`, `level:must` say which is meant; `quick` is the smoke.
  std::vector<std::string> select;
  std::vector<std::string> exclude;  ///< the same, taken away from what was chosen
  bool quick = false;
};

struct Step {
  CaseEntry entry;
  int attempt = 1;
};

/// From `{"cases": [{"id", "requirements", "quick"}]}`.
[[nodiscard]] Result<std::vector<CaseEntry>> parse_cases(std::string_view json,
                                                         const spec::Catalogue& catalogue);

/// A word that fits nothing is a usage error that says what is near: nothing selected is never a success.
[[nodiscard]] Result<std::vector<CaseEntry>> select(const std::vector<CaseEntry>& all,
                                                    const Selection& selection);

/// Repeats and shuffles: the same seed gives the same order on every machine. Shuffling keeps the attempts of
/// a case apart only as chance has it. Cases of provisioning stay together, at a place that the seed chooses:
/// they take the device to other networks, and bringing a board home costs many seconds.
[[nodiscard]] std::vector<Step> order(const std::vector<CaseEntry>& chosen, int repeat, bool shuffle,
                                      std::uint64_t seed);

}  // namespace attest::runner

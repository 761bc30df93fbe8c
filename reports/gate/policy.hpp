// The policy: what a release needs, in TOML. fixtures/policies/release.toml explains every key. What a policy
// does not say stops: a key that was forgotten cannot let anything through.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace attest::reports {

/// "list": it is told, and goes; "stop": it is told, and there is no release.
enum class Weight { list, stop };

struct Policy {
  /// Of a verdict that is not `pass`.
  struct Verdicts {
    Weight fail = Weight::stop, inconc = Weight::stop, none = Weight::stop;
  };
  struct Record {
    Weight incomplete = Weight::stop;  ///< cut, torn, stopped by the user
    Weight unchained = Weight::stop;   ///< written by an attest that made no hash chain
    Weight virtual_device = Weight::stop;
    Weight other_firmware = Weight::stop;  ///< the device told of another than the one to be released
  };
  struct Bench {
    Weight fault = Weight::stop;
    Weight error = Weight::stop;  ///< a case that ended in an error, which says nothing of the device
  };
  struct Budgets {
    Weight over = Weight::stop;
    Weight too_close = Weight::stop;  ///< to be told, with the uncertainty of that line
  };
  struct Known {
    Weight unexpected_pass = Weight::stop, expired = Weight::stop, vanished = Weight::stop;
    Weight unseen = Weight::stop;  ///< its case gave no verdict, so nothing is known of it
  };
  struct Baseline {
    Weight missing = Weight::stop;
    Weight vanished_case = Weight::stop, new_case = Weight::stop;
    Weight vanished_measurement = Weight::stop;
  };
  /// A shift that matters: a number of a unit, or a share of what the baseline's samples have in the middle
  /// (their median), for what differs in size from one line to the next, as rates do.
  struct Shift {
    double value = 0;
    std::string unit = {};
    bool of_baseline = false;  ///< a share; it has no unit of its own
  };
  struct Regressions {
    Weight regressed = Weight::stop;
    Weight too_few = Weight::stop;  ///< fewer samples than `fewest` on a side, or units of two kinds
    Weight blind = Weight::stop;    ///< so many samples could not have shown the smallest shift that matters
    double confidence = 0.95;
    std::size_t fewest = 20;
    std::map<std::string, Shift, std::less<>> by_unit;  ///< smallest shifts that matter, with that unit
    std::map<std::string, Shift, std::less<>> by_name;  ///< of one measurement; goes before by_unit
  };
  struct Flakiness {
    Weight flaky = Weight::stop;
    double tolerated = 0;      ///< the largest failure rate of a case, 0 … 1
    double confidence = 0.95;  ///< how sure to be that it is not larger
  };

  std::string name;
  std::map<std::string, Verdicts, std::less<>> levels{{"must", {}}, {"should", {}}, {"measure", {}}};
  Verdicts cases;  ///< of a case, where none of its requirements tells of it
  Record record;
  Bench bench;
  Budgets budgets;
  Known known;
  Baseline baseline;
  Regressions regressions;
  Flakiness flakiness;
  std::string sha256;  ///< of the text that it was read from

  /// Of a level that nobody knows: as for a must.
  [[nodiscard]] const Verdicts& level(std::string_view name) const;
  /// The smallest shift that matters for that measurement, in `unit`, as `middle` is, the median of what it
  /// is held against; 0 where the policy has none: then every shift matters. A shift by name whose unit is of
  /// another kind counts as none.
  [[nodiscard]] double smallest_shift(std::string_view measurement, std::string_view unit,
                                      double middle) const;
};

/// From a text; `source` stands in errors, which are usage errors: file:line:column, and the nearest key.
[[nodiscard]] Result<Policy> parse_policy(std::string_view toml, const std::string& source);
/// A shipped policy by its name ("release", "nightly"), or the path of a file (with a '/' or ending in
/// ".toml").
[[nodiscard]] Result<Policy> load_policy(const std::string& name_or_path);
[[nodiscard]] std::vector<std::string> shipped_policies();

}  // namespace attest::reports

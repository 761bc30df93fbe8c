// The decision on a release: a pure function of what was judged, of a policy and of the day.
//
// Words are identifiers: they stay what they are, and programs may hold on to them. LEVEL is must, should or
// measure.
//
//   LEVEL-failed          a requirement fails, in a way that no known failure and no tolerance covers
//   LEVEL-inconc          it was looked at, and could not be decided
//   uncovered             it has no verdict, and the profile does not say that it does not apply
//   not-applicable        the profile does not claim it (only listed)
//   case-failed, case-inconc, case-none
//                         a case, where none of its requirements tells of it
//   nothing-passed        no case passed (always stops)
//   known-failure         it fails as known (only listed)
//   tolerated             its case fails so seldom that the policy tolerates it (only listed)
//   flaky                 a case passed and failed, and its failure rate may be larger than tolerated
//   unexpected-pass       what a known failure says fails, passes
//   unseen                a known failure's case gave no verdict, or failed in another way
//   expired               a known failure is past its date
//   vanished-entry        the case of a known failure is not in the record
//   over-budget, budget-too-close
//   regressed             a measurement is worse than in the baseline, by more than matters
//   not-compared          it has too few samples, or another unit than in the baseline
//   blind                 so many samples could not have shown the smallest shift that matters
//   no-baseline, vanished-case, new-case, vanished-measurement
//   edited, baseline-edited
//                         the hash chain does not hold (always stops)
//   unchained, baseline-unchained, incomplete, baseline-incomplete, virtual-device, other-firmware
//   bench-fault, case-error
//                         nothing is known of the device
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/compare.hpp"
#include "harness/record/chain.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/gate/known_failures.hpp"
#include "reports/gate/policy.hpp"

namespace attest::reports {

struct Reason {
  std::string word, subject;
  std::string sentence;
  std::vector<std::string> evidence;  ///< for people, a line each
  bool stops = false;
};

/// One measurement against the baseline's.
struct Compared {
  std::string name, requirement, unit;
  measure::Comparison numbers;
  double matters = 0;  ///< the smallest shift that matters
};

enum class Outcome {
  go,
  no_go,
  undecided  ///< the bench failed, or the record is not whole: nothing is known of the device
};

struct Decision {
  Outcome outcome = Outcome::undecided;
  std::vector<Reason> reasons;  ///< those that stop first
  std::vector<Compared> compared;
  [[nodiscard]] bool says(std::string_view word) const;
};

/// A judged record and what its chain says. References have to live as long as the call.
struct Judged {
  const spec::Judgement& judgement;
  const record::ChainResult& chain;
};

struct Question {
  Judged candidate;
  std::optional<Judged> baseline;
  const Policy& policy;
  const KnownFailures& known;
  Date today;
  std::string firmware_version;  ///< that is to be released; empty: not said
};

[[nodiscard]] Decision decide(const Question& question);

/// Whether the run came to its end and the whole of it is in the record.
[[nodiscard]] bool is_complete(const Judged& record);

[[nodiscard]] std::string_view name_of(Outcome outcome);  ///< "go" | "no go" | "undecided"
/// For a terminal of `width` columns or more; no colours, no control characters.
[[nodiscard]] std::string decision_text(const Decision& decision);
/// Its JSON Schema is reports/schema/decision.schema.json. Every text in it is UTF-8.
[[nodiscard]] nlohmann::json decision_json(const Decision& decision);
[[nodiscard]] std::string_view decision_schema();

}  // namespace attest::reports

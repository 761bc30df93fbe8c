// Where a decision is gathered: each part of it looks at one thing. Internal to reports/gate.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "reports/gate/decision.hpp"

namespace attest::reports {

struct Gathering {
  const Question& question;
  Decision out;
  std::set<const KnownFailure*> seen;  ///< entries that something was excused by
  std::set<std::string> told_failed;   ///< cases whose failure a requirement has told
  std::set<std::string> tolerated;     ///< cases that fail seldom enough

  void say(std::string word, Weight weight, std::string subject, std::string sentence,
           std::vector<std::string> evidence = {}) {
    out.reasons.push_back({std::move(word), std::move(subject), std::move(sentence), std::move(evidence),
                           weight == Weight::stop});
  }
  [[nodiscard]] const spec::Judgement& judgement() const { return question.candidate.judgement; }
  [[nodiscard]] const Policy& policy() const { return question.policy; }
  /// What known failures are held against: what is to be released, or what the device told.
  [[nodiscard]] std::string firmware() const;
  /// The entry that covers it, and marks it seen; nullptr: none does.
  const KnownFailure* excuse(const Piece& piece);
};

void gather_record(Gathering& into);
void gather_flakiness(Gathering& into);  ///< before requirements: it says what is tolerated
void gather_requirements(Gathering& into);
void gather_cases(Gathering& into);
void gather_budgets(Gathering& into);
void gather_known(Gathering& into);  ///< after all that may be excused
void gather_baseline(Gathering& into);
void gather_regressions(Gathering& into);

/// In which ways a requirement or a case was not kept, as the verdict that it has.
[[nodiscard]] std::vector<Piece> pieces_of(const spec::Judgement& judgement,
                                           const spec::RequirementResult& requirement);

}  // namespace attest::reports

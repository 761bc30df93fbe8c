// For the tests of the fold: made-up records and what is judged of them.
#pragma once

#include <algorithm>

#include "harness/record/testing.hpp"
#include "harness/spec/judgement.hpp"

namespace attest::spec {

using record::Script;

inline Judgement judged(const Script& script) {
  return judge(script.events(), Catalogue::embedded());
}

inline const CaseResult& case_of(const Judgement& j, std::string_view id) {
  return *std::find_if(j.cases.begin(), j.cases.end(), [&](const auto& one) { return one.id == id; });
}

inline const RequirementResult& requirement_of(const Judgement& j, std::string_view id) {
  return *std::find_if(j.requirements.begin(), j.requirements.end(),
                       [&](const auto& one) { return one.id == id; });
}

/// A run of one case A.A that declares HC-01 and HC-02, with what `inside` says between its begin and its
/// end.
template <class Inside>
Judgement one_case(Inside inside, const std::string& word = "pass", const std::string& reason = "") {
  Script script;
  script.run({{"A.A", {"HC-01", "HC-02"}}}).begin("A.A", {"HC-01", "HC-02"});
  inside(script);
  return judged(script.end("A.A", word, reason).done());
}

inline void both_pass(Script& script) {
  script.check("A.A", "HC-01").check("A.A", "HC-02");
}

/// Of three cases the second ran while two bytes were lost.
inline Script three_cases_with_a_loss_in_the_second() {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"HC-02"}}, {"A.C", {"HC-03"}}})
      .counters(0, false)
      .passing("A.A", {"HC-01"});
  script.counters(0, false)
      .begin("A.B", {"HC-02"})
      .check("A.B", "HC-02", "fail")
      .deviation("A.B", "gap", "HC-10");
  script.counters(2, true).end("A.B", "fail");
  return script.passing("A.C", {"HC-03"});
}

}  // namespace attest::spec

// Of a decision: cases against those of the baseline.
#include <fmt/format.h>

#include <map>

#include "reports/gate/gathering.hpp"

namespace attest::reports {
namespace {

using record::Verdict;
using Cases = std::map<std::string, const spec::CaseResult*, std::less<>>;

Cases cases_of(const spec::Judgement& judgement) {
  Cases out;
  for (const auto& one : judgement.cases) out.emplace(one.id, &one);
  return out;
}

void say_of_vanished(Gathering& into, const spec::CaseResult& before, const Cases& now) {
  const auto weight = into.policy().baseline.vanished_case;
  if (before.verdict == Verdict::none) return;
  const auto found = now.find(before.id);
  if (found == now.end())
    into.say("vanished-case", weight, before.id, "the baseline judged it, and the record does not know it");
  else if (!found->second->applicable)
    into.say("vanished-case", weight, before.id, "the baseline judged it, and now it is not applicable",
             {found->second->reason});
}

}  // namespace

void gather_baseline(Gathering& into) {
  if (!into.question.baseline)
    return into.say("no-baseline", into.policy().baseline.missing, "baseline",
                    "none was given, so nothing is known of regressions");
  const auto& before = into.question.baseline->judgement;
  const auto then = cases_of(before), now = cases_of(into.judgement());
  for (const auto& one : before.cases) say_of_vanished(into, one, now);
  for (const auto& one : into.judgement().cases) {
    const auto found = then.find(one.id);
    const bool has_history = found != then.end() && found->second->verdict != Verdict::none;
    if (one.applicable && !has_history)
      into.say("new-case", into.policy().baseline.new_case, one.id, "the baseline has not judged it");
  }
}

}  // namespace attest::reports

// Of a decision: known failures that are not what they say, and cases that pass only sometimes.
#include <fmt/format.h>

#include <algorithm>

#include "reports/gate/gathering.hpp"

namespace attest::reports {
namespace {

using record::Verdict;

template <class Results>
const typename Results::value_type* find(const Results& all, const std::string& id) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> of(const KnownFailure& entry) {
  return {fmt::format("{}: {} ({}, {})", entry.place, entry.reason, entry.owner, entry.link)};
}

void say_of_unseen(Gathering& into, const KnownFailure& entry) {
  const auto& weights = into.policy().known;
  const auto* its_case = find(into.judgement().cases, entry.case_id);
  const auto* its_requirement = find(into.judgement().requirements, entry.requirement);
  if (!entry.case_id.empty() && its_case == nullptr)
    return into.say("vanished-entry", weights.vanished, entry.subject(),
                    "the case of this known failure is not in the record", of(entry));
  const bool passes = (its_case != nullptr && its_case->verdict == Verdict::pass) ||
                      (its_requirement != nullptr && its_requirement->verdict == Verdict::pass);
  if (passes)
    return into.say("unexpected-pass", weights.unexpected_pass, entry.subject(),
                    "a known failure says that it fails, and it passes: take the entry out", of(entry));
  into.say("unseen", weights.unseen, entry.subject(), "the known failure was not seen, nor did it pass",
           of(entry));
}

struct Tries {
  std::size_t failed = 0, all = 0;
};

/// Of the attempts that say something of the device.
Tries tries_of(const spec::CaseResult& one) {
  Tries out;
  for (const auto& attempt : one.attempts) {
    if (attempt.disowned || (attempt.verdict != Verdict::pass && attempt.verdict != Verdict::fail)) continue;
    ++out.all;
    if (attempt.verdict == Verdict::fail) ++out.failed;
  }
  return out;
}

void say_of_flaky(Gathering& into, const spec::CaseResult& one) {
  const auto& policy = into.policy().flakiness;
  const auto tries = tries_of(one);
  if (tries.failed == 0) return;
  // The upper end alone decides, so a two-sided interval of twice the doubt is one-sided of the doubt.
  const auto rate = measure::rate_interval(tries.failed, tries.all, 2 * policy.confidence - 1);
  if (rate.high <= policy.tolerated) {
    into.tolerated.insert(one.id);
  } else if (tries.failed < tries.all) {
    into.say(
        "flaky", policy.flaky, one.id,
        fmt::format("it failed {} of {} times: its failure rate may be {:.1f} %, and {:.1f} % is tolerated",
                    tries.failed, tries.all, 100 * rate.high, 100 * policy.tolerated),
        {one.reason});
  }
}

}  // namespace

void gather_flakiness(Gathering& into) {
  for (const auto& one : into.judgement().cases) say_of_flaky(into, one);
}

void gather_known(Gathering& into) {
  for (const auto& entry : into.question.known.entries) {
    if (entry.expired(into.question.today))
      into.say("expired", into.policy().known.expired, entry.subject(),
               fmt::format("the known failure held until {}", date_text(entry.expires)), of(entry));
    if (!into.seen.contains(&entry) && entry.holds_for(into.firmware())) say_of_unseen(into, entry);
  }
}

}  // namespace attest::reports

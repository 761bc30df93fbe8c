// From what is remembered to verdicts: attempts, then cases, then requirements. The rules stand in
// judgement.hpp.
#include <fmt/format.h>

#include <algorithm>

#include "harness/spec/judge_state.hpp"

namespace attest::spec {
namespace {

constexpr std::size_t kEvidenceKept = 3;

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The worst so far, and the first reason for it.
struct Worst {
  Verdict verdict = Verdict::none;
  std::string reason;

  void take(Verdict next, const std::string& why) {
    if (record::worse(verdict, next) == verdict) return;
    verdict = next;
    reason = next == Verdict::pass ? "" : why;
  }
};

Verdict worst_of(const std::vector<Check>& checks) {
  Verdict out = Verdict::none;
  for (const auto& check : checks) out = record::worse(out, check.verdict);
  return out;
}

/// Provoked by a case whose requirement cannot be seen: it says no more of it than a failed check.
bool hidden(const Departure& what, const Judge::State& state) {
  const auto& requirement = state.belongs_to(what);
  return requirement == what.blamed && state.hidden_by.contains(requirement);
}

void take_own_deviations(Worst& worst, const Running& running, const Known& known,
                         const Judge::State& state) {
  for (const auto& one : running.deviations)
    if (const auto& requirement = state.belongs_to(one); contains(known.requirements, requirement))
      worst.take(hidden(one, state) ? Verdict::inconc : Verdict::fail,
                 fmt::format("{}: the reply departs from it ({})", requirement, one.id));
}

void take_word(Worst& worst, const Running& running) {
  if (!running.over) {
    worst = {Verdict::error, "interrupted: the record has no end of it"};
  } else if (*running.word == Verdict::none) {
    if (worst.verdict == Verdict::pass) worst.verdict = Verdict::none;
    if (worst.verdict == Verdict::none)
      worst.reason = running.word_reason.empty() ? "stopped before its end" : running.word_reason;
  } else {
    const auto checks = worst_of(running.seen.checks);
    if (*running.word == Verdict::pass && checks == Verdict::none)
      worst.take(Verdict::error, "nothing was checked");
    // What the checks account for is seen in their own light.
    if (record::worse(*running.word, checks) == checks && checks != Verdict::none) return;
    worst.take(*running.word, running.word_reason.empty() ? "the case host says so and gives no reason"
                                                          : running.word_reason);
  }
}

/// An attempt that the continued run made again tells nothing but its failures.
Worst of_repeated(const Worst& failures) {
  if (failures.verdict == Verdict::fail) return failures;
  return {Verdict::none, "interrupted, and run again when the run was continued"};
}

/// Why a failed check proves nothing; empty if it does prove something.
std::string excuse(const Check& check, const Running& running, const Judge::State& state) {
  if (check.verdict != Verdict::fail) return {};
  if (running.seen.disowned) return "the device was broken by then; restarted, it does not fail";
  const auto hidden = state.hidden_by.find(check.requirement);
  if (check.alone || hidden == state.hidden_by.end()) return {};
  return fmt::format("proves nothing while {} fails", hidden->second);
}

std::vector<Check> in_that_light(std::vector<Check> checks, const Running& running,
                                 const Judge::State& state) {
  for (auto& check : checks)
    if (const auto why = excuse(check, running, state); !why.empty()) {
      check.verdict = Verdict::inconc;
      check.got += fmt::format(" ({})", why);
    }
  return checks;
}

Worst verdict_of(const Running& running, const Known& known, const Judge::State& state) {
  Worst worst;
  for (const auto& check : in_that_light(running.seen.checks, running, state))
    worst.take(check.verdict,
               fmt::format("{}: {}: owed {}, got {}", check.requirement, check.what, check.owed, check.got));
  take_own_deviations(worst, running, known, state);
  if (!running.seen.unexplained.empty())
    worst.take(Verdict::inconc,
               fmt::format("bytes that nothing explains: \"{}\"", running.seen.unexplained.front()));
  if (running.seen.repeated)
    worst = of_repeated(worst);
  else
    take_word(worst, running);
  if (running.seen.lost_bytes && worst.verdict != Verdict::error && worst.verdict != Verdict::none)
    worst = {Verdict::inconc, running.gap.empty() ? "bytes were lost on the link while it ran" : running.gap};
  return worst;
}

Attempt attempt_of(const Running& running, const Known& known, const Judge::State& state) {
  Attempt out = running.seen;
  out.checks = in_that_light(std::move(out.checks), running, state);
  auto worst = verdict_of(running, known, state);
  out.verdict = worst.verdict;
  out.reason = std::move(worst.reason);
  out.interrupted = !running.over;
  return out;
}

/// What an attempt's check says of its requirement.
Verdict weight_of(const Check& check, const Running& running, const Judge::State& state) {
  if (!excuse(check, running, state).empty()) return Verdict::inconc;
  // Stopped by the user, or run again later: what had gone well until then is not known to go well to the
  // end.
  const bool half = running.seen.repeated || running.word == Verdict::none;
  if (half && check.verdict != Verdict::fail) return Verdict::none;
  if (check.verdict == Verdict::fail && running.seen.lost_bytes) return Verdict::inconc;
  if (check.verdict == Verdict::pass && cannot_pass(running)) return Verdict::inconc;
  return check.verdict;
}

struct Folded {
  std::map<std::string, std::size_t, std::less<>> at;
  std::vector<RequirementResult> all;

  RequirementResult& of(const std::string& id) {
    const auto [place, fresh] = at.emplace(id, all.size());
    if (fresh) all.push_back({id, {}, {}, std::string(command_of(id)), Verdict::none, {}, {}, true});
    return all[place->second];
  }
  void take(const std::string& id, Verdict verdict) {
    if (!id.empty()) of(id).verdict = record::worse(of(id).verdict, verdict);
  }
};

bool ran(const Known& known) {
  return std::any_of(known.attempts.begin(), known.attempts.end(), [](const Running& one) {
    return !one.seen.repeated && (!one.over || *one.word != Verdict::none);
  });
}

void take_case(Folded& folded, const Known& known, const Judge::State& state) {
  for (const auto& id : known.requirements) folded.of(id).cases.push_back(known.id);
  for (const auto& running : known.attempts)
    for (const auto& check : running.seen.checks)
      folded.take(check.requirement, weight_of(check, running, state));
}

/// Declared, run, and nobody has said a word about it.
void take_silence(Folded& folded, const Known& known) {
  if (!ran(known)) return;
  for (const auto& id : known.requirements)
    if (folded.of(id).verdict == Verdict::none) folded.take(id, Verdict::inconc);
}

}  // namespace

bool cannot_pass(const Running& running) {
  const auto& seen = running.seen;
  if (seen.lost_bytes || !seen.unexplained.empty() || !running.over) return true;
  // The word is worse than what the checks account for: the host or the runner knows of something else.
  return *running.word == Verdict::none ||
         record::worse(*running.word, worst_of(seen.checks)) != worst_of(seen.checks);
}

CaseResult case_of(const Known& known, const Judge::State& state) {
  CaseResult out{
      known.id, known.command, known.requirements, Verdict::none, {}, {}, {}, known.blocked.has_value()};
  if (out.command.empty() && !known.requirements.empty()) {
    const auto* first = state.catalogue.find(known.requirements.front());
    out.command = first != nullptr ? first->command : std::string(command_of(known.requirements.front()));
  }
  Worst worst{Verdict::none, known.blocked.value_or(known.attempts.empty() ? "not run" : "")};
  for (const auto& running : known.attempts) {
    out.attempts.push_back(attempt_of(running, known, state));
    const auto& attempt = out.attempts.back();
    worst.take(attempt.verdict, attempt.reason);
    if (worst.verdict == Verdict::none && worst.reason.empty()) worst.reason = attempt.reason;
    for (const auto& id : attempt.deviations) add_once(out.deviations, id);
    out.duration += attempt.ended - attempt.begun;
  }
  out.verdict = worst.verdict;
  out.applicable = !known.inapplicable || out.verdict != Verdict::none;
  out.reason = out.applicable ? std::move(worst.reason) : *known.inapplicable;
  return out;
}

std::vector<DeviationResult> deviations_of(const Judge::State& state) {
  std::vector<DeviationResult> out;
  std::map<std::pair<std::string, std::string>, std::size_t> index;
  for (const auto& seen : state.occurrences) {
    const auto& requirement = state.belongs_to(seen.what);
    const auto [place, fresh] = index.emplace(std::pair{seen.what.id, requirement}, out.size());
    if (fresh) out.push_back({seen.what.id, requirement, seen.summary, {}, {}, 0, false});
    auto& one = out[place->second];
    ++one.count;
    const bool lost = seen.where ? state.at(*seen.where).seen.lost_bytes : seen.lost_bytes;
    one.certain = one.certain || (!lost && !hidden(seen.what, state));
    if (!seen.case_id.empty()) add_once(one.cases, seen.case_id);
    // What a case has seen says more than what came while contact was made.
    if (!seen.case_id.empty() && !one.evidence.empty() && one.evidence.front().case_id.empty())
      one.evidence.clear();
    if (one.evidence.size() < kEvidenceKept)
      one.evidence.push_back({seen.case_id, seen.device, seen.exchange, seen.evidence});
  }
  return out;
}

std::vector<RequirementResult> requirements_of(const Judge::State& state,
                                               const std::vector<DeviationResult>& deviations) {
  Folded folded;
  for (const auto& one : state.catalogue.all()) {
    auto& result = folded.of(one.id);
    result.level = one.level;
    result.statement = one.statement;
    result.command = one.command;
  }
  for (const auto& known : state.cases) take_case(folded, known, state);
  for (const auto& one : deviations) {
    if (one.requirement.empty()) continue;
    folded.take(one.requirement, one.certain ? Verdict::fail : Verdict::inconc);
    add_once(folded.of(one.requirement).deviations, one.id);
  }
  for (const auto& known : state.cases) take_silence(folded, known);
  return std::move(folded.all);
}

}  // namespace attest::spec

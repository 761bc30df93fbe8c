// From verdicts to an exit code and the sentence that goes with it.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "harness/spec/judge_state.hpp"

namespace attest::spec {
namespace {

std::size_t count(const Counts& counts, Verdict verdict) {
  const auto found = counts.find(verdict);
  return found == counts.end() ? 0 : found->second;
}

std::string so_many(std::size_t number, std::string_view thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

/// "2 cases and 1 requirement", or only what there is.
std::string both(const Judgement& judgement, Verdict verdict) {
  const auto cases = count(judgement.case_counts, verdict);
  const auto requirements = count(judgement.requirement_counts, verdict);
  if (cases == 0) return so_many(requirements, "requirement");
  if (requirements == 0) return so_many(cases, "case");
  return fmt::format("{} and {}", so_many(cases, "case"), so_many(requirements, "requirement"));
}

bool any(const Judgement& judgement, Verdict verdict) {
  return count(judgement.case_counts, verdict) + count(judgement.requirement_counts, verdict) > 0;
}

const FaultResult* bench_fault(const Judgement& judgement) {
  const auto found =
      std::find_if(judgement.faults.begin(), judgement.faults.end(), [](const FaultResult& fault) {
        return fault.of_last_run && (fault.kind == "bench" || fault.kind == "usage");
      });
  return found == judgement.faults.end() ? nullptr : &*found;
}

std::size_t forgotten(const Judgement& judgement) {
  return static_cast<std::size_t>(std::count_if(
      judgement.cases.begin(), judgement.cases.end(),
      [](const CaseResult& one) { return one.attempts.empty() && !one.blocked && one.applicable; }));
}

bool nothing_applies(const Judgement& judgement) {
  return !judgement.cases.empty() && std::none_of(judgement.cases.begin(), judgement.cases.end(),
                                                  [](const CaseResult& one) { return one.applicable; });
}

/// A requirement is not applicable where all cases that declare it are not.
void mark_inapplicable(Judgement& judgement) {
  std::set<std::string_view> out;
  for (const auto& one : judgement.cases)
    if (!one.applicable) out.insert(one.id);
  for (auto& one : judgement.requirements)
    one.applicable =
        one.verdict != Verdict::none || one.cases.empty() ||
        !std::all_of(one.cases.begin(), one.cases.end(), [&](const auto& id) { return out.contains(id); });
}

std::pair<int, std::string> decided(const Judgement& j, bool stopped) {
  if (stopped) return {4, "stopped by the user"};
  if (const auto* fault = bench_fault(j)) return {3, "the bench failed: " + fault->what};
  if (j.run.ended == "bench") return {3, "the bench failed"};
  if (any(j, Verdict::error))
    return {3, both(j, Verdict::error) + " ended in an error, which says nothing of the device"};
  if (j.run.ended.empty()) return {3, "the run was cut: its record has no end"};
  if (any(j, Verdict::fail)) return {1, "the device failed " + both(j, Verdict::fail)};
  if (any(j, Verdict::inconc)) return {3, both(j, Verdict::inconc) + " could not be decided"};
  if (const auto number = forgotten(j); number > 0)
    return {3, so_many(number, "planned case") + " neither ran nor was blocked"};
  if (count(j.case_counts, Verdict::pass) == 0 && nothing_applies(j))
    return {3, "nothing passed, for nothing ran; the first case is " + j.cases.front().reason};
  if (count(j.case_counts, Verdict::pass) == 0) return {3, "nothing passed, for nothing ran"};
  return {0, "everything that ran passed"};
}

}  // namespace

void decide(Judgement& judgement, bool stopped) {
  for (const auto& one : judgement.cases) ++judgement.case_counts[one.verdict];
  for (const auto& one : judgement.requirements) ++judgement.requirement_counts[one.verdict];
  std::tie(judgement.exit_code, judgement.decision) = decided(judgement, stopped);
}

Judgement Judge::result() const {
  Judgement out;
  state_->hidden_by = presumed_failures(*state_);
  out.run = state_->run;
  for (const auto& known : state_->cases) out.cases.push_back(case_of(known, *state_));
  out.deviations = deviations_of(*state_);
  out.requirements = requirements_of(*state_, out.deviations);
  out.faults = state_->faults;
  out.measurements = state_->measurements;
  for (const auto& [number, found] : state_->readings)
    out.errata.push_back({fmt::format("E{}", number), found});
  mark_inapplicable(out);
  decide(out, state_->stopped);
  return out;
}

std::optional<CaseResult> Judge::case_result(std::string_view id) const {
  const auto found = state_->index.find(id);
  if (found == state_->index.end()) return std::nullopt;
  return case_of(state_->cases[found->second], *state_);
}

Judgement judge(const std::vector<record::Event>& events, const Catalogue& catalogue) {
  Judge one(catalogue);
  for (const auto& event : events) one.take(event);
  return one.result();
}

}  // namespace attest::spec

#include "reports/gate/decision.hpp"

#include <algorithm>
#include <array>

#include "reports/gate/gathering.hpp"

namespace attest::reports {
namespace {

/// What these say is not about the device.
bool is_of_the_bench(std::string_view word) {
  static constexpr std::array<std::string_view, 3> kWords{"bench-fault", "case-error", "incomplete"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

Outcome outcome_of(const std::vector<Reason>& reasons) {
  const auto any = [&](auto fits) {
    return std::any_of(reasons.begin(), reasons.end(),
                       [&](const Reason& one) { return one.stops && fits(one); });
  };
  // As the exit status of a run: where the bench failed, what the device did there proves nothing.
  if (any([](const Reason& one) { return is_of_the_bench(one.word); })) return Outcome::undecided;
  return any([](const Reason&) { return true; }) ? Outcome::no_go : Outcome::go;
}

}  // namespace

std::string Gathering::firmware() const {
  if (!question.firmware_version.empty()) return question.firmware_version;
  for (const auto& device : judgement().run.devices)
    if (!device.firmware.empty()) return device.firmware;
  return {};
}

const KnownFailure* Gathering::excuse(const Piece& piece) {
  const KnownFailure* found = nullptr;
  const auto version = firmware();
  for (const auto& entry : question.known.entries) {
    if (!entry.holds_for(version) || !entry.is(piece)) continue;
    seen.insert(&entry);
    if (found == nullptr) found = &entry;
  }
  return found;
}

bool Decision::says(std::string_view word) const {
  return std::any_of(reasons.begin(), reasons.end(), [&](const Reason& one) { return one.word == word; });
}

Decision decide(const Question& question) {
  Gathering all{question, {}, {}, {}, {}};
  gather_record(all);
  gather_flakiness(all);
  gather_requirements(all);
  gather_cases(all);
  gather_budgets(all);
  gather_known(all);
  gather_baseline(all);
  gather_regressions(all);
  auto& reasons = all.out.reasons;
  std::stable_partition(reasons.begin(), reasons.end(), [](const Reason& one) { return one.stops; });
  all.out.outcome = outcome_of(reasons);
  return std::move(all.out);
}

std::string_view name_of(Outcome outcome) {
  static constexpr std::array<std::string_view, 3> kNames{"go", "no go", "undecided"};
  return kNames[static_cast<std::size_t>(outcome)];
}

}  // namespace attest::reports

// Which failures hide others: one defect is one failure, and what cannot be seen behind it is inconclusive.
#include <set>

#include "harness/spec/judge_state.hpp"

namespace attest::spec {
namespace {

class Presumption {
 public:
  explicit Presumption(const Judge::State& state) : state_(state) {
    for (const auto& known : state.cases)
      for (const auto& running : known.attempts)
        for (const auto& check : running.seen.checks)
          if (check.verdict == Verdict::fail && !running.seen.lost_bytes && !running.seen.disowned)
            (check.alone ? certain_ : failed_checks_).insert(check.requirement);
    for (const auto& seen : state.occurrences) {
      if (seen.where ? state.at(*seen.where).seen.lost_bytes : seen.lost_bytes) continue;
      const auto& requirement = state.belongs_to(seen.what);
      (requirement == seen.what.blamed ? failed_checks_ : certain_).insert(requirement);
    }
  }

  /// The presumed requirement that fails, or nothing.
  [[nodiscard]] std::string hider(const Requirement& requirement) {
    for (const auto& id : requirement.presumes)
      if (fails(id)) return id;
    return {};
  }

 private:
  /// By a deviation that nobody provoked, by a check that stands alone, or by one that nothing hides. A
  /// circle of presumptions ends where it began.
  bool fails(const std::string& id) {
    if (certain_.contains(id)) return true;
    const auto* requirement = state_.catalogue.find(id);
    if (requirement == nullptr || !failed_checks_.contains(id) || !asked_.insert(id).second) return false;
    const bool hidden = !hider(*requirement).empty();
    asked_.erase(id);
    return !hidden;
  }

  const Judge::State& state_;
  std::set<std::string> failed_checks_, certain_, asked_;
};

}  // namespace

std::map<std::string, std::string> presumed_failures(const Judge::State& state) {
  Presumption presumption(state);
  std::map<std::string, std::string> out;
  for (const auto& requirement : state.catalogue.all())
    if (auto id = presumption.hider(requirement); !id.empty()) out.emplace(requirement.id, std::move(id));
  return out;
}

}  // namespace attest::spec

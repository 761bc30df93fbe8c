// For the tests of the gate: made-up records, and what is decided of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "harness/record/testing.hpp"
#include "reports/gate/decision.hpp"

namespace attest::reports {

using record::Script;

inline constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(25)};

/// What is decided of `script`, with everything else at its best: a whole chain, no baseline, and a policy
/// that lists all.
class Gate {
 public:
  explicit Gate(const Script& script)
      : judgement_(spec::judge(script.events(), spec::Catalogue::embedded())) {
    chain.state = record::ChainResult::State::whole;
    chain.head = std::string(32, 'a');
    chain.sha256 = std::string(64, 'b');
    baseline_chain = chain;
    list_all();
  }

  Gate& against(const Script& baseline) {
    baseline_ = spec::judge(baseline.events(), spec::Catalogue::embedded());
    return *this;
  }
  Gate& with_known(const std::string& entries) {
    auto parsed = parse_known_failures(entries, "known.toml");
    EXPECT_TRUE(parsed) << parsed.error().text();
    if (parsed) known = *parsed;
    return *this;
  }

  [[nodiscard]] Question question() const {
    Question out{{judgement_, chain}, {}, policy, known, today, version};
    if (baseline_) out.baseline.emplace(Judged{*baseline_, baseline_chain});
    return out;
  }
  [[nodiscard]] Decision decide() const { return reports::decide(question()); }

  /// The reasons of that word; every one of them as heavy as the others.
  [[nodiscard]] std::vector<Reason> reasons(const std::string& word) const {
    std::vector<Reason> out;
    for (const auto& one : decide().reasons)
      if (one.word == word) out.push_back(one);
    return out;
  }

  Policy policy;
  KnownFailures known;
  record::ChainResult chain, baseline_chain;
  Date today = kToday;
  std::string version;

 private:
  void list_all() {
    const Policy::Verdicts listed{Weight::list, Weight::list, Weight::list};
    for (auto& [name, level] : policy.levels) level = listed;
    policy.cases = listed;
    policy.record = {Weight::list, Weight::list, Weight::list, Weight::list};
    policy.bench = {Weight::list, Weight::list};
    policy.budgets = {Weight::list, Weight::list};
    policy.known = {Weight::list, Weight::list, Weight::list, Weight::list};
    policy.baseline = {Weight::list, Weight::list, Weight::list, Weight::list};
    policy.regressions.regressed = policy.regressions.too_few = policy.regressions.blind = Weight::list;
    policy.flakiness.flaky = Weight::list;
  }

  spec::Judgement judgement_;
  std::optional<spec::Judgement> baseline_;
};

/// The word is said; with `weight` (of the gate's policy) at `list` the gate opens, at `stop` it does not.
inline void expect_both_ways(Gate& gate, Weight& weight, const std::string& word,
                             Outcome stopped = Outcome::no_go) {
  weight = Weight::list;
  EXPECT_TRUE(gate.decide().says(word)) << word << "\n" << decision_text(gate.decide());
  EXPECT_EQ(gate.decide().outcome, Outcome::go) << word << "\n" << decision_text(gate.decide());
  weight = Weight::stop;
  EXPECT_EQ(gate.decide().outcome, stopped) << word;
  EXPECT_TRUE(gate.decide().reasons.front().stops) << word;
  weight = Weight::list;
}

/// One case that passes, so that something does.
inline Script sound_run() {
  return Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}).done();
}

}  // namespace attest::reports

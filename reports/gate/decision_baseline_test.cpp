#include "reports/gate/gate_test.hpp"

namespace attest::reports {
namespace {
using namespace testing;

Script of_cases(const std::vector<std::string>& ids) {
  std::vector<std::pair<std::string, Script::Ids>> plan;
  for (const auto& id : ids) plan.emplace_back(id, Script::Ids{"HC-01"});
  Script script = Script().run(plan);
  for (const auto& id : ids) script.passing(id, {"HC-01"});
  return script.done();
}

TEST(Baseline, ThatWasNotGivenIsWeighed) {
  Gate gate(sound_run());
  expect_both_ways(gate, gate.policy.baseline.missing, "no-baseline");
  gate.against(sound_run());
  EXPECT_FALSE(gate.decide().says("no-baseline"));
}

TEST(Baseline, OfTheSameRunSaysNothing) {
  Gate gate(sound_run());
  gate.against(sound_run());
  gate.policy.baseline = {Weight::stop, Weight::stop, Weight::stop, Weight::stop};
  EXPECT_EQ(gate.decide().outcome, Outcome::go) << decision_text(gate.decide());
}

TEST(Baseline, MissesACaseThatVanished) {
  Gate gate(of_cases({"A.A"}));
  gate.against(of_cases({"A.A", "A.B"}));
  expect_both_ways(gate, gate.policy.baseline.vanished_case, "vanished-case");
  EXPECT_EQ(gate.reasons("vanished-case").at(0).subject, "A.B");
  EXPECT_FALSE(gate.decide().says("new-case"));
}

TEST(Baseline, MissesACaseThatTheProfileNoLongerClaims) {
  Script script = Script().run({{"A.A", {"HC-01"}}, {"A.B", {"GS-01"}}}).passing("A.A", {"HC-01"});
  Gate gate(script.put("case.inapplicable", {{"case", "A.B"}, {"reason", "claims.commands"}}).done());
  gate.against(of_cases({"A.A", "A.B"}));
  expect_both_ways(gate, gate.policy.baseline.vanished_case, "vanished-case");
  EXPECT_THAT(gate.reasons("vanished-case").at(0).evidence, ElementsAre("claims.commands"));
}

TEST(Baseline, TellsOfACaseWithoutHistory) {
  Gate gate(of_cases({"A.A", "A.B"}));
  gate.against(of_cases({"A.A"}));
  expect_both_ways(gate, gate.policy.baseline.new_case, "new-case");
  EXPECT_EQ(gate.reasons("new-case").at(0).subject, "A.B");
  EXPECT_FALSE(gate.decide().says("vanished-case"));
}

TEST(Baseline, ThatOnlyPlannedACaseIsNoHistory) {
  Script planned = Script().run({{"A.A", {"HC-01"}}, {"A.B", {"HC-01"}}}).passing("A.A", {"HC-01"});
  planned.blocked("A.B", "no adapter").done();
  Gate gate(of_cases({"A.A", "A.B"}));
  gate.against(planned);
  EXPECT_EQ(gate.reasons("new-case").size(), 1U);
  Gate back(of_cases({"A.A"}));
  back.against(planned);
  EXPECT_FALSE(back.decide().says("vanished-case"));
}

}  // namespace
}  // namespace attest::reports

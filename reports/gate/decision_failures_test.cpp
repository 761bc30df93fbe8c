#include "reports/gate/gate_test.hpp"

namespace attest::reports {
namespace {
using namespace testing;

// The catalogue: HC-01 and HC-10 are musts.
std::string id_of(const std::string& level) {
  for (const auto& one : spec::Catalogue::embedded().all())
    if (one.level == level && one.presumes.empty()) return one.id;
  return {};
}

/// A.A passes; A.B declares `requirement` and says `verdict` of it.
Script saying(const std::string& requirement, const std::string& verdict) {
  Script script = Script().run({{"A.A", {"GEN-01"}}, {"A.B", {requirement}}}).passing("A.A", {"GEN-01"});
  return script.begin("A.B", {requirement})
      .check("A.B", requirement, verdict, "\"hello\"", "\"hell\"")
      .end("A.B", verdict)
      .done();
}

class EachLevel : public TestWithParam<const char*> {};

TEST_P(EachLevel, IsWeighedByItsOwnTable) {
  const std::string level = GetParam();
  const auto id = level == "must" ? std::string("HC-01") : id_of(level);
  ASSERT_FALSE(id.empty());
  Gate fails(saying(id, "fail"));
  expect_both_ways(fails, fails.policy.levels.at(level).fail, level + "-failed");
  Gate open(saying(id, "inconc"));
  expect_both_ways(open, open.policy.levels.at(level).inconc, level + "-inconc");
  Gate passes(saying(id, "pass"));
  expect_both_ways(passes, passes.policy.levels.at(level).none, "uncovered");
  EXPECT_FALSE(passes.decide().says(level + "-failed"));
}
INSTANTIATE_TEST_SUITE_P(All, EachLevel, Values("must", "should", "measure"));

TEST(Requirement, ThatFailsIsToldWithItsEvidence) {
  const auto reasons = Gate(saying("HC-01", "fail")).reasons("must-failed");
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].subject, "HC-01");
  EXPECT_THAT(reasons[0].evidence, ElementsAre("A.B: the final result: owed \"hello\", got \"hell\""));
}

TEST(Requirement, ThatFailsByADeviationNamesItAndTheCases) {
  Script script = Script().run({{"A.A", {"GEN-01"}}}).begin("A.A", {"GEN-01"}).check("A.A", "GEN-01");
  script.deviation("A.A", "size-in-brackets", "HC-10").end("A.A").done();
  const auto reasons = Gate(script).reasons("must-failed");
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].subject, "HC-10");
  EXPECT_THAT(reasons[0].evidence, ElementsAre(HasSubstr("A.A: deviation size-in-brackets")));
}

TEST(Requirement, ThatNobodyKnowsIsAMust) {
  Gate gate(saying("ZZ-01", "fail"));
  expect_both_ways(gate, gate.policy.levels.at("must").fail, "must-failed");
}

TEST(Requirement, ThatIsNotClaimedIsListedAndNeverStops) {
  Script script = Script().run({{"A.A", {"GEN-01"}}, {"A.B", {"GS-01"}}}).passing("A.A", {"GEN-01"});
  script.put("case.inapplicable", {{"case", "A.B"}, {"reason", "not claimed (claims.commands)"}}).done();
  Gate gate(script);
  gate.policy.levels.at("must").none = Weight::stop;
  const auto listed = gate.reasons("not-applicable");
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].subject, "GS-01");
  EXPECT_FALSE(listed[0].stops);
  EXPECT_THAT(gate.reasons("case-none"), IsEmpty());
}

TEST(Evidence, IsCutAfterAFewPieces) {
  Script script = Script().run({{"A.A", {"HC-01"}}}).begin("A.A", {"HC-01"});
  for (int i = 0; i < 9; ++i) script.check("A.A", "HC-01", "fail");
  const auto reasons = Gate(script.end("A.A", "fail").done()).reasons("must-failed");
  EXPECT_EQ(reasons.at(0).evidence.size(), 6U);
  EXPECT_EQ(reasons.at(0).evidence.back(), "and 4 more");
}

/// A.B ends with a word that none of its requirements accounts for.
Script ending(const std::string& word) {
  Script script = Script().run({{"A.A", {"GEN-01"}}, {"A.B", {}}}).passing("A.A", {"GEN-01"});
  return script.begin("A.B", {}).check("A.B", "", "pass").end("A.B", word, "because").done();
}

TEST(Case, IsToldWhereNoRequirementTellsOfIt) {
  Gate fails(ending("fail"));
  expect_both_ways(fails, fails.policy.cases.fail, "case-failed");
  Gate open(ending("inconc"));
  expect_both_ways(open, open.policy.cases.inconc, "case-inconc");
  Gate none(ending("none"));
  expect_both_ways(none, none.policy.cases.none, "case-none");
}

TEST(Case, IsNotToldTwice) {
  EXPECT_FALSE(Gate(saying("HC-01", "fail")).decide().says("case-failed"));
  EXPECT_FALSE(Gate(saying("HC-01", "inconc")).decide().says("case-inconc"));
}

TEST(Case, ThatWasBlockedSaysByWhat) {
  Script script = Script().run({{"A.A", {"GEN-01"}}, {"A.B", {}}}).passing("A.A", {"GEN-01"});
  Gate gate(script.blocked("A.B", "no BLE adapter").done());
  expect_both_ways(gate, gate.policy.cases.none, "case-none");
  EXPECT_THAT(gate.reasons("case-none").at(0).evidence, ElementsAre("no BLE adapter"));
}

}  // namespace
}  // namespace attest::reports

// The rules of judgement.hpp for deviations and requirements, each with a record that would break it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/spec/judgement_testing.hpp"

namespace attest::spec {
namespace {
using namespace testing;
using enum record::Verdict;

TEST(ADeviation, FromARequirementThatTheCaseDeclaresFailsBoth) {
  const auto j = one_case([](Script& s) {
    both_pass(s);
    s.deviation("A.A", "odd-method", "HC-01");
  });
  EXPECT_EQ(case_of(j, "A.A").verdict, fail);
  EXPECT_THAT(case_of(j, "A.A").reason, AllOf(HasSubstr("HC-01"), HasSubstr("odd-method")));
  EXPECT_EQ(requirement_of(j, "HC-01").verdict, fail);
  EXPECT_EQ(requirement_of(j, "HC-02").verdict, pass);
}

TEST(ADeviation, FromAnotherRequirementFailsThatOneAndLeavesTheCase) {
  const auto j = one_case([](Script& s) {
    both_pass(s);
    s.deviation("A.A", "size-in-brackets", "HC-10");
  });
  EXPECT_EQ(case_of(j, "A.A").verdict, pass);
  EXPECT_THAT(case_of(j, "A.A").deviations, ElementsAre("size-in-brackets"));
  EXPECT_EQ(requirement_of(j, "HC-10").verdict, fail);
  EXPECT_THAT(requirement_of(j, "HC-10").deviations, ElementsAre("size-in-brackets"));
  EXPECT_THAT(requirement_of(j, "HC-10").cases, IsEmpty());
  EXPECT_EQ(j.exit_code, 1) << "the run is not green because of it";
}

TEST(ADeviation, SeenAfterItsCaseHasEndedStillBelongsToIt) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"HC-02"}}}).passing("A.A", {"HC-01"}).begin("A.B", {"HC-02"});
  script.deviation("A.A", "late", "HC-01").unexplained("A.A").check("A.B", "HC-02").end("A.B");
  const auto j = judged(script.done());
  EXPECT_EQ(case_of(j, "A.A").verdict, fail);
  EXPECT_EQ(case_of(j, "A.B").verdict, pass);
}

TEST(Deviations, OfOneKindAreMergedWithTheFirstFewPiecesOfEvidence) {
  Script script;
  script.run({});
  for (const char* id : {"A.A", "A.B", "A.C", "A.D"}) {
    script.begin(id, {"HC-01"}).check(id, "HC-01");
    script.deviation(id, "size-in-brackets", "HC-10", std::string("bytes of ") + id);
    script.deviation(id, "size-in-brackets", "HC-10", "again").end(id);
  }
  const auto j = judged(script.deviation("A.D", "size-in-brackets", "GS-01").done());
  ASSERT_EQ(j.deviations.size(), 2U) << "by id and requirement";
  const auto& one = j.deviations[0];
  EXPECT_EQ(one.count, 8U);
  EXPECT_EQ(one.summary, "the size stands in brackets");
  EXPECT_THAT(one.cases, ElementsAre("A.A", "A.B", "A.C", "A.D"));
  ASSERT_EQ(one.evidence.size(), 3U);
  EXPECT_EQ(one.evidence[0].bytes, "bytes of A.A");
  EXPECT_EQ(one.evidence[0].exchange, 3U);
  EXPECT_EQ(one.evidence[2].case_id, "A.B");
  EXPECT_EQ(j.deviations[1].requirement, "GS-01");
}

TEST(ADeviation, OutsideOfCasesFailsItsRequirement) {
  const auto j = judged(
      Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}).deviation("", "noise", "GEN-03").done());
  EXPECT_EQ(requirement_of(j, "GEN-03").verdict, fail);
  EXPECT_THAT(j.deviations[0].cases, IsEmpty());
  EXPECT_EQ(j.exit_code, 1);
}

TEST(ADeviation, FromARequirementThatTheCatalogueDoesNotKnowStillFailsTheRun) {
  const auto j = one_case([](Script& s) {
    both_pass(s);
    s.deviation("A.A", "new", "ZZ-01");
  });
  EXPECT_EQ(requirement_of(j, "ZZ-01").verdict, fail);
  EXPECT_EQ(requirement_of(j, "ZZ-01").statement, "");
  EXPECT_EQ(j.exit_code, 1);
}

TEST(ARequirement, GetsTheWorstOfTheChecksThatNameItInWhicheverCase) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"HC-01"}}}).passing("A.A", {"HC-01"});
  script.begin("A.B", {"HC-01"}).check("A.B", "HC-01", "inconc").check("A.B", "HC-02").end("A.B", "inconc");
  const auto j = judged(script.done());
  EXPECT_EQ(requirement_of(j, "HC-01").verdict, inconc);
  EXPECT_THAT(requirement_of(j, "HC-01").cases, ElementsAre("A.A", "A.B"));
  EXPECT_EQ(requirement_of(j, "HC-02").verdict, pass) << "a check counts where nobody declared it, too";
}

TEST(ARequirement, DeclaredAndRunAndNeverCheckedIsUndecidedAndNeverPassed) {
  const auto j = one_case([](Script& s) { s.check("A.A", "HC-01"); });
  EXPECT_EQ(case_of(j, "A.A").verdict, pass);
  EXPECT_EQ(requirement_of(j, "HC-01").verdict, pass);
  EXPECT_EQ(requirement_of(j, "HC-02").verdict, inconc);
  EXPECT_EQ(j.exit_code, 3);
}

TEST(ARequirement, ThatNoCaseDeclaresHasNoVerdict) {
  const auto j = one_case(both_pass);
  EXPECT_EQ(j.requirements.size(), 143U);
  EXPECT_EQ(requirement_of(j, "HC-03").verdict, none);
  EXPECT_EQ(j.requirement_counts.at(none), 141U);
  EXPECT_EQ(j.requirement_counts.at(pass), 2U);
}

TEST(ARequirement, CarriesItsSentenceAndLevel) {
  const auto j = one_case(both_pass);
  EXPECT_THAT(requirement_of(j, "HC-01").statement, HasSubstr("HEAD"));
  EXPECT_EQ(requirement_of(j, "HC-01").level, "must");
  EXPECT_EQ(requirement_of(j, "HC-01").command, "HTTPCLIENT");
}

}  // namespace
}  // namespace attest::spec

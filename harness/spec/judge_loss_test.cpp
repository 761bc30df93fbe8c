// The rules of judgement.hpp for lost bytes and continued runs, each with a record that would break it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/spec/judgement_testing.hpp"

namespace attest::spec {
namespace {
using namespace testing;
using enum record::Verdict;

TEST(LostBytes, MakeACaseUndecidedAndAccuseNobody) {
  const auto j = judged(three_cases_with_a_loss_in_the_second().done());
  EXPECT_EQ(case_of(j, "A.A").verdict, pass) << "it ended before the last good count";
  EXPECT_EQ(case_of(j, "A.B").verdict, inconc);
  EXPECT_THAT(case_of(j, "A.B").reason, HasSubstr("lost"));
  EXPECT_TRUE(case_of(j, "A.B").attempts[0].lost_bytes);
  EXPECT_EQ(case_of(j, "A.C").verdict, pass);
  EXPECT_EQ(requirement_of(j, "HC-02").verdict, inconc);
  EXPECT_EQ(requirement_of(j, "HC-10").verdict, inconc);
  EXPECT_FALSE(j.deviations[0].certain);
  EXPECT_EQ(j.exit_code, 3);
}

TEST(LostBytes, AreNotLostAgainWhenTheSameCountIsToldAgain) {
  const auto j = judged(three_cases_with_a_loss_in_the_second().counters(2, true).done());
  EXPECT_EQ(case_of(j, "A.C").verdict, pass);
}

TEST(LostBytes, AreLostAgainWhenTheCountHasGrown) {
  const auto j = judged(three_cases_with_a_loss_in_the_second().counters(3, true).done());
  EXPECT_EQ(case_of(j, "A.C").verdict, inconc);
  EXPECT_EQ(case_of(j, "A.A").verdict, pass);
}

TEST(LostBytes, CountForEveryCaseSinceTheLastCount) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"HC-02"}}}).passing("A.A", {"HC-01"}).passing("A.B", {"HC-02"});
  const auto j = judged(script.counters(1, true).done());
  EXPECT_EQ(case_of(j, "A.A").verdict, inconc);
  EXPECT_EQ(case_of(j, "A.B").verdict, inconc);
}

TEST(LostBytes, WithoutNumbersAreBelieved) {
  Script script;
  script.run({{"A.A", {"HC-01"}}})
      .passing("A.A", {"HC-01"})
      .put("counters", {{"device", "dut0"}, {"lost", true}});
  EXPECT_EQ(case_of(judged(script.done()), "A.A").verdict, inconc);
}

TEST(LostBytes, OfOneDeviceDoNotTouchAnother) {
  Script script;
  script.run({{"A.A", {"HC-01"}}}).on("dut0").passing("A.A", {"HC-01"}).on("dut1").counters(9, true);
  EXPECT_EQ(case_of(judged(script.done()), "A.A").verdict, pass);
}

TEST(LostBytes, BeforeAPortWasOpenedAnewAreNotCountedAgain) {
  Script script;
  script.run({{"A.A", {"HC-01"}}}).counters(1, true);
  script.put("device", {{"device", "dut0"}, {"link", "serial:x"}})
      .counters(0, false)
      .passing("A.A", {"HC-01"});
  EXPECT_EQ(case_of(judged(script.counters(1, true).done()), "A.A").verdict, inconc);
}

TEST(LostBytes, DoNotHideACrash) {
  Script script;
  script.run({{"A.A", {"HC-01"}}})
      .begin("A.A", {"HC-01"})
      .check("A.A", "HC-01")
      .end("A.A", "error", "crashed");
  EXPECT_EQ(case_of(judged(script.counters(1, true).done()), "A.A").verdict, error);
}

TEST(ADeviation, SeenOnceMoreWithoutLossIsCertain) {
  auto script = three_cases_with_a_loss_in_the_second();
  script.begin("A.D", {"HC-04"}).check("A.D", "HC-04").deviation("A.D", "gap", "HC-10").end("A.D");
  const auto j = judged(script.done());
  EXPECT_TRUE(j.deviations[0].certain);
  EXPECT_EQ(requirement_of(j, "HC-10").verdict, fail);
}

Script cut_in_the_second_case(const std::string& checked) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"HC-02"}}}).passing("A.A", {"HC-01"});
  return script.begin("A.B", {"HC-02"}).check("A.B", "HC-02", checked);
}

TEST(AContinuedRun, TakesTheRepeatedCaseInsteadOfTheInterruptedOne) {
  auto script = cut_in_the_second_case("pass");
  const auto j = judged(script.run({{"A.B", {"HC-02"}}}).passing("A.B", {"HC-02"}).done());
  EXPECT_EQ(case_of(j, "A.B").verdict, pass);
  EXPECT_EQ(case_of(j, "A.B").attempts.size(), 2U);
  EXPECT_TRUE(case_of(j, "A.B").attempts[0].repeated);
  EXPECT_EQ(requirement_of(j, "HC-02").verdict, pass);
  EXPECT_EQ(j.exit_code, 0);
}

TEST(AContinuedRun, DoesNotForgetAFailureOfTheInterruptedCase) {
  auto script = cut_in_the_second_case("fail");
  const auto j = judged(script.run({{"A.B", {"HC-02"}}}).passing("A.B", {"HC-02"}).done());
  EXPECT_EQ(case_of(j, "A.B").verdict, fail);
  EXPECT_EQ(requirement_of(j, "HC-02").verdict, fail);
  EXPECT_EQ(j.exit_code, 1);
}

TEST(AContinuedRun, ThatDoesNotRepeatTheCaseLeavesItInterrupted) {
  auto script = cut_in_the_second_case("pass");
  EXPECT_EQ(case_of(judged(script.run({}).done()), "A.B").verdict, error);
}

TEST(AContinuedRun, IsDecidedByItsLastPart) {
  Script script;
  script.run({{"A.A", {"HC-01"}}})
      .put("fault", {{"fault", "bench"}, {"what", "port gone"}})
      .blocked("A.A", "port gone")
      .done("bench");
  EXPECT_EQ(judged(script).exit_code, 3);
  const auto j = judged(script.run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}).done());
  EXPECT_EQ(j.exit_code, 0);
  ASSERT_EQ(j.faults.size(), 1U);
  EXPECT_FALSE(j.faults[0].of_last_run);
}

}  // namespace
}  // namespace attest::spec

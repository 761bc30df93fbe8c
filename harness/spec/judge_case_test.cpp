// The rules of judgement.hpp for attempts and cases, each with a record that would break it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/spec/judgement_testing.hpp"

namespace attest::spec {
namespace {
using namespace testing;
using enum record::Verdict;

TEST(ACase, PassesWhenAllItsChecksPass) {
  const auto j = one_case(both_pass);
  EXPECT_EQ(case_of(j, "A.A").verdict, pass);
  EXPECT_EQ(case_of(j, "A.A").reason, "");
  EXPECT_EQ(case_of(j, "A.A").command, "HTTPCLIENT");
  EXPECT_EQ(case_of(j, "A.A").duration.count(), 3'000'000);
  EXPECT_EQ(requirement_of(j, "HC-01").verdict, pass);
  EXPECT_EQ(j.exit_code, 0);
}

struct Row {
  const char* name;
  const char* checked;  ///< verdict of the check on HC-02; HC-01's passes
  const char* word;
  Verdict verdict, of_requirement;
  int exit_code;
};
class TheWorst : public TestWithParam<Row> {};

TEST_P(TheWorst, OfChecksAndWordIsTheCasesVerdict) {
  const auto& row = GetParam();
  const auto j = one_case([&](Script& s) { s.check("A.A", "HC-01").check("A.A", "HC-02", row.checked); },
                          row.word, "because");
  EXPECT_EQ(case_of(j, "A.A").verdict, row.verdict);
  EXPECT_EQ(case_of(j, "A.A").reason.empty(), row.verdict == pass);
  EXPECT_EQ(requirement_of(j, "HC-02").verdict, row.of_requirement);
  EXPECT_EQ(j.exit_code, row.exit_code);
}

INSTANTIATE_TEST_SUITE_P(Rows, TheWorst,
                         Values(Row{"AllPass", "pass", "pass", pass, pass, 0},
                                Row{"CheckFails", "fail", "pass", fail, fail, 1},
                                Row{"CheckAndWordFail", "fail", "fail", fail, fail, 1},
                                Row{"CheckUndecided", "inconc", "pass", inconc, inconc, 3},
                                Row{"CheckUnknownWord", "splendid", "pass", error, error, 3},
                                Row{"WordUndecided", "pass", "inconc", inconc, inconc, 3},
                                Row{"WordCrashed", "pass", "error", error, inconc, 3},
                                Row{"WordFails", "pass", "fail", fail, inconc, 1},
                                Row{"FailedAndCrashed", "fail", "error", error, fail, 3},
                                Row{"WordUnknown", "pass", "passed", error, inconc, 3}),
                         [](const auto& row) { return row.param.name; });

TEST(ACase, WithUnexplainedBytesCannotPassAndProvesNothing) {
  const auto j = one_case([](Script& s) {
    both_pass(s);
    s.unexplained("A.A", "ab\xff");
  });
  EXPECT_EQ(case_of(j, "A.A").verdict, inconc);
  EXPECT_THAT(case_of(j, "A.A").reason, HasSubstr("ab\\xff"));
  EXPECT_EQ(requirement_of(j, "HC-01").verdict, inconc);
  EXPECT_EQ(j.exit_code, 3);
}

TEST(ACase, WithUnexplainedBytesStillFailsWhereACheckFails) {
  const auto j = one_case([](Script& s) { s.check("A.A", "HC-01", "fail").unexplained("A.A"); });
  EXPECT_EQ(case_of(j, "A.A").verdict, fail);
}

TEST(ACase, ThatPassesWithoutACheckIsAnError) {
  const auto j = one_case([](Script&) {});
  EXPECT_EQ(case_of(j, "A.A").verdict, error);
  EXPECT_EQ(case_of(j, "A.A").reason, "nothing was checked");
  EXPECT_EQ(requirement_of(j, "HC-01").verdict, inconc);
  EXPECT_EQ(j.exit_code, 3);
}

TEST(ACase, WhoseOnlyChecksSaidNothingIsAnErrorToo) {
  EXPECT_EQ(case_of(one_case([](Script& s) { s.check("A.A", "HC-01", "none"); }), "A.A").verdict, error);
}

TEST(ACase, BegunAndNeverEndedIsInterrupted) {
  for (const bool ended : {false, true}) {
    Script script;
    script.run({{"A.A", {"HC-01"}}}).begin("A.A", {"HC-01"}).check("A.A", "HC-01");
    if (ended) script.done();
    const auto j = judged(script);
    EXPECT_EQ(case_of(j, "A.A").verdict, error);
    EXPECT_TRUE(case_of(j, "A.A").attempts[0].interrupted);
    EXPECT_THAT(case_of(j, "A.A").reason, HasSubstr("interrupted"));
    EXPECT_EQ(requirement_of(j, "HC-01").verdict, inconc) << "half a case is no pass";
    EXPECT_EQ(j.exit_code, 3);
  }
}

TEST(ACase, ThatCrashedBeforeItCouldBeginIsAnError) {
  const auto j = judged(Script().run({{"A.A", {"HC-01"}}}).end("A.A", "error", "killed by SIGSEGV").done());
  EXPECT_EQ(case_of(j, "A.A").verdict, error);
  EXPECT_EQ(case_of(j, "A.A").reason, "killed by SIGSEGV");
}

TEST(ACase, StoppedByTheUserHasNoVerdictHoweverFarItGot) {
  Script script;
  script.run({{"A.A", {"HC-01"}}})
      .begin("A.A", {"HC-01"})
      .check("A.A", "HC-01")
      .end("A.A", "none", "stopped by the user");
  const auto j = judged(script.done("stopped"));
  EXPECT_EQ(case_of(j, "A.A").verdict, none);
  EXPECT_EQ(case_of(j, "A.A").reason, "stopped by the user");
  EXPECT_EQ(requirement_of(j, "HC-01").verdict, none);
  EXPECT_EQ(j.exit_code, 4);
}

TEST(ACase, StoppedAfterAFailedCheckHasFailed) {
  EXPECT_EQ(case_of(one_case([](Script& s) { s.check("A.A", "HC-01", "fail"); }, "none"), "A.A").verdict,
            fail);
}

TEST(ACase, PlannedAndNeverBegunHasNoVerdictAndNeitherHaveItsRequirements) {
  const auto j =
      judged(Script().run({{"A.A", {"HC-01"}}, {"A.B", {"HC-02"}}}).passing("A.A", {"HC-01"}).done());
  EXPECT_EQ(case_of(j, "A.B").verdict, none);
  EXPECT_EQ(requirement_of(j, "HC-02").verdict, none);
  EXPECT_THAT(requirement_of(j, "HC-02").cases, ElementsAre("A.B"));
  EXPECT_EQ(j.exit_code, 3) << "a planned case that nobody ran or blocked was forgotten";
}

TEST(ACase, ThatWasBlockedHasNoVerdictButTheReason) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"HC-02"}}})
      .passing("A.A", {"HC-01"})
      .blocked("A.B", "no BLE adapter");
  const auto j = judged(script.done());
  EXPECT_EQ(case_of(j, "A.B").verdict, none);
  EXPECT_EQ(case_of(j, "A.B").reason, "no BLE adapter");
  EXPECT_TRUE(case_of(j, "A.B").blocked);
  EXPECT_EQ(j.exit_code, 0);
}

TEST(ACase, GetsTheWorstOfItsAttemptsAndKeepsThemAll) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.A", {"HC-01"}}, {"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}, 1);
  script.begin("A.A", {"HC-01"}, 2).check("A.A", "HC-01", "fail", "a", "b").end("A.A", "fail");
  const auto j = judged(script.passing("A.A", {"HC-01"}, 3).done());
  ASSERT_EQ(j.cases.size(), 1U);
  const auto& one = j.cases[0];
  EXPECT_EQ(one.verdict, fail);
  EXPECT_THAT(one.reason, AllOf(HasSubstr("HC-01"), HasSubstr("owed a"), HasSubstr("got b")));
  ASSERT_EQ(one.attempts.size(), 3U);
  EXPECT_EQ(one.attempts[0].verdict, pass);
  EXPECT_EQ(one.attempts[1].verdict, fail);
  EXPECT_EQ(one.attempts[1].number, 2);
  EXPECT_EQ(one.attempts[2].verdict, pass);
}

TEST(ACase, OnTwoDevicesAtOnceKeepsWhatHappensApart) {
  Script script;
  script.run({{"A.A", {"HC-01"}}})
      .on("dut0")
      .begin("A.A", {"HC-01"}, 1)
      .on("dut1")
      .begin("A.A", {"HC-01"}, 2);
  script.on("dut0").check("A.A", "HC-01", "fail").on("dut1").check("A.A", "HC-01").end("A.A");
  const auto j = judged(script.on("dut0").end("A.A", "fail").done());
  ASSERT_EQ(j.cases[0].attempts.size(), 2U);
  EXPECT_EQ(j.cases[0].attempts[0].verdict, fail);
  EXPECT_EQ(j.cases[0].attempts[1].verdict, pass);
  EXPECT_EQ(j.cases[0].attempts[1].device, "dut1");
}

TEST(ACase, IsKnownByTheCommandThatItSaysElseByItsFirstRequirement) {
  Script script;
  script.run({{"A.A", {"CP-01", "HC-01"}}, {"A.B", {"CP-01"}}, {"A.C", {}}});
  script.put("case.begin",
             {{"case", "A.B"}, {"device", "dut0"}, {"requirements", {"CP-01"}}, {"command", "OTA"}});
  const auto j = judged(script);
  EXPECT_EQ(case_of(j, "A.A").command, "HTTPCPOST");
  EXPECT_EQ(case_of(j, "A.B").command, "OTA");
  EXPECT_EQ(case_of(j, "A.C").command, "");
}

}  // namespace
}  // namespace attest::spec

#include "reports/console/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/record/testing.hpp"
#include "reports/console/shown_testing.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using record::Script;

std::string shown(const Script& script, Paper paper = {}) {
  const Shown out;
  const FakeClock clock;
  {
    Progress progress(out.stream(), paper, clock);
    for (const auto& event : script.events()) progress.take(event);
  }
  return out.text();
}

TEST(ProgressInAFile, IsOneLinePerCaseAsItEnds) {
  EXPECT_EQ(shown(made_up_run()),
            R"(6 cases, seed 7238
dut0: serial:/dev/pts/7 (virtual), firmware BK7238 AT 1.0
[1/6] PASS   General.AnswersAt                 3 ms
[2/6] PASS   HttpClientGet.UsesTheMethod       3 ms
[3/6] FAIL   HttpClientGet.DeliversTheBody     5 ms  HC-11: the final result: owed "hello", got "hell"
[4/6] INCONC HttpPost.SendsTheBody             3 ms  bytes that nothing explains: "\x01\xff<&>\""
[5/6] INCONC Ota.Downloads                     2 ms  OT-02: the final result: owed the whole file, got not judged: silent
[6/6] NONE   1 case not run: this bench has no BLE adapter
device fault: the device was silent for 30 s; look at its power
)");
}

TEST(ProgressInAFile, CountsBlockedCasesOfOneReasonInOneLine) {
  Script script;
  script.run({{"A.A", {}}, {"A.B", {}}, {"A.C", {}}});
  script.blocked("A.A", "the port is gone")
      .blocked("A.B", "the port is gone")
      .blocked("A.C", "no BLE adapter");
  EXPECT_THAT(shown(script.done("bench")),
              AllOf(HasSubstr("[2/3] NONE   2 cases not run: the port is gone\n"),
                    HasSubstr("[3/3] NONE   1 case not run: no BLE adapter\n")));
}

TEST(ProgressInAFile, TellsEachAttemptByItsOwnVerdict) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.A", {"HC-01"}}})
      .begin("A.A", {"HC-01"}, 1)
      .check("A.A", "HC-01", "fail")
      .end("A.A", "fail");
  const auto text = shown(script.passing("A.A", {"HC-01"}, 2).done());
  EXPECT_THAT(text, AllOf(HasSubstr("[1/2] FAIL"), HasSubstr("[2/2] PASS")));
}

TEST(ProgressInAFile, HasNoCharactersThatOnlyATerminalUnderstands) {
  Script script;
  script.run({{"A.A", {}}}).begin("A.A", {}).end("A.A", "error", "\x1b[2J\r gone");
  EXPECT_THAT(shown(script),
              AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\r")), HasSubstr("\\x1b[2J\\x0d gone")));
}

TEST(ProgressInAFile, TellsWhatRestartsTheDeviceButNotDailyBread) {
  Script script;
  script.run({}).put("recover", {{"device", "dut0"}, {"rung", "drain"}, {"worked", true}});
  script.put("recover", {{"device", "dut0"}, {"rung", "restart"}, {"worked", false}});
  EXPECT_THAT(shown(script), AllOf(HasSubstr("dut0: restart did not help\n"), Not(HasSubstr("drain"))));
}

TEST(ProgressOnATerminal, FitsItsWidthAndIsColoured) {
  const auto text = shown(made_up_run(), {.width = 60, .colours = true, .terminal = true});
  EXPECT_THAT(text, HasSubstr("[1/6] \x1b[32mPASS\x1b[0m   General.AnswersAt"));
  EXPECT_THAT(text,
              HasSubstr("[3/6] \x1b[1;31mFAIL\x1b[0m   HttpClientGet.DeliversTheBody     5 ms  HC-11:…\n"));
}

TEST(ProgressOnATerminal, NamesWhatIsRunningAndLeavesNoTraceOfIt) {
  Script script;
  script.run({{"A.A", {"HC-01"}}}).begin("A.A", {"HC-01"});
  EXPECT_THAT(shown(script, {.width = 60, .colours = false, .terminal = true}),
              EndsWith("[0/1] running A.A\r\x1b[K"));
  EXPECT_THAT(shown(script), Not(HasSubstr("A.A")));
}

TEST(Progress, SurvivesEventsThatSayNothing) {
  for (const char* type :
       {"run.begin", "run.end", "device", "case.begin", "case.end", "case.blocked", "recover", "fault"})
    for (const auto& fields :
         {nlohmann::json::object(),
          nlohmann::json{{"case", 1}, {"plan", 5}, {"virtual", "x"}, {"worked", 3}, {"seed", "s"}}})
      EXPECT_NO_THROW((void)shown(Script().put(type, fields))) << type;
}

TEST(ProgressInAFile, CountsWhatIsNotApplicableInOneLine) {
  const auto run = run_without_http_get_size();
  EXPECT_THAT(shown(run),
              HasSubstr("[1/2] NONE   1 case not run: not applicable: profile p does not claim HTTPGETSIZE"));
  EXPECT_THAT(shown(run), HasSubstr("[2/2] PASS"));
}

TEST(ProgressInAFile, CountsEachAttemptOfWhatIsNotApplicable) {
  Script run;
  run.run({{"A.A", {"HC-01"}}, {"A.B", {"GS-01"}}, {"A.B", {"GS-01"}}});
  run.put("case.inapplicable", {{"case", "A.B"}, {"reason", "not applicable: so"}});
  EXPECT_THAT(shown(run.passing("A.A", {"HC-01"}).done()),
              AllOf(HasSubstr("[2/3] NONE   2 cases not run"), HasSubstr("[3/3] PASS")));
}

TEST(ProgressInAFile, TellsACaseThatTurnsOutNotApplicableOnce) {
  Script run;
  run.run({{"A.B", {"GEN-01"}}}).begin("A.B", {"GEN-01"});
  run.put("case.inapplicable", {{"case", "A.B"}, {"device", "dut0"}, {"reason", "not applicable: so"}});
  run.end("A.B", "none", "not applicable: so").done();
  EXPECT_THAT(shown(run), HasSubstr("[1/1] NONE   A.B"));
}

}  // namespace
}  // namespace attest::reports

#include "reports/console/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "harness/record/testing.hpp"
#include "reports/console/hostile_testing.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using record::Script;

std::string of(const Script& script, const SummaryOptions& options = {}) {
  return summary(spec::judge(script.events(), spec::Catalogue::embedded()), options);
}

Script passing() {
  return Script().run({{"A.A", {"HC-01"}}}, {{"seed", 5}}).passing("A.A", {"HC-01"}).done();
}

/// A device says that wherever it can say anything.
Script said_everywhere(const std::string& evil) {
  Script run;
  const auto id = "A." + evil;
  run.run({{id, {"HC-01", evil}}}).begin(id, {"HC-01", evil}).check(id, "HC-01", "fail", evil, evil);
  run.check(id, evil, "fail", evil, evil).deviation(id, evil, evil, evil).unexplained(id, evil);
  run.end(id, "fail", evil).begin(id, {"HC-01"}, 2).end(id, "error", evil).blocked("A.B" + evil, evil);
  run.put("device", {{"device", evil}, {"link", evil}, {"firmware", evil}});
  run.put("reading", {{"erratum", evil}, {"found", evil}, {"device", evil}});
  run.put("fault", {{"fault", evil}, {"what", evil}, {"cure", evil}, {"device", evil}});
  return run.done(evil);
}

TEST(Summary, IsInertWhateverADeviceSays) {
  for (const auto& evil : hostile_texts()) {
    const auto text = of(said_everywhere(evil));
    EXPECT_EQ(acts_on_a_terminal(text), "") << visible(text, 4000);
  }
}

TEST(Summary, IsShortWhenADeviceSaysAMegabyte) {
  EXPECT_LE(of(said_everywhere(std::string(1 << 20, 'x'))).size(), 40'000U);
}

TEST(Summary, IsAsItHasAlwaysBeen) {
  EXPECT_EQ(of(made_up_run(), {.out = "out"}), R"gold(
                      pass    fail  inconc   error    none     all
  general                1       .       .       .       .       1
  HTTPCLIENT             1       1       .       .       .       2
  HTTPCPOST              .       .       1       .       .       1
  OTA                    .       .       1       .       .       1
  CWSTARTSMART           .       .       .       .       1       1
  all cases              2       1       2       .       1       6
  requirements           4       2       2       .     135     143

1 deviation from the manual

  size-in-brackets
    owed  HC-10, must: The reply is +HTTPCLIENT:<size>,<data> with <size> the decimal byte count of
          <data>, no brackets, sign, padding or spaces.
    got   the size stands in brackets
    bytes +HTTPCLIENT:(5),hello   (HttpClientGet.UsesTheMethod, exchange 3)
    bytes +HTTPCLIENT:(4),hell   (HttpClientGet.DeliversTheBody, exchange 3)
    in    2 cases, 2 times: HttpClientGet.UsesTheMethod, HttpClientGet.DeliversTheBody

3 cases that did not pass

  FAIL   HttpClientGet.DeliversTheBody  5 ms
    broke HC-11, must: <data> equals, byte for byte, the body that the server sent.
          the final result (exchange 3)
    owed  "hello"
    got   "hell"

  INCONC HttpPost.SendsTheBody  3 ms
    why   bytes that nothing explains: "\x01\xff<&>\""

  INCONC Ota.Downloads  2 ms
    about OT-02, must: The device downloads the whole file from <url>.
          the final result (exchange 3)
    owed  the whole file
    got   not judged: silent

1 case without a verdict

  why   this bench has no BLE adapter
        Smart.Advertises

1 fault

  device, dut0
    what  the device was silent for 30 s
    cure  look at its power

Time limits and budgets are those of profile bk7238: the manual gives none, so they are ours (E13),
but for what you have set: deadlines.network.
FAIL: the device failed 1 case and 2 requirements (exit 1); seed 7238; out/ has report.html, record.jsonl, result.json and junit.xml
)gold");
}

TEST(Summary, OfARunThatPassedIsShort) {
  EXPECT_EQ(of(passing()), R"(
                      pass    fail  inconc   error    none     all
  HTTPCLIENT             1       .       .       .       .       1
  all cases              1       .       .       .       .       1
  requirements           1       .       .       .     142     143

PASS: everything that ran passed (exit 0); seed 5
)");
}

TEST(Summary, FitsItsPaperButForTheLastLine) {
  for (const std::size_t width : {80U, 110U}) {
    const auto text = of(made_up_run(), {.out = "out", .paper = {.width = width}});
    const auto lines = split(text, '\n');
    for (std::size_t i = 0; i + 2 < lines.size(); ++i) EXPECT_LE(length(lines[i]), width) << lines[i];
  }
}

TEST(Summary, HasColoursOnlyWhenAskedFor) {
  EXPECT_THAT(of(made_up_run()), Not(HasSubstr("\x1b")));
  EXPECT_THAT(of(made_up_run(), {.paper = {.colours = true}}), HasSubstr("\x1b[1;31mFAIL"));
}

TEST(Summary, NamesARequirementThatWasDeclaredAndNeverChecked) {
  Script script;
  script.run({{"A.A", {"HC-01", "HC-02"}}}).begin("A.A", {"HC-01", "HC-02"}).check("A.A", "HC-01").end("A.A");
  EXPECT_THAT(of(script.done()),
              AllOf(HasSubstr("HC-02"), HasSubstr("inconc: nothing was checked; declared by A.A"),
                    HasSubstr("NOT DECIDED")));
}

TEST(Summary, ShowsSoManyFailedCasesAndCountsTheRest) {
  Script script;
  script.run({});
  for (int i = 0; i < 50; ++i) {
    const auto id = "A.N" + std::to_string(i);
    script.begin(id, {"HC-01"}).check(id, "HC-01", "fail").end(id, "fail");
  }
  EXPECT_THAT(of(script.done(), {.cases_at_most = 3}),
              AllOf(HasSubstr("A.N2"), Not(HasSubstr("A.N3 ")), HasSubstr("and 47 more")));
}

TEST(Summary, TellsAttemptsApart) {
  Script script;
  script.run({{"A.A", {"HC-01"}}})
      .passing("A.A", {"HC-01"}, 1)
      .begin("A.A", {"HC-01"}, 2)
      .check("A.A", "HC-01", "fail")
      .end("A.A", "fail");
  EXPECT_THAT(of(script.done()), AllOf(HasSubstr("attempt 2 on dut0: fail"), Not(HasSubstr("attempt 1"))));
}

TEST(Summary, SaysWhyACaseIsNotPassWhereNoCheckDoes) {
  Script script;
  script.run({{"A.A", {"HC-01"}}})
      .begin("A.A", {"HC-01"})
      .check("A.A", "HC-01")
      .end("A.A", "error", "killed by SIGSEGV");
  EXPECT_THAT(of(script.done()), HasSubstr("why   killed by SIGSEGV"));
}

TEST(Summary, DoesNotLetADeviceWriteOnTheTerminal) {
  Script script;
  script.run({{"A.A", {"HC-01"}}})
      .begin("A.A", {"HC-01"})
      .check("A.A", "HC-01", "fail", "\x1b[2J", "\r\x07")
      .end("A.A", "fail");
  EXPECT_THAT(of(script.done()), AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\x07"))));
}

TEST(Summary, OfNothingAtAllIsNotAPass) {
  EXPECT_THAT(of(Script()), HasSubstr("NOT DECIDED"));
}

TEST(Summary, TellsWhatIsNotApplicableApartFromWhatDidNotRun) {
  const auto run = run_without_http_get_size();
  const auto text = summary(spec::judge(run.events(), spec::Catalogue::embedded()), {});
  EXPECT_THAT(text, HasSubstr("1 case not applicable"));
  EXPECT_THAT(text, HasSubstr("claims.commands"));
  EXPECT_THAT(text, Not(HasSubstr("without a verdict")));
  EXPECT_THAT(text, HasSubstr("(exit 0)"));
}

}  // namespace
}  // namespace attest::reports

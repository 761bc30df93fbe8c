#include <fmt/format.h>

#include "reports/gate/gate_test.hpp"

namespace attest::reports {
namespace {
using namespace testing;

std::string entry(const std::string& what) {
  return "[[failure]]\n" + what + "\nowner = \"o\"\nreason = \"r\"\nlink = \"l\"\nexpires = 2026-12-31\n";
}

const std::string kHell = entry("case = \"A.B\"\ntext = \"*got \\\"hell\\\"\"");

/// A.A passes. A.B checks HC-01 once with each verdict, an attempt each.
Script attempts(const std::vector<std::string>& verdicts, const std::string& got = "\"hell\"") {
  Script script = Script().run({{"A.A", {"GEN-01"}}, {"A.B", {"HC-01"}}}).passing("A.A", {"GEN-01"});
  int number = 0;
  for (const auto& verdict : verdicts)
    script.begin("A.B", {"HC-01"}, ++number)
        .check("A.B", "HC-01", verdict, "\"hello\"", got)
        .end("A.B", verdict);
  return script.done();
}

Gate strict(const Script& script) {
  Gate gate(script);
  gate.policy.levels.at("must").fail = Weight::stop;
  return gate;
}

TEST(KnownFailures, AreListedAndDoNotStop) {
  EXPECT_EQ(strict(attempts({"fail"})).decide().outcome, Outcome::no_go);
  const auto gate = strict(attempts({"fail"})).with_known(kHell);
  EXPECT_EQ(gate.decide().outcome, Outcome::go) << decision_text(gate.decide());
  EXPECT_THAT(gate.reasons("known-failure").at(0).evidence.at(0),
              HasSubstr("known.toml:1: r (o, l, until 2026-12-31)"));
}

TEST(KnownFailures, DoNotCoverAnotherFailure) {
  const auto gate = strict(attempts({"fail"}, "nothing")).with_known(kHell);
  EXPECT_EQ(gate.decide().outcome, Outcome::no_go);
  EXPECT_THAT(gate.reasons("must-failed").at(0).evidence, Contains("known.toml:1 is about another failure"));
  EXPECT_TRUE(gate.decide().says("unseen"));
}

TEST(KnownFailures, DoNotCoverAnotherFailureBesideTheirs) {
  Script script = Script().run({{"A.A", {"GEN-01"}}, {"A.B", {"HC-01"}}}).passing("A.A", {"GEN-01"});
  script.begin("A.B", {"HC-01"}).check("A.B", "HC-01", "fail", "\"hello\"", "\"hell\"");
  script.check("A.B", "HC-01", "fail", "OK", "ERROR").end("A.B", "fail").done();
  const auto gate = strict(script).with_known(kHell);
  EXPECT_EQ(gate.decide().outcome, Outcome::no_go);
  EXPECT_TRUE(gate.decide().says("known-failure"));
  EXPECT_THAT(gate.reasons("must-failed").at(0).evidence.at(0), HasSubstr("got ERROR"));
}

TEST(KnownFailures, CoverADeviationInAllCasesThatItTouches) {
  Script script = Script().run({{"A.A", {"GEN-01"}}}).begin("A.A", {"GEN-01"}).check("A.A", "GEN-01");
  script.deviation("A.A", "size-in-brackets", "HC-10").end("A.A").done();
  const auto pin = [](const std::string& id) {
    return entry(fmt::format("requirement = \"HC-10\"\ndeviation = \"{}\"", id));
  };
  EXPECT_EQ(strict(script).with_known(pin("size-in-brackets")).decide().outcome, Outcome::go);
  EXPECT_EQ(strict(script).with_known(pin("size-missing")).decide().outcome, Outcome::no_go);
}

TEST(KnownFailures, HoldForTheirFirmwareOnly) {
  auto gate = strict(attempts({"fail"})).with_known(kHell + "firmware = [\"1.4.*\"]\n");
  EXPECT_EQ(gate.decide().outcome, Outcome::no_go);
  gate.version = "1.4.1";
  EXPECT_EQ(gate.decide().outcome, Outcome::go);
  gate.version = "1.5.0";
  EXPECT_EQ(gate.decide().outcome, Outcome::no_go);
  EXPECT_THAT(gate.reasons("must-failed").at(0).evidence, Contains("known.toml:1 is about another firmware"));
  EXPECT_FALSE(gate.decide().says("unseen"));
}

TEST(KnownFailures, ThatPassStopWithTheirOwnWord) {
  auto gate = Gate(attempts({"pass"})).with_known(kHell);
  expect_both_ways(gate, gate.policy.known.unexpected_pass, "unexpected-pass");
  gate.with_known(entry("requirement = \"HC-01\"\ntext = \"*hell*\""));
  EXPECT_TRUE(gate.decide().says("unexpected-pass"));
  EXPECT_FALSE(Gate(attempts({"fail"})).with_known(kHell).decide().says("unexpected-pass"));
}

TEST(KnownFailures, ThatGaveNoVerdictAreUnseen) {
  auto gate = Gate(attempts({"inconc"}, "?")).with_known(kHell);
  expect_both_ways(gate, gate.policy.known.unseen, "unseen");
}

TEST(KnownFailures, PastTheirDateStopWithTheirOwnWord) {
  auto gate = strict(attempts({"fail"})).with_known(kHell);
  EXPECT_FALSE(gate.decide().says("expired"));
  gate.today = *parse_date("2027-01-01");
  expect_both_ways(gate, gate.policy.known.expired, "expired");
  EXPECT_FALSE(gate.decide().says("must-failed"));  // one word for one thing
}

TEST(KnownFailures, WhoseCaseVanishedStopWithTheirOwnWord) {
  auto gate = Gate(sound_run()).with_known(kHell);
  expect_both_ways(gate, gate.policy.known.vanished, "vanished-entry");
}

TEST(KnownFailures, CoverWhatIsInconclusiveByTheirPin) {
  auto gate = Gate(attempts({"inconc"})).with_known(kHell);
  gate.policy.levels.at("must").inconc = Weight::stop;
  EXPECT_EQ(gate.decide().outcome, Outcome::go) << decision_text(gate.decide());
}

TEST(Flakiness, IsToldOfACaseThatPassedAndFailed) {
  Gate gate(attempts({"pass", "fail", "pass"}));
  expect_both_ways(gate, gate.policy.flakiness.flaky, "flaky");
  EXPECT_THAT(gate.reasons("flaky").at(0).sentence, HasSubstr("1 of 3"));
  EXPECT_FALSE(Gate(attempts({"fail", "fail"})).decide().says("flaky"));
  EXPECT_FALSE(Gate(attempts({"pass", "pass"})).decide().says("flaky"));
  EXPECT_FALSE(Gate(attempts({"pass", "inconc"})).decide().says("flaky"));
}

/// The upper end of a one-sided interval of 95 % for 1 of 200 is 2.35 %, for 1 of 100 it is 4.66 %.
TEST(Flakiness, IsToleratedOnceItIsSureToBeSmallEnough) {
  const auto runs = [](std::size_t count) {
    std::vector<std::string> verdicts(count, "pass");
    verdicts[count / 2] = "fail";
    return strict(attempts(verdicts));
  };
  auto enough = runs(200), few = runs(100);
  enough.policy.flakiness.tolerated = few.policy.flakiness.tolerated = 0.024;
  EXPECT_EQ(enough.decide().outcome, Outcome::go) << decision_text(enough.decide());
  EXPECT_TRUE(enough.decide().says("tolerated"));
  EXPECT_FALSE(enough.decide().says("flaky"));
  EXPECT_EQ(few.decide().outcome, Outcome::no_go);
  EXPECT_TRUE(few.decide().says("flaky"));
  enough.policy.flakiness.confidence = 0.99;
  EXPECT_EQ(enough.decide().outcome, Outcome::no_go);
}

TEST(Flakiness, IsNotToleratedWhereThePolicyToleratesNone) {
  std::vector<std::string> verdicts(1000, "pass");
  verdicts[3] = "fail";
  EXPECT_EQ(strict(attempts(verdicts)).decide().outcome, Outcome::no_go);
}

}  // namespace
}  // namespace attest::reports

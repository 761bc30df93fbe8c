#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/record/schema/check.hpp"
#include "reports/gate/decision.hpp"
#include "reports/gate/gate_test.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using State = record::ChainResult::State;

TEST(Record, ThatIsSoundOpensTheGate) {
  Gate gate(sound_run());
  EXPECT_EQ(gate.decide().outcome, Outcome::go) << decision_text(gate.decide());
  EXPECT_FALSE(gate.decide().says("incomplete"));
  EXPECT_TRUE(is_complete(gate.question().candidate));
}

TEST(Record, ThatWasEditedStopsWhateverThePolicySays) {
  Gate gate(sound_run());
  gate.chain.state = State::broken;
  gate.chain.wrong_line = 7;
  gate.chain.what = "moved";
  EXPECT_EQ(gate.decide().outcome, Outcome::no_go);
  const auto reason = gate.reasons("edited").at(0);
  EXPECT_THAT(reason.sentence, HasSubstr("line 7"));
  EXPECT_THAT(reason.evidence, ElementsAre("moved"));
}

TEST(Record, WithoutAChainIsWeighed) {
  Gate gate(sound_run());
  gate.chain.state = State::unchained;
  expect_both_ways(gate, gate.policy.record.unchained, "unchained");
}

TEST(Record, ThatIsNotWholeIsWeighed) {
  Gate cut(Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}));
  expect_both_ways(cut, cut.policy.record.incomplete, "incomplete", Outcome::undecided);
  EXPECT_FALSE(is_complete(cut.question().candidate));
  Gate stopped(Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}).done("stopped"));
  EXPECT_THAT(stopped.reasons("incomplete").at(0).sentence, HasSubstr("user"));
  Gate torn(sound_run());
  torn.chain.torn_bytes = 3;
  EXPECT_THAT(torn.reasons("incomplete").at(0).sentence, HasSubstr("3 bytes"));
  Gate forgotten(Script().run({{"A.A", {"HC-01"}}, {"A.B", {}}}).passing("A.A", {"HC-01"}).done());
  EXPECT_THAT(forgotten.reasons("incomplete").at(0).sentence, HasSubstr("1 planned"));
}

TEST(Record, OfTheBaselineIsLookedAtToo) {
  Gate gate(sound_run());
  gate.against(Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}));
  expect_both_ways(gate, gate.policy.record.incomplete, "baseline-incomplete");
  gate.against(sound_run()).baseline_chain.state = State::unchained;
  expect_both_ways(gate, gate.policy.record.unchained, "baseline-unchained");
  gate.baseline_chain.state = State::broken;
  EXPECT_TRUE(gate.decide().says("baseline-edited"));
  EXPECT_EQ(gate.decide().outcome, Outcome::no_go);
}

TEST(Record, InWhichNothingPassedNeverOpensTheGate) {
  Gate gate(Script().run({{"A.A", {"HC-01"}}}).blocked("A.A", "no adapter").done());
  EXPECT_TRUE(gate.decide().says("nothing-passed"));
  EXPECT_EQ(gate.decide().outcome, Outcome::no_go);
  EXPECT_FALSE(Gate(sound_run()).decide().says("nothing-passed"));
}

Script with(const std::string& type, record::Script::Json fields) {
  return Script().run({{"A.A", {"HC-01"}}}).put(type, std::move(fields)).passing("A.A", {"HC-01"}).done();
}

TEST(Bench, ThatFailedIsWeighedAndLeavesItUndecided) {
  Gate fault(with("fault", {{"fault", "bench"}, {"what", "the port is gone"}, {"cure", "plug it in"}}));
  expect_both_ways(fault, fault.policy.bench.fault, "bench-fault", Outcome::undecided);
  EXPECT_THAT(fault.reasons("bench-fault").at(0).evidence, ElementsAre("plug it in"));
  Gate ended(Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}).done("bench"));
  EXPECT_TRUE(ended.decide().says("bench-fault"));
  EXPECT_FALSE(
      Gate(with("fault", {{"fault", "device"}, {"what", "w"}, {"cure", "c"}})).decide().says("bench-fault"));
}

TEST(Bench, WhereACaseEndedInAnErrorIsWeighed) {
  Script script = Script().run({{"A.A", {"HC-01"}}, {"A.B", {"HC-02"}}}).passing("A.A", {"HC-01"});
  script.begin("A.B", {"HC-02"}).check("A.B", "HC-02").end("A.B", "error", "it crashed").done();
  Gate gate(script);
  expect_both_ways(gate, gate.policy.bench.error, "case-error", Outcome::undecided);
}

TEST(Device, ThatIsVirtualOrRunsAnotherFirmwareIsWeighed) {
  Gate gate(
      with("device", {{"device", "dut0"}, {"link", "l"}, {"virtual", true}, {"firmware", "AT 1.4.2\r\n"}}));
  expect_both_ways(gate, gate.policy.record.virtual_device, "virtual-device");
  EXPECT_FALSE(gate.decide().says("other-firmware"));
  gate.version = "1.4.2";
  EXPECT_FALSE(gate.decide().says("other-firmware"));
  gate.version = "1.5.0";
  expect_both_ways(gate, gate.policy.record.other_firmware, "other-firmware");
}

TEST(Decision, FitsItsSchemaAndMovesNoCursor) {
  const record::SchemaCheck check(decision_schema());
  Gate gate(made_up_run());
  EXPECT_EQ(check.faults_of(decision_json(gate.decide())), "");
  gate.policy = Policy();
  const auto json = decision_json(gate.decide());
  EXPECT_EQ(check.faults_of(json), "");
  EXPECT_EQ(json["outcome"], "no go");
  EXPECT_TRUE(json["reasons"][0]["stops"]);
  EXPECT_THAT(decision_text(gate.decide()), StartsWith("decision: no go ("));
  Gate rude(with("fault", {{"fault", "bench"}, {"what", "\x1b[2J\xff"}, {"cure", ""}}));
  EXPECT_THAT(decision_text(rude.decide()), Not(HasSubstr("\x1b")));
  EXPECT_NO_THROW((void)decision_json(rude.decide()).dump());
}

TEST(Decision, IsAFunctionOfItsQuestion) {
  const Gate gate(made_up_run());
  EXPECT_EQ(decision_json(gate.decide()), decision_json(gate.decide()));
}

TEST(Text, SaysOnceWhatIsTheSameOfMany) {
  Decision decision;
  decision.outcome = Outcome::no_go;
  for (const auto* id : {"HC-01", "HC-02", "HC-03"})
    decision.reasons.push_back(
        {"uncovered", id, fmt::format("must without a verdict: {} holds", id), {}, true});
  decision.reasons.push_back({"uncovered", "SS-01", "should without a verdict: it starts", {}, false});
  EXPECT_EQ(decision_text(decision),
            "decision: no go (3 that stop, 1 that are listed)\n"
            "  STOP uncovered              3 of them: must without a verdict\n"
            "                              HC-01 HC-02 HC-03\n"
            "       uncovered              SS-01: should without a verdict: it starts\n");
}

TEST(Text, PartsSubjectsOfSeveralWords) {
  Decision decision;
  decision.outcome = Outcome::go;
  for (const auto& [subject, count] :
       {std::pair("GET of 64 bytes (HC-52)", 5), std::pair("at_ok", 3), std::pair("boot", 1)})
    decision.reasons.push_back(
        {"not-compared", subject, fmt::format("fewer samples (20): {}", count), {}, false});
  EXPECT_THAT(decision_text(decision), HasSubstr("3 of them: fewer samples (20)\n"));
  EXPECT_THAT(decision_text(decision), HasSubstr("  GET of 64 bytes (HC-52); at_ok; boot\n"));
}

}  // namespace
}  // namespace attest::reports

// The exit code, and the fold as a whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/spec/judgement_testing.hpp"

namespace attest::spec {
namespace {
using namespace testing;
using enum record::Verdict;

TEST(ExitCode, IsNeverZeroWhenNothingRan) {
  EXPECT_EQ(judged(Script()).exit_code, 3);
  EXPECT_EQ(judged(Script().run({}).done()).exit_code, 3);
  EXPECT_EQ(judged(Script().run({{"A.A", {"HC-01"}}}).blocked("A.A", "x").done()).exit_code, 3);
}

TEST(ExitCode, IsThreeForARecordWithoutAnEnd) {
  const auto j = judged(Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}));
  EXPECT_EQ(j.exit_code, 3);
  EXPECT_THAT(j.decision, HasSubstr("cut"));
}

Script failing() {
  Script script;
  return script.run({{"A.A", {"HC-01"}}})
      .begin("A.A", {"HC-01"})
      .check("A.A", "HC-01", "fail")
      .end("A.A", "fail");
}

TEST(ExitCode, PutsTheUserBeforeTheBenchBeforeTheDevice) {
  EXPECT_EQ(judged(failing().done()).exit_code, 1);
  EXPECT_EQ(judged(failing().done("bench")).exit_code, 3);
  EXPECT_EQ(judged(failing().put("fault", {{"fault", "bench"}, {"what", "w"}}).done()).exit_code, 3);
  EXPECT_EQ(judged(failing().put("fault", {{"fault", "usage"}, {"what", "w"}}).done()).exit_code, 3);
  EXPECT_EQ(judged(failing().put("fault", {{"fault", "device"}, {"what", "w"}}).done()).exit_code, 1);
  EXPECT_EQ(judged(failing().put("fault", {{"fault", "bench"}, {"what", "w"}}).done("stopped")).exit_code, 4);
  EXPECT_EQ(judged(failing().put("fault", {{"fault", "stopped"}, {"what", "w"}}).done()).exit_code, 4);
}

TEST(ExitCode, PutsErrorBeforeFailBeforeUndecided) {
  EXPECT_EQ(judged(failing().begin("A.B", {}).check("A.B", "HC-02", "inconc").end("A.B").done()).exit_code,
            1);
  EXPECT_EQ(judged(failing().begin("A.B", {}).end("A.B", "error").done()).exit_code, 3);
}

TEST(TheFold, IsTheSameEventByEventAndAtOnce) {
  const auto script = three_cases_with_a_loss_in_the_second();
  Judge one(Catalogue::embedded());
  for (const auto& event : script.events()) one.take(event);
  EXPECT_EQ(one.case_result("A.B")->verdict, case_of(judged(script), "A.B").verdict);
  EXPECT_EQ(one.result().decision, judged(script).decision);
  EXPECT_FALSE(one.case_result("No.Such").has_value());
}

TEST(TheFold, TakesEventsWithoutTheirFieldsForNothingWorseThanTheyAre) {
  for (const char* type :
       {"run.begin", "run.end", "device", "case.begin", "case.end", "case.blocked", "check", "step", "note",
        "measure", "deviation", "unexplained", "counters", "fault", "tx", "moon.phase"}) {
    for (const auto& fields : {nlohmann::json(), nlohmann::json::object(), nlohmann::json::array({1}),
                               nlohmann::json{{"case", 5},
                                              {"device", nullptr},
                                              {"plan", {1, {{"case", 2}}}},
                                              {"values", {"x"}},
                                              {"lost", "yes"}},
                               nlohmann::json{{"case", "A.A"}}}) {
      const auto j = judge({{Instant(1), type, fields}}, Catalogue::embedded());
      EXPECT_NE(j.exit_code, 0) << type;
    }
  }
}

TEST(TheFold, KeepsRunDevicesMeasurementsAndFaults) {
  Script script;
  script.run(
      {},
      {{"attest", "0.1.0"}, {"wall", "2024-05-06T07:08:09Z"}, {"seed", 7}, {"command", {"attest", "run"}}});
  script.put("device", {{"device", "dut0"}, {"link", "serial:x"}, {"virtual", true}, {"firmware", "old"}});
  script.put("device", {{"device", "dut0"}, {"link", "serial:x"}, {"virtual", true}, {"firmware", "1.0"}});
  script.put("measure", {{"name", "latency"},
                         {"requirement", "GEN-14"},
                         {"unit", "ms"},
                         {"values", {1, 2.5}},
                         {"limit", 50},
                         {"case", "A.A"}});
  script.put("fault", {{"fault", "device"}, {"what", "silent"}, {"cure", "power it"}, {"device", "dut0"}});
  const auto j = judged(script);
  EXPECT_EQ(j.run.attest, "0.1.0");
  EXPECT_EQ(j.run.seed, 7U);
  ASSERT_EQ(j.run.devices.size(), 1U);
  EXPECT_EQ(j.run.devices[0].firmware, "1.0");
  ASSERT_EQ(j.measurements.size(), 1U);
  EXPECT_THAT(j.measurements[0].values, ElementsAre(1, 2.5));
  EXPECT_EQ(j.measurements[0].limit, 50);
  ASSERT_EQ(j.faults.size(), 1U);
  EXPECT_EQ(j.faults[0].cure, "power it");
}

}  // namespace
}  // namespace attest::spec

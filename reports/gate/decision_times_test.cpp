#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/random.hpp"
#include "harness/measure/compare_testing.hpp"
#include "harness/record/schema/check.hpp"
#include "reports/gate/gate_test.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using Values = std::vector<double>;

/// Like a device's times: a floor, a second hump, a long tail. None is twice the same.
Values samples(std::size_t count, double floor, std::uint64_t seed) {
  Random random(seed);
  Values out;
  const auto share = [&] { return static_cast<double>(1 + random.below(1'000'000)) / 1e6; };
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(floor + (random.below(4) == 0 ? 1.0 : 0.0) - 0.3 * std::log(share()));
  return out;
}

Script::Json measured(const std::string& name, const std::string& unit, const Values& values) {
  return {{"name", name}, {"requirement", "GEN-14"}, {"unit", unit}, {"values", values}, {"case", "A.A"}};
}

Script with(const std::vector<Script::Json>& measures) {
  Script script = Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"});
  for (const auto& one : measures) script.put("measure", one);
  return script.done();
}

Gate compared(const Script::Json& before, const Script::Json& now, double matters = 1) {
  Gate gate(with({now}));
  gate.against(with({before})).policy.regressions.by_unit = {{"ms", {matters}}, {"B/s", {500}}};
  return gate;
}

TEST(Regression, OfTwoMillisecondsAtTwoHundredSamplesIsStopped) {
  auto gate =
      compared(measured("at_ok", "ms", samples(200, 5, 1)), measured("at_ok", "ms", samples(200, 7, 2)));
  expect_both_ways(gate, gate.policy.regressions.regressed, "regressed");
  const auto reason = gate.reasons("regressed").at(0);
  EXPECT_EQ(reason.subject, "at_ok (GEN-14)");
  EXPECT_THAT(reason.sentence, HasSubstr("slower by"));
  EXPECT_THAT(reason.evidence, ElementsAre(HasSubstr("interval"), AllOf(HasSubstr("so many show a shift of"),
                                                                        HasSubstr("1 ms matters"))));
  const auto decision = gate.decide();
  ASSERT_EQ(decision.compared.size(), 1U);
  EXPECT_NEAR(decision.compared[0].numbers.shift, 2, 0.2);
  EXPECT_EQ(record::SchemaCheck(decision_schema()).faults_of(decision_json(decision)), "");
}

TEST(Regression, ThatIsSureButTooSmallToMatterIsNone) {
  auto gate =
      compared(measured("at_ok", "ms", samples(400, 5, 1)), measured("at_ok", "ms", samples(400, 5.5, 2)));
  EXPECT_FALSE(gate.decide().says("regressed"));
  EXPECT_LT(gate.decide().compared.at(0).numbers.p_adjusted, 0.001);
  gate.policy.regressions.by_name["at_ok"] = {100, "us"};
  EXPECT_TRUE(gate.decide().says("regressed"));
}

TEST(Regression, IsNoneWhereADeviceBecameFaster) {
  EXPECT_FALSE(
      compared(measured("at_ok", "ms", samples(200, 9, 1)), measured("at_ok", "ms", samples(200, 5, 2)))
          .decide()
          .says("regressed"));
}

TEST(Regression, OfARateIsOneThatFell) {
  const auto fast = measured("get", "B/s", samples(100, 9000, 1)),
             slow = measured("get", "B/s", samples(100, 8000, 2));
  EXPECT_TRUE(compared(fast, slow).decide().says("regressed"));
  EXPECT_THAT(compared(fast, slow).reasons("regressed").at(0).sentence, HasSubstr("less by"));
  EXPECT_FALSE(compared(slow, fast).decide().says("regressed"));
}

/// As much at any rate of the line.
TEST(Regression, OfARateIsHeldAgainstAShareOfTheBaseline) {
  for (const double rate : {900.0, 300'000.0}) {
    const auto before = samples(100, rate, 1), after = samples(100, 0.97 * rate, 2);
    for (const auto& [share, stopped] : {std::pair(0.02, true), std::pair(0.04, false)}) {
      auto gate = compared(measured("get", "B/s", before), measured("get", "B/s", after));
      gate.policy.regressions.by_unit = {{"B/s", {share, {}, true}}};
      EXPECT_EQ(gate.decide().says("regressed"), stopped) << rate << " " << share;
    }
  }
}

TEST(Regression, IsSeenAcrossUnitsOfOneKind) {
  Values seconds;
  for (const double one : samples(200, 5, 1)) seconds.push_back(one / 1000);
  EXPECT_TRUE(compared(measured("at_ok", "s", seconds), measured("at_ok", "ms", samples(200, 8, 2)))
                  .decide()
                  .says("regressed"));
}

/// Fifty measurements of that device.
Script fifty(measure::Device& device, double later = 0) {
  std::vector<Script::Json> all;
  for (int i = 0; i < 50; ++i)
    all.push_back(measured(fmt::format("m{}", i), "ms", device.take(40, &measure::Device::stepped, later)));
  return with(all);
}

/// Skewed times in steps of a clock, with an outlier in a hundred, and every shift matters.
TEST(Regression, IsNotRaisedByADeviceAgainstItselfMoreOftenThanPromised) {
  constexpr int kDecisions = 200;
  measure::Device device(22);
  int alarms = 0;
  for (int i = 0; i < kDecisions; ++i) {
    Gate gate(fifty(device));
    gate.against(fifty(device)).policy.regressions.by_unit = {};
    alarms += gate.decide().says("regressed") ? 1 : 0;
  }
  EXPECT_LE(alarms, measure::most_by_chance(kDecisions, 0.05));
}

/// The same device, so that the silence above is none of blindness.
TEST(Regression, OfEachOfFiftyMeasurementsIsTold) {
  measure::Device device(23);
  Gate gate(fifty(device, 2));
  gate.against(fifty(device)).policy.regressions.by_unit = {};
  EXPECT_EQ(gate.reasons("regressed").size(), 50U);
}

TEST(Comparison, WithTooFewSamplesIsWeighed) {
  auto gate =
      compared(measured("at_ok", "ms", samples(19, 5, 1)), measured("at_ok", "ms", samples(200, 9, 2)));
  expect_both_ways(gate, gate.policy.regressions.too_few, "not-compared");
  EXPECT_FALSE(gate.decide().says("regressed"));
  gate.policy.regressions.fewest = 19;
  EXPECT_FALSE(gate.decide().says("not-compared"));
}

TEST(Comparison, OfTwoKindsOfUnitsIsWeighed) {
  auto gate = compared(measured("x", "ms", samples(50, 5, 1)), measured("x", "B/s", samples(50, 5, 2)));
  expect_both_ways(gate, gate.policy.regressions.too_few, "not-compared");
  EXPECT_THAT(gate.reasons("not-compared").at(0).sentence, HasSubstr("two kinds"));
}

TEST(Comparison, ThatCouldNotHaveShownWhatMattersSaysSo) {
  auto gate =
      compared(measured("at_ok", "ms", samples(20, 5, 1)), measured("at_ok", "ms", samples(20, 5, 2)), 0.01);
  expect_both_ways(gate, gate.policy.regressions.blind, "blind");
  auto seeing =
      compared(measured("at_ok", "ms", samples(200, 5, 1)), measured("at_ok", "ms", samples(200, 5, 2)));
  EXPECT_FALSE(seeing.decide().says("blind"));
}

TEST(Comparison, MissesAMeasurementThatVanished) {
  Gate gate(sound_run());
  gate.against(with({measured("at_ok", "ms", samples(30, 5, 1))}));
  expect_both_ways(gate, gate.policy.baseline.vanished_measurement, "vanished-measurement");
}

Script::Json budgeted(const std::string& unit, const Values& values, double limit, double u) {
  auto out = measured("at_ok", unit, values);
  out.update({{"of", "p50"}, {"limit", limit}, {"u", u}});
  return out;
}

TEST(Budgets, ThatAreBrokenOrTooCloseAreWeighed) {
  Gate over(with({budgeted("ms", {9, 10, 11}, 8, 0.5)}));
  expect_both_ways(over, over.policy.budgets.over, "over-budget");
  EXPECT_THAT(over.reasons("over-budget").at(0).sentence, HasSubstr("p50 is 10 ms, and its limit 8 ms"));
  Gate close(with({budgeted("ms", {9, 10, 11}, 9.8, 0.5)}));
  expect_both_ways(close, close.policy.budgets.too_close, "budget-too-close");
  EXPECT_FALSE(Gate(with({budgeted("ms", {9, 10, 11}, 12, 0.5)})).decide().says("over-budget"));
  EXPECT_FALSE(Gate(with({measured("x", "ms", {9})})).decide().says("over-budget"));
  EXPECT_TRUE(Gate(with({budgeted("B/s", {90}, 100, 1)})).decide().says("over-budget"));
  EXPECT_FALSE(Gate(with({budgeted("B/s", {110}, 100, 1)})).decide().says("over-budget"));
}

TEST(Budgets, MayBeKnownToBeBroken) {
  Gate gate(with({budgeted("ms", {9, 10, 11}, 8, 0.5)}));
  gate.policy.budgets.over = Weight::stop;
  gate.with_known(
      "[[failure]]\nrequirement = \"GEN-14\"\ntext = \"p50 is*\"\nowner = \"o\"\nreason = \"r\"\n"
      "link = \"l\"\nexpires = 2027-01-01\n");
  EXPECT_EQ(gate.decide().outcome, Outcome::go) << decision_text(gate.decide());
  EXPECT_TRUE(gate.decide().says("known-failure"));
}

}  // namespace
}  // namespace attest::reports

#include "reports/console/estimate.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "harness/record/testing.hpp"

namespace attest::reports {
namespace {
using namespace std::chrono_literals;

std::string id_of(int number) {
  return fmt::format("A.Case{}", number);
}

/// A run of so many cases on so many devices, each case handed to the device that is free first. Time goes in
/// steps of 100 ms.
class MadeUpRun {
 public:
  MadeUpRun(Estimate estimate, int cases, int devices, std::function<Nanos(int)> takes)
      : estimate_(std::move(estimate)),
        takes_(std::move(takes)),
        cases_(cases),
        ends_(devices),
        on_(devices, -1) {
    for (int i = 0; i < cases; ++i) estimate_.planned(id_of(i));
    for (int i = 0; i < devices; ++i) estimate_.device(device(i));
  }

  /// What is said at that time after the begin.
  std::optional<Nanos> left_after(Nanos span) {
    while (now_ < Instant(0) + span) step();
    return estimate_.left(now_);
  }
  /// How long it takes from now.
  Nanos rest() {
    const auto from = now_;
    while (step()) continue;
    return now_ - from;
  }
  Nanos between_cases{};

 private:
  static std::string device(std::size_t i) { return fmt::format("dut{}", i); }
  bool step() {
    bool any = false;
    for (std::size_t i = 0; i < on_.size(); ++i) {
      if (on_[i] >= 0 && now_ >= ends_[i]) {
        estimate_.end(id_of(on_[i]), device(i), ends_[i]);
        on_[i] = -1;
      }
      if (on_[i] < 0 && next_ < cases_ &&
          now_ >= ends_[i] + (next_ < int(on_.size()) ? 0ns : between_cases)) {
        on_[i] = next_++;
        estimate_.begin(id_of(on_[i]), device(i), now_);
        ends_[i] = now_ + takes_(on_[i]);
      }
      any = any || on_[i] >= 0;
    }
    any = any || next_ < cases_;
    if (any) now_ = now_ + 100ms;
    return any;
  }

  Estimate estimate_;
  std::function<Nanos(int)> takes_;
  int cases_, next_ = 0;
  Instant now_;
  std::vector<Instant> ends_;
  std::vector<int> on_;
};

Estimate::Usual usual(int cases, const std::function<Nanos(int)>& takes) {
  Estimate::Usual out;
  for (int i = 0; i < cases; ++i) out[id_of(i)] = takes(i);
  return out;
}

/// Of 1, 2, … 10 s, in turn.
Nanos uneven(int number) {
  return std::chrono::seconds(1 + number % 10);
}

double share(Nanos part, Nanos whole) {
  return std::chrono::duration<double>(part) / std::chrono::duration<double>(whole);
}

TEST(AnEstimate, SaysNothingBeforeAnythingIsPlanned) {
  EXPECT_FALSE(Estimate().left(Instant(0)));
  EXPECT_FALSE(Estimate({{"A.A", 1s}}).left(Instant(0)));
}

TEST(AnEstimateFromAHistory, KnowsAtOnceHowLongItTakes) {
  for (const int devices : {1, 3, 8}) {
    MadeUpRun run(Estimate(usual(200, uneven)), 200, devices, uneven);
    const auto said = run.left_after(0s);
    ASSERT_TRUE(said);
    EXPECT_NEAR(share(*said, run.rest()), 1, 0.05) << devices;
  }
}

TEST(AnEstimateFromAHistory, IsRightInTheMiddleAndAtTheEnd) {
  for (const auto after : {100s, 200s, 300s, 360s}) {
    MadeUpRun run(Estimate(usual(200, uneven)), 200, 3, uneven);
    const auto said = run.left_after(after);
    ASSERT_TRUE(said);
    EXPECT_NEAR(std::chrono::duration<double>(*said - run.rest()).count(), 0, 5) << after.count();
  }
}

TEST(AnEstimateFromAHistory, LearnsThatThisRunIsSlower) {
  MadeUpRun run(Estimate(usual(200, uneven)), 200, 2, [](int number) { return 3 * uneven(number); });
  const auto said = run.left_after(300s);
  ASSERT_TRUE(said);
  EXPECT_NEAR(share(*said, run.rest()), 1, 0.05);
}

TEST(AnEstimateFromAHistory, TakesCasesThatItDoesNotKnowForMiddlingOnes) {
  MadeUpRun run(Estimate(usual(100, uneven)), 200, 1, uneven);
  const auto said = run.left_after(0s);
  ASSERT_TRUE(said);
  EXPECT_NEAR(share(*said, run.rest()), 1, 0.05);
}

TEST(AnEstimateFromAHistory, IsNoShorterThanTheLongestCase) {
  Estimate estimate({{"A.Long", 60s}, {"A.Short", 1s}});
  estimate.planned("A.Long");
  estimate.planned("A.Short");
  for (const char* device : {"dut0", "dut1", "dut2"}) estimate.device(device);
  EXPECT_EQ(estimate.left(Instant(0)), 60s);
  estimate.begin("A.Long", "dut0", Instant(0));
  estimate.begin("A.Short", "dut1", Instant(0));
  EXPECT_EQ(estimate.left(Instant(0) + 20s), 40s);
  EXPECT_EQ(estimate.left(Instant(0) + 90s), 0s) << "it should have ended by now";
}

TEST(AnEstimateWithoutAHistory, SaysNothingUntilEnoughCasesHaveEnded) {
  Estimate estimate;
  estimate.planned("A.A", 10);
  for (std::size_t i = 0; i < Estimate::kEnough; ++i) {
    const auto at = Instant(0) + i * 2s;
    estimate.begin("A.A", "dut0", at);
    EXPECT_FALSE(estimate.left(at)) << i;
    estimate.end("A.A", "dut0", at + 2s);
  }
  EXPECT_EQ(estimate.left(Instant(0) + 10s), 10s);
}

TEST(AnEstimateWithoutAHistory, GoesByTheMeanAndTheDevicesThatRun) {
  for (const int devices : {1, 4}) {
    MadeUpRun run(Estimate(), 400, devices, uneven);
    const auto said = run.left_after(200s);
    ASSERT_TRUE(said);
    EXPECT_NEAR(share(*said, run.rest()), 1, 0.1) << devices;
  }
}

TEST(AnEstimate, CountsWhatPassesBetweenTwoCases) {
  MadeUpRun run(Estimate(usual(100, uneven)), 100, 2, uneven);
  run.between_cases = 5s;
  const auto said = run.left_after(100s);
  ASSERT_TRUE(said);
  EXPECT_NEAR(share(*said, run.rest()), 1, 0.1);
}

TEST(AnEstimate, LeavesOutWhatIsSetAside) {
  Estimate estimate({{"A.A", 2s}, {"A.B", 3s}});
  estimate.planned("A.A", 3);
  estimate.planned("A.B", 2);
  EXPECT_EQ(estimate.left(Instant(0)), 12s);
  estimate.set_aside("A.A");
  EXPECT_EQ(estimate.left(Instant(0)), 10s);
  estimate.set_aside("A.B", true);
  EXPECT_EQ(estimate.left(Instant(0)), 4s);
  estimate.set_aside("A.B");
  estimate.set_aside("A.Nobody");
  EXPECT_EQ(estimate.left(Instant(0)), 4s);
}

TEST(AnEstimate, CountsNoDeviceThatIsLost) {
  Estimate estimate({{"A.A", 10s}});
  estimate.planned("A.A", 4);
  estimate.device("dut0");
  estimate.device("dut1");
  EXPECT_EQ(estimate.left(Instant(0)), 20s);
  estimate.lost("dut1");
  EXPECT_EQ(estimate.left(Instant(0)), 40s);
  estimate.device("dut1");
  EXPECT_EQ(estimate.left(Instant(0)), 20s);
}

TEST(AnEstimate, TakesAnAttemptThatIsMadeAgainForTheSame) {
  Estimate estimate({{"A.A", 10s}});
  estimate.planned("A.A", 2);
  estimate.begin("A.A", "dut0", Instant(0));
  estimate.begin("A.A", "dut0", Instant(0) + 4s);
  EXPECT_EQ(estimate.left(Instant(0) + 4s), 20s);
}

TEST(AnEstimate, ReadsTheEventsOfARun) {
  Estimate estimate({{"A.A", 10s}, {"A.B", 30s}, {"A.C", 100s}, {"A.D", 1000s}});
  record::Script script;
  script.run({{"A.A", {}}, {"A.B", {}}, {"A.C", {}}, {"A.D", {}}});
  script.put("case.inapplicable", {{"case", "A.D"}, {"reason", "so"}});
  script.put("device", {{"device", "dut0"}}).begin("A.A", {}).end("A.A").begin("A.B", {});
  script.put("case.inapplicable", {{"case", "A.B"}, {"device", "dut0"}, {"reason", "so"}});
  script.blocked("A.C", "the port is gone");
  for (const auto& event : script.events()) {
    EXPECT_TRUE(Estimate::heeds(event.type)) << event.type;
    estimate.take(event);
  }
  EXPECT_EQ(estimate.left(Instant(6'000'000)), 30s) << "A.B still runs";
}

TEST(AnEstimate, LosesNoOtherAttemptsToOneThatTurnsOutNotApplicable) {
  Estimate estimate({{"A.A", 10s}});
  record::Script script;
  script.run({{"A.A", {}}, {"A.A", {}}, {"A.A", {}}}).begin("A.A", {});
  script.put("case.inapplicable", {{"case", "A.A"}, {"device", "dut0"}, {"reason", "so"}});
  for (const auto& event : script.events()) estimate.take(event);
  EXPECT_EQ(estimate.left(script.events().back().at), 30s - 1ms);
}

TEST(AnEstimate, SurvivesEventsThatSayNothing) {
  Estimate estimate;
  for (const char* type :
       {"run.begin", "device", "case.begin", "case.end", "case.blocked", "case.inapplicable", "fault"})
    for (const auto& fields :
         {nlohmann::json::object(), nlohmann::json{{"case", 1}, {"plan", 5}, {"device", {}}}})
      EXPECT_NO_THROW(estimate.take({Instant(1), type, fields})) << type;
}

TEST(AnEstimate, IsNotPutOffByClocksThatGoBackwards) {
  Estimate estimate({{"A.A", 10s}});
  estimate.planned("A.A", 2);
  estimate.begin("A.A", "dut0", Instant(0) + 5s);
  EXPECT_EQ(estimate.left(Instant(0)), 20s);
  estimate.end("A.A", "dut0", Instant(0));
  EXPECT_EQ(estimate.left(Instant(0)), 10s);
}

TEST(Roughly, IsNoMoreExactThanAnEstimateIs) {
  EXPECT_EQ(roughly(0s), "a few seconds");
  EXPECT_EQ(roughly(12s), "about 15 s");
  EXPECT_EQ(roughly(55s), "about 1 min");
  EXPECT_EQ(roughly(250s), "about 4 min");
  EXPECT_EQ(roughly(3590s), "about 1 h 0 min");
  EXPECT_EQ(roughly(80min), "about 1 h 20 min");
  EXPECT_EQ(roughly(20h), "about 20 h");
}

}  // namespace
}  // namespace attest::reports

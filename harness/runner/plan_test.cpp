#include "harness/runner/plan.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attest::runner {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<CaseEntry> kAll{{"Get.Works", "HTTPCLIENT", {"HC-02", "HC-11"}, {"must"}, true},
                                  {"Get.IsFast", "HTTPCLIENT", {"HC-51"}, {"measure"}, false},
                                  {"Size.Works", "HTTPGETSIZE", {"GS-01"}, {"must"}, false}};

std::vector<std::string> ids(const Result<std::vector<CaseEntry>>& chosen) {
  std::vector<std::string> out;
  if (chosen)
    for (const auto& entry : *chosen) out.push_back(entry.id);
  return out;
}

TEST(Selection, TakesAllWithoutAWord) {
  EXPECT_EQ(ids(select(kAll, {})).size(), 3U);
}

TEST(Selection, FitsCaseSuiteRequirementCommandAndLevel) {
  EXPECT_THAT(ids(select(kAll, {{"Get.IsFast"}, {}, false})), ElementsAre("Get.IsFast"));
  EXPECT_THAT(ids(select(kAll, {{"Get"}, {}, false})), ElementsAre("Get.Works", "Get.IsFast"));
  EXPECT_THAT(ids(select(kAll, {{"HC-11"}, {}, false})), ElementsAre("Get.Works"));
  EXPECT_THAT(ids(select(kAll, {{"httpgetsize"}, {}, false})), ElementsAre("Size.Works"));
  EXPECT_THAT(ids(select(kAll, {{"level:measure"}, {}, false})), ElementsAre("Get.IsFast"));
  EXPECT_THAT(ids(select(kAll, {{"requirement:*-01"}, {}, false})), ElementsAre("Size.Works"));
}

TEST(Selection, TakesAwayWhatIsExcludedAndKeepsTheSmokeForQuick) {
  EXPECT_THAT(ids(select(kAll, {{}, {"HC-*"}, false})), ElementsAre("Size.Works"));
  EXPECT_THAT(ids(select(kAll, {{}, {}, true})), ElementsAre("Get.Works"));
  EXPECT_THAT(ids(select(kAll, {{"quick", "GS-01"}, {}, false})), ElementsAre("Get.Works", "Size.Works"));
}

TEST(Selection, OfNothingIsAUsageErrorThatGuesses) {
  const auto none = select(kAll, {{"HC-12"}, {}, false});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, Fault::usage);
  EXPECT_THAT(none.error().text(), HasSubstr("HC-1"));
  EXPECT_FALSE(select(kAll, {{"Size.Works"}, {}, true}));
}

std::vector<std::string> order_of(std::uint64_t seed) {
  std::vector<std::string> out;
  for (const auto& step : order(kAll, 2, true, seed))
    out.push_back(step.entry.id + std::to_string(step.attempt));
  return out;
}

TEST(Order, IsRepeatedByItsSeed) {
  EXPECT_EQ(order_of(5), order_of(5));
  EXPECT_EQ(order_of(5).size(), 6U);
  EXPECT_TRUE(order_of(1) != order_of(2) || order_of(1) != order_of(3));
}

TEST(Order, KeepsProvisioningTogether) {
  std::vector<CaseEntry> all;
  for (int i = 0; i < 20; ++i)
    all.push_back({fmt::format("Case.{}", i), i % 2 == 0 ? "CWSTARTSMART" : "OTA", {}, {}, false});
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    int changes = 0;
    std::string before;
    for (const auto& step : order(all, 2, true, seed)) {
      changes += step.entry.command != before ? 1 : 0;
      before = step.entry.command;
    }
    EXPECT_LE(changes, 3) << seed;
  }
}

TEST(Order, IsThatOfTheFilesWithoutShuffling) {
  const auto steps = order(kAll, 1, false, 0);
  EXPECT_EQ(steps.front().entry.id, "Get.Works");
  EXPECT_EQ(steps.back().entry.id, "Size.Works");
}

}  // namespace
}  // namespace attest::runner

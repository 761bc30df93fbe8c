#include "harness/measure/budget.hpp"

#include <gtest/gtest.h>

namespace attest::measure {
namespace {

TEST(Statistic, IsASampleThatWasSeen) {
  std::vector<double> samples;
  for (int i = 100; i > 0; --i) samples.push_back(i);
  EXPECT_EQ(statistic(samples, "p50"), 50);
  EXPECT_EQ(statistic(samples, "p95"), 95);
  EXPECT_EQ(statistic(samples, "p99"), 99);
  EXPECT_EQ(statistic(samples, "max"), 100);
  EXPECT_EQ(statistic(samples, "min"), 1);
  EXPECT_EQ(statistic(samples, "mean"), 50.5);
  EXPECT_EQ(statistic({7}, "p50"), 7);
  EXPECT_EQ(statistic({7}, "p99"), 7);
  EXPECT_EQ(statistic({1, 9}, "p50"), 1);
  EXPECT_EQ(statistic({}, "p50"), std::nullopt);
  EXPECT_EQ(statistic({7}, "p42"), std::nullopt);
}

TEST(Unit, IsTurnedIntoAnotherOfItsKind) {
  EXPECT_DOUBLE_EQ(in_unit(1500, "ms", "s").value(), 1.5);
  EXPECT_DOUBLE_EQ(in_unit(2, "s", "us").value(), 2e6);
  EXPECT_DOUBLE_EQ(in_unit(20, "B/s", "B/s").value(), 20);
  EXPECT_EQ(in_unit(20, "B/s", "ms"), std::nullopt);
  EXPECT_TRUE(is_time("us"));
  EXPECT_FALSE(is_time("%"));
}

TEST(Standing, KnowsNothingWithinTheUncertainty) {
  EXPECT_EQ(standing(49, 50, 1, true), Standing::kept);
  EXPECT_EQ(standing(49.5, 50, 1, true), Standing::too_close);
  EXPECT_EQ(standing(51, 50, 1, true), Standing::too_close);
  EXPECT_EQ(standing(51.5, 50, 1, true), Standing::broken);
  EXPECT_EQ(standing(101, 100, 1, false), Standing::kept);
  EXPECT_EQ(standing(100, 100, 1, false), Standing::too_close);
  EXPECT_EQ(standing(98, 100, 1, false), Standing::broken);
  EXPECT_EQ(standing(50, 50, 0, true), Standing::kept);
  EXPECT_EQ(standing(50.1, 50, 0, true), Standing::broken);
}

}  // namespace
}  // namespace attest::measure

#include "harness/measure/compare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/measure/compare_testing.hpp"
#include "harness/measure/u_distribution.hpp"

namespace attest::measure {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
using Samples = std::vector<double>;
using Kind = double (Device::*)();

std::vector<double> all_differences(const Samples& baseline, const Samples& candidate) {
  std::vector<double> all;
  for (const double b : baseline)
    for (const double c : candidate) all.push_back(c - b);
  std::sort(all.begin(), all.end());
  return all;
}

double median(const Samples& sorted) {
  return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
}

// Five against five: 252 orders, all as likely. U = 0 and U = 1 come about in one way each, U = 2 in two, U =
// 3 in three, U = 4 in five.
TEST(UDistribution, IsExactForFewSamples) {
  const UDistribution u(5, 5, {});
  EXPECT_DOUBLE_EQ(u.at_most(0), 1 / 252.0);
  EXPECT_DOUBLE_EQ(u.at_most(1), 2 / 252.0);
  EXPECT_DOUBLE_EQ(u.at_most(2), 4 / 252.0);
  EXPECT_DOUBLE_EQ(u.at_most(3), 7 / 252.0);
  EXPECT_DOUBLE_EQ(u.at_most(4), 12 / 252.0);
  EXPECT_DOUBLE_EQ(u.at_most(12), 0.5);
  EXPECT_DOUBLE_EQ(u.at_most(25), 1);
  EXPECT_DOUBLE_EQ(u.at_most(-1), 0);
}

// The tables of critical values (two-sided, 5 %: U is significant if it is this or less).
TEST(UDistribution, GivesTheTabulatedCriticalValues) {
  const auto critical = [](std::size_t n, std::size_t m) { return UDistribution(n, m, {}).cut(0.05) - 1; };
  EXPECT_EQ(critical(5, 5), 2);
  EXPECT_EQ(critical(5, 8), 6);
  EXPECT_EQ(critical(10, 10), 23);
  EXPECT_EQ(critical(10, 20), 55);
  EXPECT_EQ(critical(20, 20), 127);
}

TEST(UDistribution, IsContinuedByTheNormalOne) {
  const UDistribution exact(20, 20, {}), normal(20, 20, {.sum = 1e-9});
  for (int u = 0; u <= 400; ++u) EXPECT_NEAR(exact.at_most(u), normal.at_most(u), 0.0025) << u;
  for (int u = 0; u <= 140; ++u) EXPECT_NEAR(exact.at_most(u), normal.at_most(u), 0.0007) << u;
}

TEST(UDistribution, OfTiesAloneKnowsOnlyTheMiddle) {
  const UDistribution u(5, 5, {.sum = 10 * 10 * 10 - 10});
  EXPECT_EQ(u.two_sided(12.5), 1);
  EXPECT_EQ(u.at_most(12), 1);
  EXPECT_EQ(u.at_most(11), 0);
}

// All 25 differences are 10 + (-4 .. 4), 4 - |d| + 1 of each: the third smallest is -3 + 10, the median 10.
TEST(Compare, OfTwoRowsThatDoNotOverlapIsWorkedByHand) {
  const auto found = compare(Samples{1, 2, 3, 4, 5}, Samples{11, 12, 13, 14, 15});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->baseline_count, 5U);
  EXPECT_EQ(found->candidate_count, 5U);
  EXPECT_EQ(found->shift, 10);
  EXPECT_EQ(found->interval.low, 7);
  EXPECT_EQ(found->interval.high, 13);
  EXPECT_DOUBLE_EQ(found->p, 2 / 252.0);
  EXPECT_EQ(found->p_adjusted, found->p);
  EXPECT_NEAR(found->smallest_visible, 3 * (1.959964 + 0.841621) / 1.959964, 1e-6);
}

// Hollander and Wolfe 1973, p. 69, permeability of the chorioamnion at term and at 12 to 26 weeks, the
// example of R's wilcox.test too: W = 35, p = 0.1272 on one side, estimate 0.305. Five against ten is
// significant at 8 or less, so the interval goes from the 9th of the 50 differences to the 42nd.
TEST(Compare, GivesThePublishedValuesOfAKnownExample) {
  const Samples at_term{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
  const Samples early{1.15, 0.88, 0.90, 0.74, 1.21};
  const auto found = compare(early, at_term);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->p, 2 * 0.1272, 0.0001);
  EXPECT_NEAR(found->shift, 0.305, 1e-9);
  const auto all = all_differences(early, at_term);
  EXPECT_DOUBLE_EQ(found->interval.low, all[8]);
  EXPECT_DOUBLE_EQ(found->interval.high, all[41]);
}

TEST(Compare, CorrectsForTiesAndContinuity) {
  // candidate greater: 2 > 1 (3 x 2 pairs), 3 > 1 (2 x 2), 3 > 2 (2 x 3); equal: 2 = 2 (3 x 3). U = 16 + 4.5.
  // Ties: 1 twice, 2 six times, 3 twice: 6 + 210 + 6 = 222; N = 10.
  // U goes by steps of (2 + 6) / 2 = 4. sigma^2 = 25 / 12 (11 - 222 / 90) = 17.7778.
  // z = (20.5 - 12.5 - 2) / 4.21637.
  const auto found = compare(Samples{1, 1, 2, 2, 2}, Samples{2, 2, 2, 3, 3});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->p, std::erfc(6 / std::sqrt(160.0 / 9) / std::sqrt(2.0)), 1e-12);
  EXPECT_EQ(found->shift, 1);
}

TEST(Compare, OfTheSameSamplesSeesNothing) {
  const auto found = compare(Samples{4, 1, 5, 2, 3}, Samples{5, 4, 3, 2, 1});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->shift, 0);
  EXPECT_EQ(found->p, 1);
  EXPECT_LT(found->interval.low, 0);
  EXPECT_GT(found->interval.high, 0);
}

TEST(Compare, OfEqualSamplesHasNoSpread) {
  const auto found = compare(Samples(7, 5.0), Samples(9, 5.0));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->shift, 0);
  EXPECT_FALSE(std::signbit(found->shift));
  EXPECT_EQ(found->interval.low, 0);
  EXPECT_EQ(found->interval.high, 0);
  EXPECT_EQ(found->p, 1);
  EXPECT_EQ(found->smallest_visible, 0);
}

TEST(Compare, OfTwoConstantsIsTheirDifference) {
  const auto found = compare(Samples(7, 5.0), Samples(9, 7.0));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->shift, 2);
  EXPECT_EQ(found->interval.low, 2);
  EXPECT_EQ(found->interval.high, 2);
  EXPECT_LT(found->p, 0.01);
}

TEST(Compare, SaysNothingOfTooFewSamplesOrOfWhatIsNoNumber) {
  const Samples enough{1, 2, 3, 4, 5};
  EXPECT_FALSE(compare(enough, Samples{1}));
  EXPECT_FALSE(compare(Samples{1, 2, 3, 4}, enough));
  EXPECT_FALSE(compare({}, enough));
  EXPECT_FALSE(compare(enough, Samples{1, 2, 3, 4, std::nan("")}));
  EXPECT_FALSE(compare(Samples{1, 2, 3, 4, kInfinite}, enough));
}

TEST(Compare, HasNoBoundsWhereTheConfidenceCannotBeHad) {
  const auto found = compare(Samples{1, 2, 3, 4, 5}, Samples{11, 12, 13, 14, 15}, 0.999);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->interval.low, -kInfinite);
  EXPECT_EQ(found->interval.high, kInfinite);
  EXPECT_EQ(found->smallest_visible, kInfinite);
  EXPECT_EQ(found->shift, 10);
}

TEST(Compare, IsTheSameSeenFromTheOtherSide) {
  Device device(11);
  const auto a = device.take(60, &Device::latency), b = device.take(45, &Device::latency, 0.5);
  const auto there = compare(a, b), back = compare(b, a);
  EXPECT_DOUBLE_EQ(there->shift, -back->shift);
  EXPECT_DOUBLE_EQ(there->p, back->p);
  EXPECT_DOUBLE_EQ(there->interval.low, -back->interval.high);
  EXPECT_DOUBLE_EQ(there->interval.high, -back->interval.low);
}

TEST(Compare, FindsTheDifferenceThatATableOfAllWouldHave) {
  Device device(12);
  for (const auto kind : {&Device::latency, &Device::coarse, &Device::normal})
    for (std::size_t n = 5; n < 40; n += 7) {
      const auto a = device.take(n, kind), b = device.take(2 * n + 1, kind, -0.25);
      EXPECT_DOUBLE_EQ(compare(a, b)->shift, median(all_differences(a, b))) << n;
    }
}

TEST(Compare, OfHundredThousandsNeedsNoTableOfAll) {
  Device device(13);
  const auto a = device.take(100'000, &Device::latency), b = device.take(100'000, &Device::latency, 0.05);
  const auto found = compare(a, b);
  EXPECT_NEAR(found->shift, 0.05, 0.02);
  EXPECT_LT(found->p, 1e-6);
}

class Alike : public testing::TestWithParam<std::tuple<Kind, std::size_t, std::size_t>> {};

/// The promise of p, of the interval, and that the two never contradict each other.
TEST_P(Alike, AreToldApartNoMoreOftenThanPromised) {
  constexpr int kTimes = 2000;
  const auto [kind, n, m] = GetParam();
  Device device(14);
  int alarms = 0, missed = 0;
  for (int i = 0; i < kTimes; ++i) {
    const auto found = compare(device.take(n, kind), device.take(m, kind)).value();
    const bool outside = found.interval.low > 0 || found.interval.high < 0;
    alarms += found.p < 0.05 ? 1 : 0;
    missed += outside ? 1 : 0;
    if (outside) {
      ASSERT_LT(found.p, 0.05);
      ASSERT_GT(found.shift * (found.interval.low > 0 ? 1 : -1), 0);
    }
    ASSERT_LE(found.interval.low, found.shift);
    ASSERT_GE(found.interval.high, found.shift);
  }
  EXPECT_LE(alarms, most_by_chance(kTimes, 0.05));
  EXPECT_LE(missed, most_by_chance(kTimes, 0.05));
}

INSTANTIATE_TEST_SUITE_P(Compare, Alike,
                         testing::Combine(testing::Values(&Device::latency, &Device::stepped, &Device::coarse,
                                                          &Device::either),
                                          testing::Values(5U, 20U, 200U), testing::Values(7U, 100U)));

/// Coverage, where the device has become slower.
TEST(Compare, HoldsTheTrueShiftAsOftenAsPromised) {
  constexpr int kTimes = 2000;
  Device device(15);
  int missed = 0;
  for (int i = 0; i < kTimes; ++i) {
    const auto found =
        compare(device.take(60, &Device::latency), device.take(60, &Device::latency, 2)).value();
    missed += found.interval.low > 2 || found.interval.high < 2 ? 1 : 0;
  }
  EXPECT_LE(missed, most_by_chance(kTimes, 0.05));
}

TEST(Compare, WithoutTiesPAndIntervalSayTheSame) {
  Device device(16);
  for (int i = 0; i < 500; ++i) {
    const auto found =
        compare(device.take(30, &Device::latency), device.take(25, &Device::latency, 0.6)).value();
    EXPECT_EQ(found.p<0.05, found.interval.low> 0 || found.interval.high < 0);
  }
}

TEST(Compare, FindsTwoMillisecondsAtTwoHundredSamples) {
  Device device(17);
  for (int i = 0; i < 200; ++i) {
    const auto found =
        compare(device.take(200, &Device::latency), device.take(200, &Device::latency, 2)).value();
    ASSERT_LT(found.p, 1e-6);
    ASSERT_GT(found.interval.low, 1);
    ASSERT_LT(found.smallest_visible, 1);
  }
}

/// The power is 80 % where the estimate is right; it is an estimate, so a tenth either way is allowed for.
TEST(Compare, FindsTheSmallestVisibleShiftInFourOfFiveTimes) {
  constexpr int kTimes = 2000;
  Device device(18);
  for (const std::size_t n : {20U, 60U, 200U}) {
    double visible = 0;
    for (int i = 0; i < 100; ++i)
      visible +=
          compare(device.take(n, &Device::latency), device.take(n, &Device::latency))->smallest_visible;
    visible /= 100;
    int seen = 0;
    for (int i = 0; i < kTimes; ++i)
      if (compare(device.take(n, &Device::latency), device.take(n, &Device::latency, visible))->p < 0.05)
        ++seen;
    EXPECT_LE(seen, most_by_chance(kTimes, 0.9)) << n;
    EXPECT_LE(kTimes - seen, most_by_chance(kTimes, 0.3)) << n;
  }
}

/// Of a clock of whole milliseconds less than one is never promised, and one is seen.
TEST(Compare, PromisesNoLessThanAStepOfTheMeasurement) {
  constexpr int kTimes = 500;
  Device device(21);
  int seen = 0;
  for (int i = 0; i < kTimes; ++i) {
    ASSERT_GE(compare(device.take(200, &Device::coarse), device.take(200, &Device::coarse))->smallest_visible,
              1);
    seen +=
        compare(device.take(200, &Device::coarse), device.take(200, &Device::coarse, 1))->p < 0.05 ? 1 : 0;
  }
  EXPECT_GE(seen, kTimes * 4 / 5);
}

// By hand: 0.01 x 4, 0.02 x 3, 0.03 x 2 = 0.06 too, and 0.6 x 1.
TEST(Holm, StepsDownAndNeverBack) {
  std::vector<Comparison> all(4);
  all[0].p = 0.03;
  all[1].p = 0.01;
  all[2].p = 0.60;
  all[3].p = 0.02;
  holm(all);
  EXPECT_DOUBLE_EQ(all[1].p_adjusted, 0.04);
  EXPECT_DOUBLE_EQ(all[3].p_adjusted, 0.06);
  EXPECT_DOUBLE_EQ(all[0].p_adjusted, 0.06);
  EXPECT_DOUBLE_EQ(all[2].p_adjusted, 0.60);
}

TEST(Holm, IsNeverBelowTheOneBeforeAndNeverAboveOne) {
  std::vector<Comparison> all(3);
  all[0].p = 0.030;
  all[1].p = 0.020;
  all[2].p = 0.9;
  holm(all);
  EXPECT_DOUBLE_EQ(all[1].p_adjusted, 0.06);
  EXPECT_DOUBLE_EQ(all[0].p_adjusted, 0.06);
  EXPECT_DOUBLE_EQ(all[2].p_adjusted, 0.9);
  for (auto& one : all) one.p = 0.7;
  holm(all);
  EXPECT_EQ(all[0].p_adjusted, 1);
}

TEST(Holm, OfOneOrNoneChangesNothing) {
  std::vector<Comparison> none, one(1);
  holm(none);
  one[0].p = 0.04;
  holm(one);
  EXPECT_EQ(one[0].p_adjusted, 0.04);
}

/// Fifty comparisons are a decision. Each by itself keeps its own promise, so that nearly every decision
/// would have one that cries wolf.
TEST(Holm, KeepsFiftyComparisonsOfADeviceWithItselfQuiet) {
  constexpr int kTimes = 200, kEach = 50;
  Device device(19);
  for (const auto kind : {&Device::latency, &Device::stepped}) {
    int alone = 0, uncorrected = 0, decisions = 0;
    for (int i = 0; i < kTimes; ++i) {
      std::vector<Comparison> all;
      for (int k = 0; k < kEach; ++k) all.push_back(*compare(device.take(40, kind), device.take(40, kind)));
      holm(all);
      const auto cries = std::count_if(all.begin(), all.end(), [](const auto& one) { return one.p < 0.05; });
      alone += static_cast<int>(cries);
      uncorrected += cries > 0 ? 1 : 0;
      decisions += std::any_of(all.begin(), all.end(), [](const auto& one) { return one.p_adjusted < 0.05; });
    }
    EXPECT_LE(alone, most_by_chance(kTimes * kEach, 0.05));
    EXPECT_LE(decisions, most_by_chance(kTimes, 0.05));
    EXPECT_GT(uncorrected, kTimes * 3 / 4);
  }
}

Samples one_to(int n) {
  Samples all;
  for (int i = n; i > 0; --i) all.push_back(i);
  return all;
}

// Published (for instance Conover, Practical Nonparametric Statistics): for the median of 10 the ranks 2 and
// 9 (97.9 %), of 20 the ranks 6 and 15 (95.9 %), of 100 the ranks 40 and 61 (96.5 %).
TEST(QuantileInterval, OfTheMedianHasThePublishedRanks) {
  EXPECT_EQ(quantile_interval(one_to(10), 0.5)->low, 2);
  EXPECT_EQ(quantile_interval(one_to(10), 0.5)->high, 9);
  EXPECT_EQ(quantile_interval(one_to(20), 0.5)->low, 6);
  EXPECT_EQ(quantile_interval(one_to(20), 0.5)->high, 15);
  EXPECT_EQ(quantile_interval(one_to(100), 0.5)->low, 40);
  EXPECT_EQ(quantile_interval(one_to(100), 0.5)->high, 61);
}

// 1 - 0.99^n reaches 0.95 at 299; 1 - 2 / 2^n reaches it at 6.
TEST(QuantileInterval, IsNothingWhereSoFewSamplesCannotGiveOne) {
  EXPECT_FALSE(quantile_interval(one_to(298), 0.99));
  ASSERT_TRUE(quantile_interval(one_to(299), 0.99));
  EXPECT_EQ(quantile_interval(one_to(299), 0.99)->high, 299);
  EXPECT_EQ(quantile_interval(one_to(299), 0.01)->low, 1);
  EXPECT_FALSE(quantile_interval(one_to(5), 0.5));
  EXPECT_TRUE(quantile_interval(one_to(6), 0.5));
  EXPECT_FALSE(quantile_interval(Samples{1}, 0.5));
  EXPECT_FALSE(quantile_interval({}, 0.5));
  auto torn = one_to(20);
  torn[3] = std::nan("");
  EXPECT_FALSE(quantile_interval(torn, 0.5));
}

TEST(QuantileInterval, HoldsTheTrueQuantileAsOftenAsPromised) {
  constexpr int kTimes = 2000;
  Device device(20);
  for (const double q : {0.5, 0.95, 0.99}) {
    int missed = 0;
    for (int i = 0; i < kTimes; ++i) {
      const auto found = quantile_interval(device.take(400, &Device::uniform), q).value();
      missed += found.low > q || found.high < q ? 1 : 0;
    }
    EXPECT_LE(missed, most_by_chance(kTimes, 0.05)) << q;
  }
}

// By hand: of none in n the upper end is 1 - 0.025^(1/n). Published: 1 of 10 is 0.0025 .. 0.4450, 5 of 10 is
// 0.1871 .. 0.8129 (Clopper and Pearson 1934).
TEST(RateInterval, GivesThePublishedValues) {
  EXPECT_EQ(rate_interval(0, 20).low, 0);
  EXPECT_NEAR(rate_interval(0, 20).high, 1 - std::pow(0.025, 1 / 20.0), 1e-12);
  EXPECT_NEAR(rate_interval(20, 20).low, std::pow(0.025, 1 / 20.0), 1e-12);
  EXPECT_EQ(rate_interval(20, 20).high, 1);
  EXPECT_NEAR(rate_interval(1, 10).low, 0.0025, 0.00005);
  EXPECT_NEAR(rate_interval(1, 10).high, 0.4450, 0.00005);
  EXPECT_NEAR(rate_interval(5, 10).low, 0.1871, 0.00005);
  EXPECT_NEAR(rate_interval(5, 10).high, 0.8129, 0.00005);
}

TEST(RateInterval, OfNoTriesIsEverythingAndOfTooManyHitsAllOfThem) {
  EXPECT_EQ(rate_interval(0, 0).low, 0);
  EXPECT_EQ(rate_interval(0, 0).high, 1);
  EXPECT_EQ(rate_interval(7, 5).high, 1);
  EXPECT_EQ(rate_interval(7, 5).low, rate_interval(5, 5).low);
}

}  // namespace
}  // namespace attest::measure

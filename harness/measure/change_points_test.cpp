#include "harness/measure/change_points.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "harness/measure/compare_testing.hpp"

namespace attest::measure {
namespace {

using Samples = std::vector<double>;
using Kind = double (Device::*)();

std::vector<std::size_t> indices(const std::vector<ChangePoint>& changes) {
  std::vector<std::size_t> out;
  for (const auto& one : changes) out.push_back(one.index);
  return out;
}

/// Levels one after the other: so many values, each so much later than the device's own.
Samples levels(Device& device, const std::vector<std::pair<std::size_t, double>>& parts,
               Kind kind = &Device::latency) {
  Samples out;
  for (const auto& [count, later] : parts) {
    const auto some = device.take(count, kind, later);
    out.insert(out.end(), some.begin(), some.end());
  }
  return out;
}

TEST(ChangePoints, AreWhereTheNewLevelBegins) {
  const auto found = change_points(Samples{5, 6, 5.5, 5.2, 5.8, 5.1, 9, 9.5, 9.2, 9.8, 9.1, 9.4});
  ASSERT_EQ(indices(found), std::vector<std::size_t>{6});
  EXPECT_DOUBLE_EQ(found[0].before, (5.2 + 5.5) / 2);
  EXPECT_DOUBLE_EQ(found[0].after, (9.2 + 9.4) / 2);
  EXPECT_NEAR(found[0].p, 3 * 2 / 924.0, 1e-12) << "6 of 12 are chosen in 924 ways; three splits were tried";
}

TEST(ChangePoints, AreAllFoundInTheirOrder) {
  Device device(3);
  const auto found = change_points(levels(device, {{40, 0}, {30, 8}, {50, 0}, {40, 15}}));
  ASSERT_EQ(found.size(), 3U);
  const std::size_t where[] = {40, 70, 120};
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(static_cast<double>(found[i].index), static_cast<double>(where[i]), 4);
  EXPECT_LT(found[0].before, found[0].after);
  EXPECT_GT(found[1].before, found[1].after);
  EXPECT_EQ(found[0].after, found[1].before);
}

TEST(ChangePoints, DoNotDependOnTheUnitNorOnAnyOtherScale) {
  Device device(5);
  auto series = levels(device, {{30, 0}, {30, 6}});
  const auto found = indices(change_points(series));
  for (auto& one : series) one = 1000 * std::exp(one / 10);
  EXPECT_EQ(indices(change_points(series)), found);
}

TEST(ChangePoints, LookTheSameBackwards) {
  Device device(8);
  auto series = levels(device, {{30, 0}, {25, 9}, {45, 1}});
  auto forwards = indices(change_points(series));
  std::reverse(series.begin(), series.end());
  auto backwards = indices(change_points(series));
  for (auto& one : backwards) one = series.size() - one;
  std::reverse(backwards.begin(), backwards.end());
  EXPECT_EQ(forwards, backwards);
  EXPECT_EQ(forwards.size(), 2U);
}

TEST(ChangePoints, NeedTwoLevelsOfTheSmallestSize) {
  const Samples nine{1, 1.1, 1.2, 1.3, 9, 9.1, 9.2, 9.3, 9.4};
  EXPECT_TRUE(change_points(nine).empty());
  EXPECT_TRUE(change_points({}).empty());
  EXPECT_TRUE(change_points(Samples{1}).empty());
  EXPECT_EQ(indices(change_points(nine, {.level = 0.1, .smallest = 4})), std::vector<std::size_t>{4});
  EXPECT_TRUE(change_points(Samples{1, 2}, {.level = 1, .smallest = 0}).empty()) << "at least two a level";
}

TEST(ChangePoints, KeepTheirDistanceAndAreNoneForOneOutlier) {
  Samples series(60, 5);
  Device device(1);
  for (auto& one : series) one += device.uniform();
  series[30] = 500;
  EXPECT_TRUE(change_points(series).empty());
  for (std::size_t i = 57; i < 60; ++i) series[i] = 100;
  for (const auto& one : change_points(series)) EXPECT_LE(one.index, 55U);
}

TEST(ChangePoints, AreNoneOfAConstantSeries) {
  EXPECT_TRUE(change_points(Samples(200, 7.5)).empty());
}

TEST(ChangePoints, AreFoundAmongTiesAndNameTwoLevels) {
  Samples steps(50, 3);
  std::fill(steps.begin() + 20, steps.end(), 4);
  const auto found = change_points(steps);
  ASSERT_EQ(indices(found), std::vector<std::size_t>{20});
  EXPECT_EQ(found[0].before, 3);
  EXPECT_EQ(found[0].after, 4);
}

// The test is that of compare(): exact for few, and corrected for ties.
TEST(ChangePoints, HaveThePOfAComparisonTimesTheSplits) {
  const Samples few{1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16}, tied{1, 1, 2, 1, 1, 1, 2, 3, 3, 3, 2, 3, 3, 3};
  for (const auto& series : {few, tied}) {
    const auto found = change_points(series, {.level = 0.2});
    ASSERT_EQ(found.size(), 1U);
    const auto at = series.begin() + static_cast<std::ptrdiff_t>(found[0].index);
    const auto splits = static_cast<double>(series.size() - 2 * kFewest + 1);
    EXPECT_DOUBLE_EQ(found[0].p, splits * compare(Samples(series.begin(), at), Samples(at, series.end()))->p);
  }
}

// Of the values 1 and 9 there come more 9s, and still the median is 1: that is no other level.
TEST(ChangePoints, AreNoneWhereTheMedianStays) {
  Samples series;
  for (int i = 0; i < 200; ++i) series.push_back(i >= 100 && i % 5 < 2 ? 9 : 1);
  EXPECT_LT(
      compare(Samples(series.begin(), series.begin() + 100), Samples(series.begin() + 100, series.end()))->p,
      1e-9);
  EXPECT_TRUE(change_points(series).empty());
}

TEST(ChangePoints, AreNoneWhereAValueIsNoNumber) {
  Samples series(10, 1);
  series.resize(20, 2);
  EXPECT_EQ(change_points(series).size(), 1U);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    series[15] = bad;
    EXPECT_TRUE(change_points(series).empty());
  }
}

/// Of so many series without a change, those in which one is found.
int alarms(int series, std::size_t length, Kind kind, double level) {
  int out = 0;
  for (int i = 0; i < series; ++i) {
    Device device(static_cast<std::uint64_t>(1000 + i));
    out += change_points(device.take(length, kind), {.level = level}).empty() ? 0 : 1;
  }
  return out;
}

TEST(ChangePoints, CryWolfNoMoreOftenThanPromised) {
  constexpr int kSeries = 2000;
  for (const double level : {0.05, 0.01})
    for (const Kind kind : {&Device::latency, &Device::coarse, &Device::stepped, &Device::either})
      for (const std::size_t length : {10, 24, 60, 200})
        EXPECT_LE(alarms(kSeries, length, kind, level), most_by_chance(kSeries, level))
            << level << ' ' << length;
}

// Two levels far apart are always found; a third would be one too many.
TEST(ChangePoints, CryWolfNoMoreOftenBesideAChange) {
  constexpr int kSeries = 2000;
  constexpr double kLevel = 0.05;
  int more = 0;
  for (int i = 0; i < kSeries; ++i) {
    Device device(static_cast<std::uint64_t>(i));
    const auto found = change_points(levels(device, {{50, 0}, {50, 100}}), {.level = kLevel});
    ASSERT_FALSE(found.empty());
    more += found.size() > 1 ? 1 : 0;
  }
  EXPECT_LE(more, most_by_chance(kSeries, kLevel));
}

TEST(ChangePoints, FindAShiftOfTheSizeOfTheSpread) {
  int found = 0;
  for (int i = 0; i < 200; ++i) {
    Device device(static_cast<std::uint64_t>(i));
    const auto changes = change_points(levels(device, {{30, 0}, {30, 2}}));
    found += std::any_of(changes.begin(), changes.end(),
                         [](const auto& one) { return one.index >= 25 && one.index <= 35; });
  }
  EXPECT_GE(found, 160);
}

// A staircase: each cut takes one step off, and each part is sorted again.
TEST(ChangePoints, OfTenThousandValuesAreFoundWithoutAnyTrouble) {
  constexpr std::size_t kSteps = 100, kSize = 100;
  Device device(2);
  Samples series;
  for (std::size_t step = 0; step < kSteps; ++step) {
    const auto some = device.take(kSize, &Device::latency, 100.0 * static_cast<double>(step * step));
    series.insert(series.end(), some.begin(), some.end());
  }
  const auto found = indices(change_points(series));
  for (std::size_t step = 1; step < kSteps; ++step)
    EXPECT_TRUE(std::binary_search(found.begin(), found.end(), step * kSize)) << step;
}

}  // namespace
}  // namespace attest::measure

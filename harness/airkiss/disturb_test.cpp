#include "harness/airkiss/disturb.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace attest::airkiss {
namespace {

const std::vector<std::uint16_t> kLengths(1000, 7);

std::size_t foreign_in(const std::vector<Packet>& packets) {
  return static_cast<std::size_t>(
      std::count_if(packets.begin(), packets.end(), [](const Packet& one) { return one.foreign; }));
}

TEST(Disturbance, OfNothingChangesNothing) {
  const auto packets = disturbed({1, 2, 3}, {}, 0);
  EXPECT_THAT(packets, testing::ElementsAre(Packet{1, false}, Packet{2, false}, Packet{3, false}));
}

TEST(Disturbance, LosesRepeatsAndAddsTheShareThatWasAskedFor) {
  EXPECT_NEAR(static_cast<double>(disturbed(kLengths, {.loss = 0.2, .seed = 1}, 0).size()), 800, 60);
  EXPECT_NEAR(static_cast<double>(disturbed(kLengths, {.repeat = 0.2, .seed = 1}, 0).size()), 1200, 60);
  const auto mixed = disturbed(kLengths, {.foreign = 0.2, .seed = 1}, 0);
  EXPECT_NEAR(static_cast<double>(foreign_in(mixed)), 200, 60);
  EXPECT_EQ(mixed.size() - foreign_in(mixed), kLengths.size());
}

TEST(Disturbance, IsTheSameForASeedAndAnotherInTheNextRound) {
  const Disturbance some{.loss = 0.1, .repeat = 0.1, .foreign = 0.1, .seed = 42};
  EXPECT_EQ(disturbed(kLengths, some, 3), disturbed(kLengths, some, 3));
  EXPECT_NE(disturbed(kLengths, some, 3), disturbed(kLengths, some, 4));
}

TEST(Disturbance, MayLoseEverything) {
  EXPECT_TRUE(disturbed(kLengths, {.loss = 1}, 0).empty());
}

}  // namespace
}  // namespace attest::airkiss

#include "tools/cli/slots.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace attest::cli {
namespace {

void take(Slots& slots, int count) {
  for (int i = 0; i < count; ++i) slots.take();
}

/// Two to begin with, all taken, and then the processors rested.
class RestedSlots : public testing::Test {
 protected:
  RestedSlots() {
    take(slots, 2);
    slots.adjust(1.0);
  }
  Slots slots{2, 30};
};

TEST_F(RestedSlots, AreMore) {
  EXPECT_EQ(slots.open(), 14U);
  slots.adjust(1.0);
  EXPECT_EQ(slots.open(), 14U) << "those that nobody has taken are room enough";
  take(slots, 12);
  slots.adjust(0.2);
  EXPECT_EQ(slots.open(), 17U);
}

TEST(SlotsOfRuns, StayBetweenTheirLimits) {
  Slots slots(2, 5);
  take(slots, 2);
  slots.adjust(1.0);
  EXPECT_EQ(slots.open(), 5U);
  take(slots, 3);
  for (int i = 0; i < 9; ++i) slots.adjust(0.0);
  EXPECT_EQ(slots.open(), 4U) << "one fewer than go on";
  for (int i = 0; i < 4; ++i) {
    slots.give();
    slots.adjust(0.0);
  }
  EXPECT_EQ(slots.open(), 2U);
}

TEST(SlotsOfRuns, StayAsTheyAreWhereThereIsLittleRoom) {
  Slots slots(2, 30);
  take(slots, 2);
  slots.adjust(0.07);
  EXPECT_EQ(slots.open(), 2U);
}

TEST_F(RestedSlots, GrowAgainFromThoseThatGoOn) {
  take(slots, 8);
  slots.adjust(0.0);
  ASSERT_EQ(slots.open(), 9U) << "ten go on";
  slots.adjust(0.2);
  EXPECT_EQ(slots.open(), 13U);
}

TEST(SlotsOfRuns, AreWaitedFor) {
  Slots slots(1, 1);
  bool given = false;  // the mutex of the slots orders it
  slots.take();
  std::jthread second([&] {
    const Slot slot(slots);
    EXPECT_TRUE(given);
  });
  given = true;
  slots.give();
}

TEST(ProcessorsOfThisMachine, RestForAShareOfTheirTime) {
  Processors processors;
  const double idle = processors.idle();
  EXPECT_GE(idle, 0);
  EXPECT_LE(idle, 1);
}

TEST(InotifyInstances, AreLeftForOthers) {
  EXPECT_GT(free_inotify_instances(), 0U);
}

}  // namespace
}  // namespace attest::cli

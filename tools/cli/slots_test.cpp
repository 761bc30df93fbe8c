#include "tools/cli/slots.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "harness/base/file.hpp"

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

/// A file such as the kernel shows.
class Told : public testing::Test {
 protected:
  std::string file(const std::string& text) {
    must(write_file_whole(folder_.path() / "told", text));
    return (folder_.path() / "told").string();
  }

 private:
  TempDir folder_{"attest-slots"};
};

TEST_F(Told, ProcessorsRestWhereTheyAreIdleWaitOrMakeWay) {
  Processors processors(file("cpu  100 0 50 850 0 0 0 0 0 0\ncpu0 1 1 1 1\n"));
  (void)file("cpu  140 10 70 865 5 5 2 3 0 0\n");
  EXPECT_DOUBLE_EQ(processors.idle(), 0.3);  // 10 nice, 15 idle and 5 waiting of 100
  EXPECT_DOUBLE_EQ(processors.idle(), 0) << "no time has passed";
}

TEST_F(Told, NothingOfProcessorsIsNoRoom) {
  Processors nowhere("/nowhere");
  EXPECT_DOUBLE_EQ(nowhere.idle(), 0);
  Processors other(file("memory 1 2 3 4 5 6 7 8\n"));
  (void)file("memory 1 2 3 9 5 6 7 8\n");
  EXPECT_DOUBLE_EQ(other.idle(), 0);
}

TEST_F(Told, InotifyInstancesAreLeftForOthers) {
  EXPECT_EQ(inotify_for_runs(file("128\n")), 104U);
  EXPECT_EQ(inotify_for_runs(file("8192\n")), 8168U);
  EXPECT_EQ(inotify_for_runs(file("10\n")), 0U);
  EXPECT_EQ(inotify_for_runs("/nowhere"), 104U);
}

}  // namespace
}  // namespace attest::cli

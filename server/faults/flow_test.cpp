// The rules that all faults share: places, ends, bounds, lifting.
#include <gmock/gmock.h>

#include <set>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

using faults::End;
using faults::Flow;

TEST(AFlowWithoutAFault, PassesAllAndTheServersEnd) {
  Player player{Flow()};
  player.take(kWhole).end();
  EXPECT_EQ(player.bytes(), kWhole);
  EXPECT_EQ(player.ended(), "fin");
}

TEST(AFlowWithoutAFault, PassesAResetBehindTheBytesBeforeIt) {
  Player player{Flow()};
  player.take(kWhole).end(End::rst);
  EXPECT_EQ(player.bytes(), kWhole);
  EXPECT_EQ(player.ended(), "reset");
}

TEST(APlace, IsTheSameHoweverTheBytesAreSplit) {
  Random random(7238);
  const auto whole = std::string(kHead) + random.bytes(40);
  for (std::uint64_t bytes = 0; bytes <= 40; ++bytes) {
    Player player({.kind = Trouble::reset, .place = in_body(bytes)});
    player.take_split(whole, random);
    EXPECT_EQ(player.bytes(), whole.substr(0, kHead.size() + bytes));
    EXPECT_EQ(player.ended(), "reset");
  }
}

TEST(APlace, AtTheStartIsReachedWhenTheServerAnswers) {
  Player player({.kind = Trouble::reset});
  player.advance(1h);
  EXPECT_EQ(player.ended(), "");
  player.take("H");
  EXPECT_EQ(player.ended(), "reset");
  EXPECT_EQ(player.bytes(), "");
}

TEST(APlace, AtTheStartIsReachedByAServerThatEndsWithoutAWord) {
  Player player({.kind = Trouble::reset});
  player.end();
  EXPECT_EQ(player.ended(), "reset");
}

TEST(APlace, AtTheEndOfTheBodyIsReachedWithoutMoreBytes) {
  Player player({.kind = Trouble::stall, .place = in_body(5)});
  player.take(kWhole);
  EXPECT_EQ(player.bytes(), kWhole);
  EXPECT_TRUE(player.flow().struck());
}

TEST(APlace, BehindTheEndIsNeverReached) {
  for (const auto place : {in_body(6), at(1000)}) {
    Player player({.kind = Trouble::reset, .place = place});
    player.take(kWhole).end();
    EXPECT_EQ(player.bytes(), kWhole);
    EXPECT_EQ(player.ended(), "fin");
    EXPECT_FALSE(player.flow().struck());
  }
}

TEST(APlace, InTheBodyIsCountedFromTheFirstBlankLine) {
  for (const std::string_view head : {"A\r\n\r\n", "A\n\n", "A\r\nB: c\r\n\r\n", "A\r\n\n"}) {
    Player player({.kind = Trouble::stall, .place = in_body(2)});
    player.take(std::string(head) + "\r\n\r\nmore");
    EXPECT_EQ(player.bytes(), std::string(head) + "\r\n");
  }
}

TEST(AFlow, HoldsNoMoreThanItsBound) {
  Player player({.kind = Trouble::stall});
  player.take(std::string(Flow::kMost, 'x'));
  EXPECT_EQ(player.flow().room(), 0U);
  player.lift();
  EXPECT_EQ(player.flow().room(), Flow::kMost);
  EXPECT_EQ(player.bytes().size(), Flow::kMost);
}

TEST(AFlow, ThatIsDroppedTakesNothingIn) {
  Flow flow;
  flow.take("abc");
  flow.drop();
  flow.take("def");
  EXPECT_EQ(flow.room(), Flow::kMost);
  EXPECT_EQ(flow.next(Instant(1)).what, faults::Step::Do::rest);
}

struct Lifted : ::testing::TestWithParam<Trouble> {};

TEST_P(Lifted, LosesNoByteAndRepeatsNone) {
  Random random(42);
  for (int round = 0; round < 200; ++round) {
    const auto whole = std::string(kHead) + random.bytes(random.below(300));
    Player player({.kind = GetParam(),
                   .place = at(random.below(whole.size())),
                   .span = 3ms,
                   .piece = 1 + random.below(7),
                   .rate = 1000,
                   .jitter = 0.5,
                   .seed = random.next()});
    const auto first = random.below(whole.size() + 1);
    player.take_split(whole.substr(0, first), random).advance(Nanos(random.below(40'000'000))).lift();
    EXPECT_EQ(player.bytes(), whole.substr(0, first));
    player.take_split(whole.substr(first), random).end();
    ASSERT_EQ(player.bytes(), whole);
    ASSERT_EQ(player.ended(), "fin");
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Lifted,
                         ::testing::Values(Trouble::stall, Trouble::delay, Trouble::drip, Trouble::limit),
                         [](const auto& kind) { return std::string(name_of(kind.param)); });

TEST(Jitter, StaysWithinItsShareAndIsTheSeeds) {
  faults::Vary vary(0.3, 5), again(0.3, 5);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto span = vary(Nanos(1000));
    EXPECT_GE(span, Nanos(700));
    EXPECT_LE(span, Nanos(1300));
    EXPECT_EQ(again(Nanos(1000)), span);
    seen.insert(span.count());
  }
  EXPECT_GT(seen.size(), 300U);
}

TEST(AFault, ThatSaysWhatCannotBeDoneIsRefused) {
  EXPECT_THROW(faults::check({.kind = Trouble::limit}), Failure);
  EXPECT_THROW(faults::check({.kind = Trouble::drip, .piece = 0}), Failure);
  EXPECT_THROW(faults::check({.kind = Trouble::duplicate, .piece = Flow::kMost + 1}), Failure);
  EXPECT_THROW(faults::check({.kind = Trouble::delay, .span = -1ns}), Failure);
  EXPECT_THROW(faults::check({.kind = Trouble::drip, .jitter = 1.1}), Failure);
  EXPECT_NO_THROW(faults::check({}));
}

}  // namespace
}  // namespace attest::server

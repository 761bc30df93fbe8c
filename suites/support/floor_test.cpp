#include "suites/support/floor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "harness/transport/pty.hpp"

namespace attest::suites {
namespace {
using namespace std::chrono_literals;
using testing::Each;
using testing::Ge;
using testing::Gt;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Floor, IsARoundTripThatTakesTime) {
  const auto ours = own_side(at::Dialect{}, steady_clock());
  ASSERT_TRUE(ours.has_value()) << ours.error().text();
  EXPECT_THAT(ours->round_trips, SizeIs(100));
  EXPECT_THAT(ours->round_trips, Each(Gt(Nanos(0))));
}

TEST(Floor, HoldsTheLatenessOfATimeStamp) {
  const auto ours = own_side(at::Dialect{}, steady_clock());
  ASSERT_TRUE(ours.has_value()) << ours.error().text();
  ASSERT_THAT(ours->lateness, SizeIs(ours->round_trips.size()));
  for (std::size_t i = 0; i < ours->lateness.size(); ++i) {
    EXPECT_GE(ours->lateness[i], Nanos(0));
    EXPECT_LT(ours->lateness[i], ours->round_trips[i]);
  }
}

/// What comes at one far end goes out at another, which may be the same, as long as this lives.
class Wires {
 public:
  Wires(transport::Link& from, transport::Link& to, Nanos delay = {}, char spoilt = 0)
      : thread_([this, &from, &to, delay, spoilt] {
          std::array<char, 64> bytes{};
          while (!over_) {
            const auto arrived = from.read(bytes, Deadline::in(steady_clock(), 20ms));
            if (!arrived || arrived->count == 0) continue;
            if (spoilt != 0) bytes[0] = spoilt;
            std::this_thread::sleep_for(delay);
            (void)to.write({bytes.data(), arrived->count}, Deadline::in(steady_clock(), 1s));
          }
        }) {}
  Wires(const Wires&) = delete;
  Wires& operator=(const Wires&) = delete;
  ~Wires() { over_ = true; }

 private:
  std::atomic<bool> over_ = false;
  std::jthread thread_;
};

std::string without_wire_time(const transport::PtyPair& pair) {
  return pair.address() + "?baud=4000000&lock=off";
}

TEST(TheAdapter, IsMeasuredByAPlug) {
  auto pair = transport::PtyPair::open(steady_clock());
  ASSERT_TRUE(pair);
  const Wires plug(pair->far(), pair->far(), 2ms);
  const auto times = adapter_side(without_wire_time(*pair), "", steady_clock());
  ASSERT_TRUE(times) << times.error().text();
  ASSERT_TRUE(times->has_value());
  EXPECT_THAT(**times, SizeIs(100));
  EXPECT_THAT(**times, Each(Ge(2ms - 10us)));  // four bytes at 4 Mbaud take ten
}

TEST(TheAdapter, IsMeasuredByTwoPortsThatAreCrossed) {
  auto out = transport::PtyPair::open(steady_clock()), in = transport::PtyPair::open(steady_clock());
  ASSERT_TRUE(out && in);
  const Wires crossed(out->far(), in->far());
  const auto times = adapter_side(without_wire_time(*out), without_wire_time(*in), steady_clock());
  ASSERT_TRUE(times) << times.error().text();
  EXPECT_THAT(times->value(), SizeIs(100));
}

TEST(TheAdapter, ThatIsNamedNowhereIsNotMeasured) {
  const auto times = adapter_side("", "", steady_clock());
  ASSERT_TRUE(times);
  EXPECT_FALSE(times->has_value());
}

TEST(TheAdapter, WhosePlugIsMissingSaysSo) {
  auto pair = transport::PtyPair::open(steady_clock());
  ASSERT_TRUE(pair);
  const auto times = adapter_side(without_wire_time(*pair), "", steady_clock());
  ASSERT_FALSE(times);
  EXPECT_EQ(times.error().fault, Fault::bench);
  EXPECT_THAT(times.error().text(), HasSubstr("there came ''"));
}

TEST(TheAdapter, ThatChangesBytesIsNotBelieved) {
  auto pair = transport::PtyPair::open(steady_clock());
  ASSERT_TRUE(pair);
  const Wires plug(pair->far(), pair->far(), {}, 'x');
  const auto times = adapter_side(without_wire_time(*pair), "", steady_clock());
  ASSERT_FALSE(times);
  EXPECT_THAT(times.error().text(), HasSubstr("there came 'xT"));
}

TEST(TheAdapter, MayHaveReceivedSomethingBefore) {
  auto pair = transport::PtyPair::open(steady_clock());
  ASSERT_TRUE(pair);
  ASSERT_TRUE(pair->far().write("stale", Deadline::in(steady_clock(), 1s)));
  const Wires plug(pair->far(), pair->far());
  const auto times = adapter_side(without_wire_time(*pair), "", steady_clock());
  ASSERT_TRUE(times) << times.error().text();
}

const OwnSide kOurs{.round_trips = {1ms, 1ms}, .lateness = {100us, 200us}};

TEST(Uncertainty, OfAnAdapterThatNobodyMeasuresIsWhatItHoldsBack) {
  const auto floor = floor_of(kOurs, std::nullopt, 16ms);
  EXPECT_DOUBLE_EQ(floor.u_ms, 17);
  EXPECT_EQ(floor.fields.at("u"), floor.u_ms);
  EXPECT_EQ(floor.fields.at("lateness"), nlohmann::json({0.1, 0.2}));
  EXPECT_FALSE(floor.fields.contains("adapter"));
}

TEST(Uncertainty, OfAnAdapterThatIsMeasuredIsWhatWasSeen) {
  const auto floor = floor_of(kOurs, std::vector<Nanos>{2ms, 2ms}, 16ms);
  EXPECT_DOUBLE_EQ(floor.u_ms, 3);
  EXPECT_EQ(floor.fields.at("hold_back"), 16);
  EXPECT_EQ(floor.fields.at("adapter"), nlohmann::json({2.0, 2.0}));
}

}  // namespace
}  // namespace attest::suites

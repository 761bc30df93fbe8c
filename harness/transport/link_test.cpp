// Bytes and deadlines, on real pseudo-terminals.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <functional>
#include <thread>

#include "harness/base/random.hpp"
#include "harness/transport/descriptor_link.hpp"
#include "harness/transport/link_testing.hpp"
#include "harness/transport/pty.hpp"

namespace attest::transport {
namespace {

using testing::HasSubstr;

Nanos cpu_time() {
  timespec ts{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
  return Nanos(std::int64_t{ts.tv_sec} * 1'000'000'000 + ts.tv_nsec);
}

struct ALinkOnAPty : testing::Test {
  PtyPair pty = must(PtyPair::open(steady_clock()));
  std::unique_ptr<Link> near = open_at(pty.address());
};

TEST_F(ALinkOnAPty, CarriesEveryByteValueToTheDevice) {
  ASSERT_TRUE(near->write(every_byte(), patience()));
  EXPECT_EQ(take(pty.far(), 256), every_byte());
}

TEST_F(ALinkOnAPty, CarriesEveryByteValueFromTheDevice) {
  ASSERT_TRUE(pty.far().write(every_byte(), patience()));
  EXPECT_EQ(take(*near, 256), every_byte());
}

TEST_F(ALinkOnAPty, DoesNotEchoWhatItReceives) {
  ASSERT_TRUE(pty.far().write("AT\r\n", patience()));
  ASSERT_EQ(take(*near, 4), "AT\r\n");
  std::array<char, 16> buffer{};
  EXPECT_EQ(must(pty.far().read(buffer, moment())).count, 0U);
}

TEST_F(ALinkOnAPty, WritesMoreThanTheBuffersHoldPieceByPiece) {
  const auto bytes = Random(1).bytes(300'000);
  std::string got;
  std::thread reader([&] { got = take(pty.far(), bytes.size()); });
  EXPECT_TRUE(near->write(bytes, patience()));
  reader.join();
  EXPECT_EQ(got, bytes);
}

TEST_F(ALinkOnAPty, GivesNoBytesWhenTheDeadlinePasses) {
  std::array<char, 16> buffer{};
  const auto deadline = moment();
  const auto got = must(near->read(buffer, deadline));
  EXPECT_EQ(got.count, 0U);
  EXPECT_GE(got.at, deadline.at());
}

TEST_F(ALinkOnAPty, TakesWhatIsThereEvenAfterTheDeadline) {
  ASSERT_TRUE(pty.far().write("late", patience()));
  ASSERT_EQ(take(*near, 1), "l");  // so the rest has arrived
  std::array<char, 16> buffer{};
  EXPECT_EQ(must(near->read(buffer, Deadline(Instant(0)))).count, 3U);
}

TEST_F(ALinkOnAPty, SleepsWhileItWaits) {
  std::array<char, 16> buffer{};
  const auto before = cpu_time();
  const auto span = std::chrono::milliseconds(300);
  (void)near->read(buffer, Deadline::in(steady_clock(), span));
  EXPECT_LT(cpu_time() - before, Nanos(span) / 10);
}

TEST_F(ALinkOnAPty, GivesUpAWriteThatNobodyTakesAtTheDeadline) {
  const auto deadline = moment();
  const auto written = near->write(std::string(1 << 20, 'x'), deadline);
  ASSERT_FALSE(written);
  EXPECT_TRUE(deadline.passed(steady_clock()));
  EXPECT_EQ(written.error().fault, Fault::bench);
  EXPECT_THAT(written.error().what, HasSubstr("of 1048576 bytes were taken before the deadline"));
}

TEST_F(ALinkOnAPty, TakesNothingFromAnEmptyWrite) {
  EXPECT_TRUE(near->write("", Deadline(Instant(0))));
  std::array<char, 16> buffer{};
  EXPECT_EQ(must(pty.far().read(buffer, moment())).count, 0U);
}

TEST_F(ALinkOnAPty, SaysThatADeviceThatHangsUpIsGone) {
  pty.hang_up();
  const auto reading = read_error(*near);
  EXPECT_EQ(reading.fault, Fault::bench);
  EXPECT_THAT(reading.what, HasSubstr(pty.address() + " is gone: it hung up"));
  EXPECT_FALSE(reading.cure.empty());
  const auto writing = near->write("AT\r\n", patience());
  ASSERT_FALSE(writing);
  EXPECT_THAT(writing.error().what, HasSubstr("is gone: writing failed: Input/output error"));
}

TEST_F(ALinkOnAPty, NoticesAHangUpWhileItWaits) {
  std::thread device([&] { pty.hang_up(); });
  EXPECT_THAT(read_error(*near).what, HasSubstr("is gone"));
  device.join();
}

TEST_F(ALinkOnAPty, NoticesAHangUpWhileAWriteWaits) {
  std::thread device([&] {
    (void)take(pty.far(), 1);  // the write has begun
    pty.hang_up();
  });
  const auto written = near->write(std::string(1 << 20, 'x'), patience());
  device.join();
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().what, HasSubstr("is gone"));
}

TEST_F(ALinkOnAPty, TakesItsTimesFromTheClockThatItIsGiven) {
  FakeClock clock;
  near.reset();
  near = must(open_link(must(parse_link(pty.address())), clock, patience()));
  clock.set(Instant(5'000));
  EXPECT_EQ(must(near->write("AT", Deadline(Instant(6'000)))), Instant(5'000));
  ASSERT_TRUE(pty.far().write("OK", patience()));
  clock.set(Instant(7'000));
  std::array<char, 16> buffer{};
  EXPECT_EQ(must(near->read(buffer, Deadline(Instant(60'000'007'000)))).at, Instant(7'000));
}

/// Moves on by a millisecond each time it is asked, and does something then.
class BusyClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    ns_ += 1'000'000;
    if (meanwhile) meanwhile();
    return Instant(ns_);
  }
  std::function<void()> meanwhile;

 private:
  mutable std::int64_t ns_ = 0;
};

/// A line that takes no more, because nobody reads at its end. A pipe, whose room does not depend on when the
/// kernel gets to move bytes on, as a pseudo-terminal's does.
struct AFullLine : testing::Test {
  BusyClock clock;
  Fd far;
  std::unique_ptr<Link> near;

  void SetUp() override {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    far = Fd(ends[0]);
    near = std::make_unique<DescriptorLink>(Fd(ends[1]), "pipe", LineSettings{}, clock);
    ASSERT_FALSE(near->write(std::string(1 << 22, 'x'), Deadline(Instant(0))));
  }
  void far_reads_all() const {
    std::array<char, 4096> buffer{};
    while (::read(far.get(), buffer.data(), buffer.size()) > 0) {
    }
  }
};

TEST_F(AFullLine, TimesAWriteByWhenItsFirstByteWasHandedOver) {
  const auto asked = clock.now();
  int calls = 0;
  clock.meanwhile = [&] {
    if (++calls == 2) far_reads_all();  // first the write looks at the clock, then it waits
  };
  const auto began = must(near->write("A", Deadline(Instant(60'000'000'000))));
  EXPECT_GT(began - asked, std::chrono::milliseconds(2));
}

TEST_F(AFullLine, IsGivenUpAtTheDeadlineEvenIfItMovesAgain) {
  clock.meanwhile = [this] { far_reads_all(); };
  const auto deadline = clock.now() + std::chrono::milliseconds(20);
  const auto written = near->write(std::string(8 << 20, 'y'), Deadline(deadline));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().what, HasSubstr("were taken before the deadline"));
  EXPECT_THAT(written.error().what, testing::Not(HasSubstr(": 0 of")));
}

TEST(LineSettings, CountTheBitsOfAByteWithItsStartBit) {
  EXPECT_EQ(LineSettings{}.bits_per_byte(), 10U);
  EXPECT_EQ((LineSettings{.data_bits = 7, .stop_bits = 2, .parity = Parity::even}).bits_per_byte(), 11U);
  EXPECT_EQ((LineSettings{.data_bits = 5}).bits_per_byte(), 7U);
}

TEST(LineSettings, KnowHowLongBytesTakeOnTheWire) {
  EXPECT_EQ((LineSettings{.baud = 10'000}).wire_time(10), std::chrono::milliseconds(10));
  EXPECT_EQ(LineSettings{}.wire_time(11'520), std::chrono::seconds(1));
  EXPECT_EQ(LineSettings{}.wire_time(11'520'000'000), std::chrono::seconds(1'000'000));
}

TEST(LineSettings, TakeNoTimeWithoutALineRate) {
  EXPECT_EQ((LineSettings{.baud = 0}).wire_time(1000), Nanos(0));
}

}  // namespace
}  // namespace attest::transport

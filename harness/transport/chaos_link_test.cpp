// Trouble by seed, around a link that is a string.
#include "harness/transport/chaos_link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/transport/link_testing.hpp"

namespace attest::transport {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Inner final : Link {
  Result<Arrived> read(std::span<char> into, Deadline deadline) override {
    handed = into.data();
    asked_until = deadline.at();
    const auto count = std::min(into.size(), incoming.size());
    std::copy_n(incoming.begin(), count, into.begin());
    incoming.erase(0, count);
    return Arrived{steady_clock().now(), count};
  }
  Result<Instant> write(std::string_view bytes, Deadline) override {
    handed = bytes.data();
    written += bytes;
    ++writes;
    return steady_clock().now();
  }
  Status set_line(const LineSettings& to) override {
    settings = to;
    return {};
  }
  const LineSettings& line() const override { return settings; }
  std::optional<LineCounters> counters() override { return counted; }
  const std::string& name() const override { return called; }
  Nanos hold_back() const override { return 16ms; }
  void stop_on(int fd) override { stop = fd; }
  std::string details() const override { return "a string"; }

  std::string incoming, written, called = "serial:/x";
  std::optional<LineCounters> counted;
  LineSettings settings;
  const char* handed = nullptr;
  Instant asked_until{};
  int writes = 0, stop = -1;
};

std::string long_text() {
  return Random(3).bytes(20'000);
}

struct AChaosLink : testing::Test {
  ChaosLink around(const Chaos& chaos) {
    auto owned = std::make_unique<Inner>();
    inner = owned.get();
    return {std::move(owned), chaos, steady_clock()};
  }
  static std::string all(ChaosLink& link, std::size_t piece) {
    std::string out, buffer(piece, '\0');
    while (true) {
      const auto got = must(link.read(buffer, moment()));
      if (got.count == 0) return out;
      out.append(buffer, 0, got.count);
    }
  }
  std::string received(const Chaos& chaos, std::size_t piece) {
    auto link = around(chaos);
    inner->incoming = long_text();
    return all(link, piece);
  }
  Inner* inner = nullptr;
};

TEST_F(AChaosLink, GivesTheSameTroubleWhateverTheSizesOfReads) {
  const Chaos chaos{.seed = 7, .drop = 0.01, .duplicate = 0.01, .corrupt = 0.01};
  const auto once = received(chaos, 4096);
  EXPECT_NE(once, long_text());
  EXPECT_EQ(received(chaos, 1), once);
  EXPECT_EQ(received(chaos, 77), once);
  auto cut = chaos;
  cut.split = 0.5;
  EXPECT_EQ(received(cut, 512), once);
  auto other = chaos;
  other.seed = 8;
  EXPECT_NE(received(other, 4096), once);
}

TEST_F(AChaosLink, GivesTheSameTroubleWhateverTheSizesOfWrites) {
  const Chaos chaos{.drop = 0.01, .duplicate = 0.01, .corrupt = 0.01};
  auto whole = around(chaos);
  must(whole.write(long_text(), patience()));
  const auto once = inner->written;
  auto cut = around(chaos);
  for (const char byte : long_text()) must(cut.write(std::string(1, byte), patience()));
  EXPECT_NE(once, long_text());
  EXPECT_EQ(inner->written, once);
}

TEST_F(AChaosLink, CountsWhatItDoesToBytesBothWaysBesideWhatTheDriverCounts) {
  auto drops = around({.drop = 1});
  inner->counted = LineCounters{.overruns = 5, .breaks = 2};
  inner->incoming = "abc";
  must(drops.write("de", patience()));
  EXPECT_EQ(all(drops, 8), "");
  EXPECT_EQ(inner->written, "");
  EXPECT_EQ(drops.counters(), (LineCounters{.overruns = 10, .breaks = 2}));

  auto doubles = around({.duplicate = 1, .tx = false});
  inner->incoming = "abc";
  must(doubles.write("de", patience()));
  EXPECT_EQ(all(doubles, 2), "aabbcc");
  EXPECT_EQ(inner->written, "de") << "on:rx";
  EXPECT_EQ(doubles.counters(), (LineCounters{.buffer_overruns = 3}));

  auto corrupts = around({.corrupt = 1, .rx = false});
  inner->incoming = "abc";
  must(corrupts.write("de", patience()));
  EXPECT_EQ(all(corrupts, 8), "abc") << "on:tx";
  EXPECT_EQ(inner->written.size(), 2U);
  EXPECT_EQ(__builtin_popcount(static_cast<unsigned>(inner->written[0] ^ 'd') & 0xFFU), 1);
  EXPECT_TRUE(corrupts.counters()->lost_bytes());
}

TEST_F(AChaosLink, WithoutTroublePassesTheCallersOwnBytesThrough) {
  auto link = around({});
  inner->incoming = every_byte();
  std::array<char, 256> buffer{};
  const auto until = moment();
  EXPECT_EQ(must(link.read(buffer, until)).count, 256U);
  EXPECT_EQ(inner->handed, buffer.data()) << "not by way of another buffer";
  EXPECT_EQ(inner->asked_until, until.at());
  EXPECT_EQ(std::string(buffer.data(), 256), every_byte());
  const auto out = every_byte();
  must(link.write(out, patience()));
  EXPECT_EQ(inner->handed, out.data());
  EXPECT_FALSE(link.counters().has_value());
}

TEST_F(AChaosLink, CutsAndDelaysWithoutLossAndNeverBeyondTheDeadline) {
  auto link = around({.split = 1, .delay = 1});
  inner->incoming = "abcdef";
  std::array<char, 16> buffer{};
  EXPECT_LT(must(link.read(buffer, patience())).count, 6U);
  EXPECT_FALSE(all(link, 16).empty());
  must(link.write("hello", patience()));
  EXPECT_EQ(inner->written, "hello");
  EXPECT_EQ(inner->writes, 2);
  EXPECT_FALSE(link.counters().has_value());
  EXPECT_EQ(link.hold_back(), 16ms + Chaos::kLongestDelay);
}

TEST_F(AChaosLink, OnceUnpluggedStaysSo) {
  auto link = around({.unplug = 1, .tx = false});
  must(link.write("x", patience()));
  EXPECT_THAT(read_error(link).what, HasSubstr("went away"));
  EXPECT_EQ(read_error(link).fault, Fault::bench);
  EXPECT_FALSE(link.write("x", patience()));
  EXPECT_FALSE(link.set_line({}));
}

TEST_F(AChaosLink, PassesTheRestOn) {
  auto link = around({.seed = 9, .drop = 0.5});
  must(link.set_line({.baud = 9600}));
  link.stop_on(4);
  EXPECT_EQ(link.line().baud, 9600U);
  EXPECT_EQ(inner->stop, 4);
  EXPECT_EQ(link.hold_back(), 16ms);
  EXPECT_EQ(link.name(), "serial:/x");
  EXPECT_THAT(link.details(), HasSubstr("a string; chaos on both ways: seed 9, drop 0.5"));
}

TEST(ChaosOption, IsReadOrRefused) {
  const auto chaos = must(parse_link("tcp://h:1?chaos=seed:7,drop:0.001,on:rx")).chaos;
  ASSERT_TRUE(chaos);
  EXPECT_EQ(chaos->seed, 7U);
  EXPECT_EQ(chaos->drop, 0.001);
  EXPECT_TRUE(chaos->rx && !chaos->tx);
  EXPECT_THAT(check_virtual_link("virtual?chaos=dorp:1").error().what, HasSubstr("did you mean drop?"));
  EXPECT_THAT(check_virtual_link("virtual?chaso=drop:1").error().what, HasSubstr("did you mean chaos?"));
  EXPECT_TRUE(check_virtual_link("virtual") && check_virtual_link("virtual?chaos=drop:1"));
  for (const auto* wrong : {"", "drop", "drop:", "drop:2", "drop:-1", "drop:nan", "drop:1x", "drop:0,drop:0",
                            "seed:-1", "on:up", "drop:0.6,corrupt:0.6"})
    EXPECT_FALSE(check_virtual_link(std::string("virtual?chaos=") + wrong)) << wrong;
}

}  // namespace
}  // namespace attest::transport

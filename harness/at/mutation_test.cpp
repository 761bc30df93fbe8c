// The reader under replies that no device should give: random harm done to right ones, and plain noise.
#include <gtest/gtest.h>

#include <chrono>

#include "harness/at/reader_testing.hpp"
#include "harness/base/bytes.hpp"
#include "harness/base/random.hpp"

namespace attest::at {
namespace {

struct Sample {
  std::string_view command, reply;
};

constexpr Sample kSamples[] = {
    {"AT", "AT\r\r\n\r\nOK\r\n\r\nWIFI GOT IP\r\n"},
    {"AT+GMR", "AT+GMR\r\nAT version:1.0\r\nSDK 2\r\nOK\r\n"},
    {"AT+HTTPCLIENT=2,0,http://h/,,,1", "\r\n+HTTPCLIENT:23,+HTTPCLIENT:3,abc\r\nOK\r\n\r\nOK\r\n"},
    {"AT+HTTPCLIENT=2,0,http://h/,,,1", "+HTTPCLIENT:5,\r\nhello\r\nWIFI GOT IP\r\nERROR\r\nready\r\n"},
    {"AT+HTTPCLIENT=2,0,http://h/,,,1", "+httpclient=<0x5>,helloOK\r\n"},
    {"AT+HTTPGETSIZE=http://h/", "AT+HTTPGETSIZE=http://h/\r\n+HTTPGETSIZE: 05\r\nCMDRSP:OK\r\nOK\r\n"},
    {"AT+HTTPCPOST=http://h/,5", "\r\nOK\r\n\r\n> WIFI GOT IP\r\n>\r\nSEND OK\r\n"},
    {"AT+RST", "OK\r\n\xf8\x80\r\nready\r\nWIFI CONNECTED\r\n"},
};

/// Pieces that mean something to the reader, so that harm often lands near a decision.
constexpr std::string_view kPieces[] = {
    "\r\n",        "\r", "\n", "OK", "ERROR",         "SEND OK", ">", "> ", "+HTTPCLIENT:", "ready",
    "WIFI GOT IP", "5,", "AT", ",",  "999999999999,", "\x80",    ":", "ok", "<OK>",         "+"};

std::string harmed(std::string text, Random& random) {
  for (auto harms = 1 + random.below(4); harms > 0; --harms) {
    const auto at = random.below(text.size() + 1);
    switch (random.below(5)) {
      case 0:
        text.erase(at, random.below(6));
        break;
      case 1:
        text.insert(at, kPieces[random.below(std::size(kPieces))]);
        break;
      case 2:
        text.insert(at, random.bytes(random.below(5)));
        break;
      case 3:
        text.resize(at);
        break;
      default:
        text.insert(at, text.substr(random.below(text.size() + 1), random.below(20)));
        break;
    }
  }
  return text;
}

void expect_whole(const testing::Read& read, const std::string& bytes) {
  ASSERT_EQ(testing::gaps_in(read.exchange), "") << visible(bytes);
  ASSERT_EQ(testing::gaps_in(read.strays), "") << visible(bytes);
  ASSERT_EQ(read.exchange.received + read.strays.received, bytes);
}

TEST(HarmedReplies, AreCoveredAndReadTheSameHoweverTheyAreCut) {
  Random random(7238);
  for (int round = 0; round < 20000; ++round) {
    const auto& sample = kSamples[random.below(std::size(kSamples))];
    const auto bytes = harmed(std::string(sample.reply), random);
    const auto reading = testing::reply_to(sample.command);
    const auto echo = std::string(sample.command) + "\r\n";
    const auto once = testing::read_all(reading, echo, bytes, {});
    expect_whole(once, bytes);
    std::vector<std::size_t> cuts;
    for (std::size_t at = 1 + random.below(7); at < bytes.size(); at += 1 + random.below(7))
      cuts.push_back(at);
    ASSERT_EQ(testing::whole_of(testing::read_all(reading, echo, bytes, cuts)), testing::whole_of(once))
        << visible(bytes, 400);
    if (HasFatalFailure()) return;
  }
}

TEST(HarmedReplies, WithBothLineEndsAndAnEchoOfNoiseAreCovered) {
  Random random(42);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (auto pieces = random.below(30); pieces > 0; --pieces)
      bytes += random.below(3) == 0 ? random.bytes(random.below(4))
                                    : std::string(kPieces[random.below(std::size(kPieces))]);
    for (const auto& sample : kSamples)
      expect_whole(testing::read_all(testing::reply_to(sample.command), bytes, bytes, {}), bytes);
    if (HasFatalFailure()) return;
  }
}

/// Work grows with the bytes, not with their square: ten times the bytes may cost at most forty times the
/// time.
class Flood : public ::testing::TestWithParam<std::string_view> {
 protected:
  static double seconds_for(const std::string& bytes) {
    Reading idle;
    idle.as = Reading::As::idle;
    const auto began = std::chrono::steady_clock::now();
    for (const auto& reading : {testing::reply_to("AT"), testing::reply_to("AT+HTTPCLIENT=2"), idle}) {
      Reader reader{Dialect{}};
      reader.begin(reading);
      for (std::size_t at = 0; at < bytes.size(); at += 512)
        reader.feed(std::string_view(bytes).substr(at, 512), Instant(1));
      reader.finish();
      (void)reader.take();
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }
  static std::string repeated(std::string_view piece, std::size_t size) {
    std::string all = "+HTTPCLIENT:2,";
    while (all.size() < size) all += piece;
    return all;
  }
};

TEST_P(Flood, CostsInProportionToItsLength) {
  const auto small = repeated(GetParam(), 40'000), large = repeated(GetParam(), 400'000);
  double few = 1, many = 1;
  for (int tries = 0; tries < 5; ++tries) {
    few = std::min(few, seconds_for(small));
    many = std::min(many, seconds_for(large));
  }
  EXPECT_LT(many, 40 * few + 0.01) << few << " s, then " << many << " s";
}

INSTANTIATE_TEST_SUITE_P(Of, Flood,
                         ::testing::Values("\r", "\n", "\r\n", "x", "x\r", "x\n", "\x80", "\r\r\n",
                                           "WIFI GOT IP\r\n", "+HTTPCLIENT:2,", "+HTTPCLIENT:2,ab\r\n", "OK",
                                           ">", " ", "\n ", "x:OK\r\n"));

TEST(Flood, EndsWithAClearOutcome) {
  Reader reader{Dialect{}};
  reader.begin(testing::reply_to("AT"));
  const std::string block(1 << 20, 'x');
  std::size_t fed = 0;
  for (; !reader.done() && fed < 2 * Reader::kMostBytes; fed += block.size()) reader.feed(block, Instant(1));
  EXPECT_LE(fed, Reader::kMostBytes + 2 * block.size());
  const auto x = reader.take();
  EXPECT_EQ(x.outcome, Outcome::silent);
  EXPECT_TRUE(x.deviates("reply-too-long"));
  EXPECT_EQ(testing::gaps_in(x), "");
}

TEST(Flood, OfLinesEndsWithAClearOutcome) {
  Reader reader{Dialect{}};
  reader.begin(testing::reply_to("AT"));
  std::string block;
  while (block.size() < (1 << 20)) block += "x\r\n";
  for (int i = 0; i < 10 && !reader.done(); ++i) reader.feed(block, Instant(1));
  EXPECT_TRUE(reader.done());
  const auto x = reader.take();
  EXPECT_TRUE(x.deviates("reply-too-long"));
  EXPECT_EQ(testing::gaps_in(x), "");
}

}  // namespace
}  // namespace attest::at

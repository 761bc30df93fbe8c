// What can be asked of an exchange.
#include "harness/at/exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/at/deviations.hpp"
#include "harness/at/reader_testing.hpp"

namespace attest::at::testing {
namespace {
using ::testing::ElementsAre;

Exchange exchange_of(std::string_view command, std::string_view bytes) {
  return read_all(reply_to(command), "", bytes, {}).exchange;
}

TEST(Exchange, GivesInformationLinesWithoutTheirLineEnds) {
  const auto x = exchange_of("AT+GMR", "AT version:1.0\r\n\r\nSDK 2\nOK\r\n");
  EXPECT_THAT(x.infos(), ElementsAre("AT version:1.0", "SDK 2"));
  EXPECT_EQ(x.info("HTTPCLIENT"), std::nullopt);
}

TEST(Exchange, GivesWhatFollowsTheName) {
  const auto x = exchange_of("AT+UART_CUR?", "+UART_CUR:115200,8,1,0,0\r\nOK\r\n");
  EXPECT_EQ(x.info("UART_CUR"), "115200,8,1,0,0");
  EXPECT_EQ(x.info("UART"), std::nullopt);
}

struct Number {
  std::string_view written;
  std::optional<std::uint64_t> value;
};

TEST(Exchange, ReadsANumberHoweverItIsWritten) {
  for (const auto& [written, value] :
       {Number{"+HTTPGETSIZE:0", 0}, Number{"+HTTPGETSIZE:4294967295", 4294967295},
        Number{"+HTTPGETSIZE:18446744073709551615", 18446744073709551615U},
        Number{"+HTTPGETSIZE:99999999999999999999999", 18446744073709551615U},
        Number{"+httpgetsize: <012>", 12}, Number{"HTTPGETSIZE=0x1F", 31},
        Number{"+HTTPGETSIZE:12 bytes", 12}, Number{"+HTTPGETSIZE:many", std::nullopt},
        Number{"+HTTPGETSIZE:-1", std::nullopt}, Number{"+HTTPGETSIZE:", std::nullopt}}) {
    const auto x = exchange_of("AT+HTTPGETSIZE=u", std::string(written) + "\r\nOK\r\n");
    EXPECT_EQ(x.number_of("HTTPGETSIZE"), value) << written;
    EXPECT_TRUE(x.ok()) << written;
  }
}

TEST(Exchange, KeepsItsPayloadWhenItIsMoved) {
  auto x = exchange_of("AT+HTTPCLIENT=2", "+HTTPCLIENT:1,x\r\nOK\r\n");
  const Exchange moved = std::move(x);
  ASSERT_TRUE(moved.payload());
  EXPECT_EQ(moved.payload()->data, "x");
  EXPECT_EQ(moved.payload()->claimed, 1U);
  const Exchange copied = moved;
  EXPECT_EQ(copied.payload()->data.data(), copied.received.data() + 14);
}

TEST(Exchange, KnowsWhenItsBytesCame) {
  Reader reader{Dialect{}};
  reader.begin(reply_to("AT+HTTPCLIENT=2"));
  std::int64_t at = 100;
  for (const char c : std::string_view("+HTTPCLIENT:3,abc\r\nOK\r\n")) reader.feed({&c, 1}, Instant(at++));
  const auto x = reader.take();
  const auto* data = x.find(Kind::data);
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(data->first.ns(), 114);
  EXPECT_EQ(data->last.ns(), 116);
  EXPECT_EQ(x.ended_at.ns(), at - 1);
}

TEST(Exchange, ShowsWhatNothingExplains) {
  EXPECT_EQ(exchange_of("AT", "one\r\n\x01OK\r\n").unexplained(), "one\\r\\n\\x01");
  EXPECT_EQ(exchange_of("AT", "OK\r\n").unexplained(), "");
}

TEST(Deviation, IsNotedOnceWithItsFirstEvidence) {
  Exchange x;
  note(x, "lf-only", "OK\n");
  note(x, "lf-only", "+X\n");
  note(x, "size-padded", "05", "GS-01");
  ASSERT_EQ(x.deviations.size(), 2U);
  EXPECT_EQ(x.deviations[0].evidence, "OK\\n");
  EXPECT_EQ(x.deviations[0].requirement, "GEN-01");
  EXPECT_EQ(x.deviations[1].requirement, "GS-01");
}

TEST(Deviation, HasAnIdOfItsOwn) {
  std::vector<std::string_view> ids;
  for (const auto& kind : all_deviations()) ids.push_back(kind.id);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

}  // namespace
}  // namespace attest::at::testing

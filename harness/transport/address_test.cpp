// The text form of links, good and bad.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/transport/link.hpp"

namespace attest::transport {
namespace {

using testing::HasSubstr;

LinkAddress good(std::string_view text) {
  return must(parse_link(text));
}

TEST(ASerialAddress, IsAPathWithTheFirmwaresDefaults) {
  const auto a = good("serial:/dev/ttyUSB0");
  EXPECT_EQ(a.kind, LinkAddress::Kind::serial);
  EXPECT_EQ(a.text, "serial:/dev/ttyUSB0");
  EXPECT_EQ(a.path, "/dev/ttyUSB0");
  EXPECT_EQ(a.line, LineSettings{});
  EXPECT_EQ(a.dtr, std::nullopt);
  EXPECT_EQ(a.rts, std::nullopt);
  EXPECT_TRUE(a.lock);
}

TEST(ASerialAddress, TakesEveryOption) {
  const auto a =
      good("serial:/dev/ttyACM1?baud=921600&bits=7&stop=2&parity=even&flow=software&dtr=on&rts=off&lock=off");
  const LineSettings owed{
      .baud = 921600, .data_bits = 7, .stop_bits = 2, .parity = Parity::even, .flow = FlowControl::software};
  EXPECT_EQ(a.line, owed);
  EXPECT_EQ(a.dtr, true);
  EXPECT_EQ(a.rts, false);
  EXPECT_FALSE(a.lock);
}

TEST(ASerialAddress, TakesTheOtherWordsToo) {
  const auto a = good("serial:/dev/a?parity=odd&flow=hardware&dtr=off&lock=on");
  EXPECT_EQ(a.line.parity, Parity::odd);
  EXPECT_EQ(a.line.flow, FlowControl::hardware);
  EXPECT_EQ(a.dtr, false);
  EXPECT_TRUE(a.lock);
  EXPECT_EQ(good("serial:/dev/a?rts=on&flow=none&parity=none").rts, true);
}

TEST(ASerialAddress, MayHoldColons) {
  EXPECT_EQ(good("serial:/dev/serial/by-path/pci-0:1.0-port0").path, "/dev/serial/by-path/pci-0:1.0-port0");
}

TEST(ATcpAddress, IsAHostAndAPortWithoutALineRate) {
  const auto a = good("tcp://lab-7.example:4711");
  EXPECT_EQ(a.kind, LinkAddress::Kind::tcp);
  EXPECT_EQ(a.host, "lab-7.example");
  EXPECT_EQ(a.port, 4711);
  EXPECT_EQ(a.line.baud, 0U);
}

TEST(ATcpAddress, TakesTheLineOfTheFarSide) {
  const auto a = good("tcp://h:65535?baud=9600&parity=even");
  EXPECT_EQ(a.port, 65535);
  EXPECT_EQ(a.line.baud, 9600U);
  EXPECT_EQ(a.line.parity, Parity::even);
}

TEST(ATcpAddress, TakesAnIpv6AddressInBrackets) {
  EXPECT_EQ(good("tcp://[::1]:80").host, "::1");
  EXPECT_EQ(good("tcp://[::1]:80").port, 80);
}

/// A link that is none, what is said of it, and a piece of the cure.
struct Bad {
  std::string text, what, cure;
  friend void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.text; }
};
struct ABadLink : testing::TestWithParam<Bad> {};

TEST_P(ABadLink, IsAUsageErrorThatShowsTheRightForm) {
  const auto parsed = parse_link(GetParam().text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().fault, Fault::usage);
  EXPECT_THAT(parsed.error().what, HasSubstr("the link '" + GetParam().text + "': "));
  EXPECT_THAT(parsed.error().what, HasSubstr(GetParam().what));
  EXPECT_THAT(parsed.error().cure, HasSubstr(GetParam().cure));
}

const std::string kSerial = "write serial:PATH[?baud=N", kTcp = "write tcp://HOST:PORT";

INSTANTIATE_TEST_SUITE_P(
    Of, ABadLink,
    testing::Values(
        // The kind.
        Bad{"", "no such kind of link", kSerial}, Bad{"/dev/ttyUSB0", "kind", "write serial:/dev/ttyUSB0"},
        Bad{"serail:/dev/ttyUSB0", "did you mean serial?", kSerial}, Bad{"COM3", "no such kind", kSerial},
        Bad{"tcp:host:80", "did you mean tcp?", "tcp://HOST:PORT"},
        Bad{"virtual", "started first", "open the link"},
        // The place.
        Bad{"serial:", "no device file", kSerial}, Bad{"serial:?baud=9600", "no device file", kSerial},
        Bad{"serial:ttyUSB0", "whole path", "write serial:/dev/ttyUSB0"},
        Bad{"tcp://host", "host and a port", kTcp}, Bad{"tcp://:80", "host and a port", kTcp},
        Bad{"tcp://host:80/", "port is a number", kTcp}, Bad{"tcp://host:0", "port is a number", kTcp},
        Bad{"tcp://host:65536", "port is a number", kTcp}, Bad{"tcp://a/b:80", "host and a port", kTcp},
        Bad{"tcp://::1:80", "brackets", "write tcp://[ADDRESS]:PORT"},
        // The options.
        Bad{"serial:/dev/a?", "not ''", kSerial},
        Bad{"serial:/dev/a?buad=9600", "did you mean baud?", kSerial},
        Bad{"serial:/dev/a?baud", "'baud' has no value", kSerial},
        Bad{"serial:/dev/a?baud=", "number from 50 to 4000000", kSerial},
        Bad{"serial:/dev/a?baud=fast", "but not 'fast'", kSerial},
        Bad{"serial:/dev/a?baud=-1", "not '-1'", kSerial},
        Bad{"serial:/dev/a?baud=9600 ", "not '9600 '", kSerial},
        Bad{"serial:/dev/a?baud=49", "from 50", kSerial},
        Bad{"serial:/dev/a?baud=4000001", "to 4000000", kSerial},
        Bad{"serial:/dev/a?baud=99999999999999999999", "to 4000000", kSerial},
        Bad{"serial:/dev/a?bits=9", "bits is a number from 5 to 8", kSerial},
        Bad{"serial:/dev/a?stop=3", "stop is a number from 1 to 2", kSerial},
        Bad{"serial:/dev/a?parity=eve", "did you mean even?", kSerial},
        Bad{"serial:/dev/a?flow=rtscts", "one of none, hardware, software", kSerial},
        Bad{"serial:/dev/a?dtr=1", "dtr is one of on, off", kSerial},
        Bad{"serial:/dev/a?lock=no", "lock is one of on, off", kSerial},
        Bad{"serial:/dev/a?baud=1200&baud=9600", "'baud' is given twice", kSerial},
        Bad{"serial:/dev/a?rts=on&flow=hardware", "rts=", "leave out"},
        Bad{"tcp://host:80?dtr=on", "one of baud, bits, stop, parity", kTcp}));

}  // namespace
}  // namespace attest::transport

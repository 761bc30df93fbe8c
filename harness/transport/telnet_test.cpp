// The Telnet codec: every byte, every cut, and a server that means no good.
#include "harness/transport/telnet.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/transport/link_testing.hpp"

namespace attest::transport::telnet {
namespace {
using namespace testing;

std::string decoded(Decoder& decoder, std::string bytes) {
  bytes.resize(decoder.decode(bytes));
  return bytes;
}

TEST(Telnet, CarriesEveryByteBothWays) {
  std::string room;
  Decoder decoder;
  EXPECT_EQ(decoded(decoder, std::string(encode(every_byte(), room))), every_byte());
  EXPECT_THAT(decoder.take(), IsEmpty());
}

TEST(Telnet, CopiesNothingWhereNothingIsEscaped) {
  std::string room;
  const std::string plain = "AT\r\n";
  EXPECT_EQ(encode(plain, room).data(), plain.data());
  EXPECT_EQ(encode("\xff", room), "\xff\xff");
  EXPECT_EQ(encode("a\xff\xff"
                   "b",
                   room),
            "a\xff\xff\xff\xff"
            "b");
}

TEST(Telnet, IsTheSameWhereverItIsCut) {
  const auto whole = fmt::format("O{}K\xff\xff{}!\xff\xf1.", negotiation(kDo, kComPort),
                                 subnegotiation(kComPort, "\x65\xff\x01"));  // FF F1: no operation
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    Decoder decoder;
    auto data = decoded(decoder, whole.substr(0, cut));
    data.append(decoded(decoder, whole.substr(cut)));
    EXPECT_EQ(data, "OK\xff!.") << cut;
    const auto commands = decoder.take();
    ASSERT_EQ(commands.size(), 2U) << cut;
    EXPECT_EQ(commands[0].verb, kDo);
    EXPECT_EQ(commands[0].option, kComPort);
    EXPECT_EQ(commands[1].verb, kSb);
    EXPECT_EQ(commands[1].payload, "\x65\xff\x01");
  }
}

TEST(Telnet, DoesNotGrowWithASubnegotiationThatNeverEnds) {
  Decoder decoder;
  auto endless = negotiation(kSb, kComPort);
  endless.append(1 << 20, 'x');
  EXPECT_EQ(decoder.decode(endless), 0U);
  EXPECT_EQ(decoded(decoder, "\xff\xf0OK"), "OK");
  EXPECT_THAT(decoder.take(), IsEmpty()) << "it was too long to mean anything";
}

TEST(Telnet, LosesNoDataToASubnegotiationThatWasBrokenOff) {
  Decoder decoder;
  EXPECT_EQ(decoded(decoder, fmt::format("{}x\xff\x01OK", negotiation(kSb, kComPort))), "OK");
  EXPECT_THAT(decoder.take(), IsEmpty());
}

}  // namespace
}  // namespace attest::transport::telnet

#include "server/dns/message.hpp"

#include <gtest/gtest.h>

#include "harness/base/bytes.hpp"
#include "harness/base/random.hpp"
#include "server/dns/message_testing.hpp"

namespace attest::server::dns {
namespace {
using namespace testing;
using Kind = Parsed::Kind;

TEST(AQuery, IsReadWithTheCaseOfItsLettersKept) {
  const auto packet = query(0x1234, "FirmWare.Example.TEST", 28);
  const auto got = parse_query(packet);
  EXPECT_EQ(got.kind, Kind::query);
  EXPECT_EQ(got.id, 0x1234);
  EXPECT_TRUE(got.recursion_desired);
  EXPECT_EQ(got.question.name, "firmware.example.test");
  EXPECT_EQ(got.question.type, kTypeAaaa);
  EXPECT_EQ(got.question.klass, kClassIn);
  EXPECT_EQ(got.question.wire, packet.substr(12));
}

TEST(AQuery, ForTheRootHasAnEmptyName) {
  const auto got = parse_query(query(1, ""));
  EXPECT_EQ(got.kind, Kind::query);
  EXPECT_EQ(got.question.name, "");
}

TEST(AQuery, MayBringAnOptRecordThatIsNotLookedAt) {
  const std::string opt = std::string(1, '\0') + word(41) + word(4096) + word(0) + word(0) + word(0);
  auto packet = query(1, "a.b") + opt;
  packet[11] = 1;
  EXPECT_EQ(parse_query(packet).question.wire, query(1, "a.b").substr(12));
}

TEST(AQuery, WithOddBytesInALabelHasANameThatShowsThem) {
  const auto packet = header(1) + std::string("\5a.b\\\x80\3\0 x", 10) + '\0' + word(1) + word(1);
  EXPECT_EQ(parse_query(packet).question.name, "a\\.b\\\\\\128.\\000\\032x");
}

TEST(AQuery, CutAnywhereIsAFormatErrorOrNoQueryAtAll) {
  const auto whole = query(7, "www.example.test");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto got = parse_query(std::string_view(whole).substr(0, size));
    EXPECT_EQ(got.kind, size < 12 ? Kind::drop : Kind::error) << size;
    EXPECT_EQ(got.rcode, size < 12 ? Rcode::noerror : Rcode::formerr) << size;
  }
}

TEST(AQuery, WithAnotherNumberOfQuestionsThanOneIsAFormatError) {
  for (const unsigned questions : {0U, 2U, 65535U}) {
    auto packet = header(7, 0x0100, questions) + query(7, "a").substr(12) + query(7, "b").substr(12);
    EXPECT_EQ(parse_query(packet).rcode, Rcode::formerr) << questions;
  }
}

TEST(AQuery, WithACompressionPointerIsAFormatError) {
  const std::string name = "\3www";
  for (const auto& pointer : {word(0xC00C), word(0xC000), word(0xFFFF), word(0x4000), word(0x8000)})
    for (const auto& before : {std::string{}, name})
      EXPECT_EQ(parse_query(header(7) + before + pointer + word(1) + word(1)).rcode, Rcode::formerr);
}

TEST(AQuery, WithALabelOrANameThatIsTooLongIsAFormatError) {
  const std::string most(63, 'x');
  EXPECT_EQ(parse_query(query(1, most)).kind, Kind::query);
  EXPECT_EQ(parse_query(query(1, most + "x")).rcode, Rcode::formerr);
  const auto three = most + "." + most + "." + most + ".";
  EXPECT_EQ(parse_query(query(1, three + std::string(61, 'x'))).kind, Kind::query);  // 255 bytes on the wire
  EXPECT_EQ(parse_query(query(1, three + std::string(62, 'x'))).rcode, Rcode::formerr);
}

TEST(AResponse, IsNoQuery) {
  EXPECT_EQ(parse_query(header(7, 0x8180) + query(7, "a").substr(12)).kind, Kind::drop);
}

TEST(AnotherOpcode, IsNotImplemented) {
  const auto got = parse_query(header(7, 0x2800) + query(7, "a").substr(12));  // UPDATE
  EXPECT_EQ(got.kind, Kind::error);
  EXPECT_EQ(got.rcode, Rcode::notimp);
  EXPECT_EQ(hex(encode_answer(got, got.rcode, {}, 0)), "0007ac840000000000000000");
}

TEST(AnAnswer, IsTheseBytes) {
  const auto got = parse_query(query(0x1234, "aB"));
  EXPECT_EQ(hex(encode_answer(got, Rcode::noerror, {{192, 168, 4, 2}}, 0x01020304)),
            "1234"
            "8580"              // response, authoritative, recursion wanted and there
            "0001000100000000"  // a question and an answer
            "026142000001"
            "0001"
            "c00c00010001"
            "01020304"
            "0004c0a80402");
  EXPECT_EQ(hex(encode_answer(got, Rcode::nxdomain, {}, 0)),
            "123485830001000000000000026142000001"
            "0001");
}

TEST(Answers, FollowAnAliasToItsAddress) {
  const auto got = parse_query(query(0x1234, "a.b"));
  const auto answer = encode_answer(got, Rcode::noerror, {{127, 0, 0, 1}}, 0, "c.d");
  const auto records = answer.substr(12 + got.question.wire.size());
  EXPECT_EQ(hex(answer.substr(6, 2)), "0002");
  EXPECT_EQ(hex(records),
            "c00c00050001000000000005"
            "0163016400"
            "c021"
            "00010001000000000004"
            "7f000001");
}

TEST(AnAnswer, IsCutToWhatADatagramHoldsAndSaysSo) {
  const auto got = parse_query(query(1, "name.test"));
  const std::vector<Ipv4> many(100, Ipv4{127, 0, 0, 1});
  const auto answer = encode_answer(got, Rcode::noerror, many, 0);
  EXPECT_LE(answer.size(), kMostUdp);
  EXPECT_GT(answer.size(), kMostUdp - 16);
  EXPECT_EQ(answer[2] & 0x02, 0x02);
  EXPECT_EQ(static_cast<std::size_t>(answer[7]), (answer.size() - 12 - got.question.wire.size()) / 16);
}

TEST(Noise, IsDroppedOrAnsweredAndNeverMoreThanThat) {
  Random random(7238);
  for (int round = 0; round < 50'000; ++round) {
    auto packet = query(1, "www.example.test") + random.bytes(random.below(20));
    for (auto harms = random.below(5); harms > 0; --harms)
      packet[random.below(packet.size())] = static_cast<char>(random.next());
    packet.resize(random.below(packet.size() + 1));
    const auto got = parse_query(packet);
    if (got.kind == Kind::drop) continue;
    ASSERT_EQ(encode_answer(got, got.rcode, {}, 0).size(), 12 + got.question.wire.size());
    ASSERT_LE(got.question.wire.size(), 259U);
  }
}

TEST(NormalName, IsWithoutCaseAndLastDot) {
  EXPECT_EQ(normal_name("WWW.Example.test."), "www.example.test");
  EXPECT_EQ(normal_name("a\\."), "a\\.");
  EXPECT_EQ(normal_name("."), "");
}

}  // namespace
}  // namespace attest::server::dns

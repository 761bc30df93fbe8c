#include "harness/airkiss/encoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/file.hpp"

namespace attest::airkiss {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

nlohmann::json vectors() {
  return nlohmann::json::parse(must(read_file(ATTEST_AIRKISS_VECTORS))).at("vectors");
}

TEST(AirKissEncoder, AgreesWithEveryVectorByteForByte) {
  int seen = 0;
  for (const auto& one : vectors()) {
    const auto ssid = one.at("ssid").get<std::string>();
    const auto burst = must(
        encode(ssid, Secret(one.at("password").get<std::string>()), one.at("random").get<std::uint8_t>()));
    EXPECT_EQ(nlohmann::json(burst.guide), one.at("guide")) << ssid;
    EXPECT_EQ(nlohmann::json(burst.magic), one.at("magic")) << ssid;
    EXPECT_EQ(nlohmann::json(burst.prefix), one.at("prefix")) << ssid;
    EXPECT_EQ(nlohmann::json(burst.sequences), one.at("sequences")) << ssid;
    ++seen;
  }
  EXPECT_GE(seen, 7);
}

TEST(AirKissEncoder, SendsTheGuideFirstAndNoLengthBeyondAFrame) {
  const auto packets = packets_of(must(encode("a network", Secret("password"), 200)));
  EXPECT_THAT(std::vector(packets.begin(), packets.begin() + 5), ElementsAre(1, 2, 3, 4, 1));
  for (const auto length : packets) {
    EXPECT_GT(length, 0);
    EXPECT_LT(length, 512);
  }
}

TEST(AirKissEncoder, RefusesWhatAirKissCannotSay) {
  EXPECT_THAT(encode("", Secret(), 1).error().text(), HasSubstr("0 bytes"));
  EXPECT_THAT(encode(std::string(33, 's'), Secret(), 1).error().text(), HasSubstr("33 bytes"));
  EXPECT_TRUE(encode(std::string(32, 's'), Secret(std::string(32, 'p')), 1));
  EXPECT_THAT(encode("s", Secret(std::string(33, 'p')), 1).error().text(), HasSubstr("over BLE"));
}

TEST(AirKissEncoder, EncryptsThePasswordAlone) {
  const auto key = *must(key_from("0123456789abcdef"));
  const auto plain = must(encode("net", Secret("password"), 9));
  const auto hidden = must(encode("net", Secret("password"), 9, key));
  EXPECT_EQ(plain.sequences.size(), 3U);   // 8 + 1 + 3 bytes
  EXPECT_EQ(hidden.sequences.size(), 5U);  // 16 + 1 + 3
  EXPECT_EQ(hidden.prefix.at(0), 0x41);
  EXPECT_EQ(hidden.sequences.back().back(), 0x100 | 't');
  EXPECT_FALSE(encode("net", Secret(std::string(32, 'p')), 9, key));  // 48 bytes with the padding
}

TEST(AirKissKey, HasSixteenCharactersOrNone) {
  EXPECT_FALSE(must(key_from("")).has_value());
  EXPECT_THAT(key_from("short").error().text(), HasSubstr("a key has 16"));
}

}  // namespace
}  // namespace attest::airkiss

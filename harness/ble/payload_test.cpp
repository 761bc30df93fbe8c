#include "harness/ble/payload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace attest::ble {
namespace {

TEST(Payload, IsTheManualsExample) {
  EXPECT_EQ(encode_payload("TP-LINK_1086", Secret("12345678")).value(), "012TP-LINK_10860812345678");
}

TEST(Payload, CountsBytesAndKeepsEveryOne) {
  EXPECT_EQ(encode_payload("\xC3\xBC, 08", Secret("0812345678")).value(), "006\xC3\xBC, 08100812345678");
  EXPECT_EQ(encode_payload("a", Secret()).value(), "001a00");
  EXPECT_EQ(encode_payload(std::string(32, 's'), Secret(std::string(63, 'p'))).value(),
            "032" + std::string(32, 's') + "63" + std::string(63, 'p'));
}

TEST(Payload, RefusesWhatNoNetworkHas) {
  for (const auto& ssid : {std::string(), std::string(33, 's')}) {
    const auto made = encode_payload(ssid, Secret("12345678"));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().fault, Fault::usage);
    EXPECT_THAT(made.error().cure, testing::HasSubstr("1 to 32"));
  }
  for (const auto& password : {std::string("1"), std::string("1234567"), std::string(64, 'p')}) {
    const auto made = encode_payload("net", Secret(password));
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().cure, testing::HasSubstr("8 to 63"));
    EXPECT_THAT(made.error().text(), testing::Not(testing::HasSubstr(password == "1" ? "`1`" : password)));
  }
}

/// The manual's rules read once more, and differently: is it one whole and right payload?
bool well_formed(std::string_view b) {
  const auto number = [&](std::size_t at) {
    const bool two = at + 2 <= b.size() && isdigit(b[at]) != 0 && isdigit(b[at + 1]) != 0;
    return two ? (b[at] - '0') * 10 + b[at + 1] - '0' : -1;
  };
  if (b.empty() || b[0] != '0') return false;
  const int ssid = number(1);
  if (ssid < 1 || ssid > 32) return false;
  const auto after = 3 + static_cast<std::size_t>(ssid);
  const int password = number(after);
  if (password < 0 || password > 63 || (password > 0 && password < 8)) return false;
  return b.size() == after + 2 + static_cast<std::size_t>(password);
}

TEST(MalformedPayloads, AreAllMalformedAndAllDifferent) {
  for (const auto* ssid : {"a", "TP-LINK_1086", "0123456789abcdef0123456789abcdef"}) {
    for (const auto& password : {std::string(), std::string("12345678"), std::string(63, '1')}) {
      ASSERT_TRUE(well_formed(encode_payload(ssid, Secret(password)).value()));
      const auto all = malformed_payloads(ssid, Secret(password)).value();
      std::set<std::string> names, bytes;
      for (const auto& m : all) {
        EXPECT_FALSE(well_formed(m.bytes)) << m.name;
        EXPECT_FALSE(m.why.empty());
        names.insert(m.name);
        bytes.insert(m.bytes);
      }
      EXPECT_EQ(names.size(), all.size());
      EXPECT_GE(names.size(), 13U);
      EXPECT_EQ(bytes.size(), all.size()) << ssid << ' ' << password.size();
    }
  }
}

TEST(MalformedPayloads, AreMadeFromCredentialsThatWouldWork) {
  EXPECT_FALSE(malformed_payloads("", Secret("12345678")));
  EXPECT_FALSE(malformed_payloads("net", Secret("1234567")));
}

}  // namespace
}  // namespace attest::ble

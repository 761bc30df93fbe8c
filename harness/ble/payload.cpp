#include "harness/ble/payload.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace attest::ble {
namespace {

constexpr std::size_t most_ssid = 32, least_password = 8, most_password = 63;
constexpr std::size_t most_value = 512;  // of a characteristic, by the Bluetooth Core Specification

/// The shape alone: every length field as it is given, right or wrong.
struct Shape {
  std::string type = "0";
  std::string ssid_length, ssid, password_length, password;

  [[nodiscard]] std::string bytes() const { return type + ssid_length + ssid + password_length + password; }
};

std::string digits(std::size_t length) {
  return fmt::format("{:02}", length);
}

/// What comes to that number where nobody looks whether the characters are digits: ten more, and one ten
/// less.
std::string arithmetic(std::size_t length) {
  const auto tens = static_cast<char>('0' + static_cast<int>(length / 10) - 1);
  const auto ones = static_cast<char>('0' + static_cast<int>(length % 10) + 10);
  return {tens, ones};
}

Shape shape(std::string_view ssid, std::string_view password) {
  return {.ssid_length = digits(ssid.size()),
          .ssid = std::string(ssid),
          .password_length = digits(password.size()),
          .password = std::string(password)};
}

Status usable(std::string_view ssid, const Secret& password) {
  if (ssid.empty() || ssid.size() > most_ssid) {
    return fail(Fault::usage, fmt::format("make a provisioning payload: the SSID has {} bytes", ssid.size()),
                "an SSID has 1 to 32 bytes");
  }
  if (password.empty()) return {};
  if (password.size() < least_password || password.size() > most_password) {
    return fail(Fault::usage,
                fmt::format("make a provisioning payload: the password has {} bytes", password.size()),
                "a password has 8 to 63 bytes, or none for an open network");
  }
  return {};
}

std::string long_to(std::string text, std::size_t size) {
  text.resize(size, 'x');
  return text;
}

}  // namespace

Result<std::string> encode_payload(std::string_view ssid, const Secret& password) {
  if (auto s = usable(ssid, password); !s) return tl::unexpected(s.error());
  return shape(ssid, password.reveal()).bytes();
}

Result<std::vector<Malformed>> malformed_payloads(std::string_view ssid, const Secret& password) {
  if (auto s = usable(ssid, password); !s) return tl::unexpected(s.error());
  const Shape good = shape(ssid, password.reveal());
  const auto with = [&](auto change) {
    Shape changed = good;
    change(changed);
    return changed.bytes();
  };
  const std::string whole = good.bytes();
  // Past the end even where the rest of the payload is taken for the SSID.
  const auto beyond = digits(std::min<std::size_t>(99, whole.size()));
  std::vector<Malformed> all{
      {"wrong-type", with([](Shape& s) { s.type = std::string("9"); }), "the type byte is 9, not 0"},
      {"type-one", with([](Shape& s) { s.type = std::string("1"); }), "the type byte is 1, not 0"},
      {"type-binary", with([](Shape& s) { s.type = std::string(1, '\0'); }),
       "the type byte is the number 0, not the digit"},
      {"ssid-length-not-digits", with([](Shape& s) { s.ssid_length = std::string("ab"); }),
       "the SSID length is `ab`"},
      {"ssid-length-arithmetic", with([&](Shape& s) { s.ssid_length = arithmetic(s.ssid.size()); }),
       "the SSID length is two characters that are right by arithmetic and no digits"},
      {"password-length-not-digits", with([](Shape& s) { s.password_length = std::string("-8"); }),
       "the password length is `-8`"},
      {"ssid-past-end", with([&](Shape& s) { s.ssid_length = beyond; }),
       "the SSID length is more than all that follows"},
      {"password-past-end", with([](Shape& s) { s.password_length = digits(s.password.size() + 1); }),
       "the password length is one more than what follows"},
      {"ssid-empty", with([](Shape& s) { s.ssid_length = std::string("00"), s.ssid.clear(); }),
       "the SSID has no byte"},
      {"ssid-too-long",
       with([](Shape& s) { s.ssid_length = std::string("33"), s.ssid = long_to(s.ssid, 33); }),
       "the SSID has 33 bytes"},
      {"password-too-long",
       with([](Shape& s) { s.password_length = std::string("64"), s.password = long_to(s.password, 64); }),
       "the password has 64 bytes"},
      {"empty", {}, "there is no byte at all"},
      {"over-long", whole + "trailing", "bytes follow the password"},
      {"huge", long_to(whole, most_value), "it is as long as a value can be"},
      {"truncated", whole.substr(0, 3 + ssid.size() + 1), "it ends within the password length"},
  };
  // Only a length of one digit leaves room for what a lenient reader of numbers would pass over.
  if (ssid.size() < 10) {
    all.push_back({"ssid-length-half-a-number",
                   with([&](Shape& s) { s.ssid_length = fmt::format("{}x", ssid.size()); }),
                   "the SSID length is a digit and a letter"});
    all.push_back({"ssid-length-spaced",
                   with([&](Shape& s) { s.ssid_length = fmt::format(" {}", ssid.size()); }),
                   "the SSID length is a space and a digit"});
  }
  if (password.size() < 10)
    all.push_back({"password-length-signed",
                   with([&](Shape& s) { s.password_length = fmt::format("+{}", password.size()); }),
                   "the password length is a sign and a digit"});
  return all;
}

}  // namespace attest::ble

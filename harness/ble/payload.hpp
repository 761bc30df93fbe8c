// What a phone writes to the device (the manual, CWSTARTSMART, Notes), and what it should not write (SS-12).
//
// The bytes hold the password: they go to the radio and nowhere else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/secret.hpp"

namespace attest::ble {

/// Type `0`, two digits of SSID length, SSID, two digits of password length, password. Lengths are in bytes.
/// An SSID of 0 or over 32 bytes, and a password of 1..7 or over 63 bytes, are usage errors (SS-09); an empty
/// password is an open network (SS-11).
[[nodiscard]] Result<std::string> encode_payload(std::string_view ssid, const Secret& password);

struct Malformed {
  std::string name;   ///< "wrong-type", an id that stays
  std::string bytes;  ///< what to write; holds the password
  std::string why;    ///< what is wrong with it, in words
};

/// Every way of SS-12 to get it wrong, each with one mistake. The SSID and password must be ones that
/// encode_payload takes, so that a device that forgives the mistake would join and be caught.
[[nodiscard]] Result<std::vector<Malformed>> malformed_payloads(std::string_view ssid,
                                                                const Secret& password);

}  // namespace attest::ble

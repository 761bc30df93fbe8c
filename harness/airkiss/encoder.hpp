// What AirKiss says by the lengths of packets: the encoder, which sends nothing.
//
// A device in monitor mode sees frame lengths with an unknown constant added. It learns the constant from the
// guide code and then reads name, password and a random byte from the lengths (AirKiss 2.0, without
// encryption).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/secret.hpp"

namespace attest::airkiss {

/// Of the AES-128 variant: CBC with the key as its initial value and PKCS#7, of the password alone. As
/// published; nobody has yet shown it to us on a device.
using Key = std::array<std::uint8_t, 16>;

/// 16 characters as they are; an empty text is no key. Anything else is a usage error.
[[nodiscard]] Result<std::optional<Key>> key_from(std::string_view text);

/// Lengths of UDP payloads in bytes, 1 … 511, each list in the order of sending.
struct Burst {
  std::vector<std::uint16_t> guide, magic, prefix;
  std::vector<std::vector<std::uint16_t>> sequences;
};

/// An SSID has 1 to 32 bytes. A password that is sent as more than 32 bytes is a usage error: decoders in the
/// field do not take it, which is AirKiss's limit and no fault of a device.
[[nodiscard]] Result<Burst> encode(std::string_view ssid, const Secret& password, std::uint8_t random,
                                   const std::optional<Key>& key = {});

/// The whole of it once: guide for a second at the usual pace, magic and prefix 20 times, the sequences 8
/// times.
[[nodiscard]] std::vector<std::uint16_t> packets_of(const Burst& burst);

}  // namespace attest::airkiss

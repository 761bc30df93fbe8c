// OTA images as the chip's bootloader takes them (`.rbl`): a header of 96 bytes, little-endian, then the
// package. Written and read by the tester, and broken in one named way at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace attest::server::ota {

constexpr std::size_t kHeaderSize = 96;

/// Not encrypted. QuickLZ and FastLZ are known and not supported here.
enum class Compression : std::uint8_t { none = 0, gzip = 1 };

struct RblSpec {
  std::string raw;  ///< what is to run
  std::string partition = "app";
  std::string version = "1.0.1";  ///< after the update
  std::string current = "00010203040506070809";
  Compression compression = Compression::none;
  std::uint32_t timestamp = 0;  ///< seconds since 1970
};

/// The file. The same spec gives the same bytes. Throws a Failure (usage) where a text does not fit into its
/// field or the raw image not into 32 bits.
[[nodiscard]] std::string make_rbl(const RblSpec& spec);

/// An image that passed all checks.
struct RblImage {
  Compression compression = Compression::none;
  std::uint32_t timestamp = 0;
  std::string partition, version, current;
  std::uint32_t body_crc = 0;      ///< CRC-32 of `body`
  std::uint32_t hash = 0;          ///< FNV-1a of `raw`
  std::uint32_t raw_size = 0;      ///< bytes of `raw`
  std::uint32_t package_size = 0;  ///< bytes of `body`
  std::uint32_t header_crc = 0;    ///< CRC-32 of the header before it
  std::string body;                ///< as stored
  std::string raw;                 ///< unpacked
};

/// What a bootloader checks, in the order in which it is checked here.
enum class Check {
  header,        ///< there are 96 bytes
  magic,         ///< RBL
  header_crc,    ///< of bytes 0 to 91
  algorithm,     ///< no encryption, a known compression
  partition,     ///< the target's name
  fits,          ///< both sizes are at most the target's capacity
  cut,           ///< all of the package is there
  package_size,  ///< and nothing behind it
  body_crc,      ///< of the package
  unpack,        ///< the package is a whole stream of its compression
  raw_size,      ///< it unpacks to so many bytes
  hash           ///< of the raw image
};
[[nodiscard]] std::string_view name_of(Check check);

struct Rejected {
  Check check;       ///< the first that failed
  std::string what;  ///< what was expected and what is there
};

/// Where an image is to go. A BK7238 has 2 MiB of flash, so no partition is larger; a profile knows its own.
struct Target {
  std::string partition = "app";
  std::uint32_t capacity = 2U << 20;
};

/// Any bytes are allowed; no more than the target's capacity is unpacked.
[[nodiscard]] tl::expected<RblImage, Rejected> parse_rbl(std::string_view file, const Target& target = {});

/// One property that is wrong while all others are right: sums over what is damaged are made anew.
enum class Damage {
  magic,
  header_crc,
  encryption,    ///< said to be encrypted
  compression,   ///< said to be packed in a way that nobody knows
  partition,     ///< for another partition
  too_large,     ///< a whole image of more than the target's capacity
  header_cut,    ///< ends within the header
  cut,           ///< ends within the package
  package_size,  ///< said to be shorter than it is
  body_crc,      ///< the sum is not that of the package
  body_bit,      ///< a bit of the package turned over, as on the way
  stream,        ///< packed badly (gzip only); the sum is that of the bad package
  raw_size,      ///< said to be of another size
  hash           ///< said to have another hash
};
constexpr Damage kDamages[] = {
    Damage::magic,     Damage::header_crc, Damage::encryption, Damage::compression,  Damage::partition,
    Damage::too_large, Damage::header_cut, Damage::cut,        Damage::package_size, Damage::body_crc,
    Damage::body_bit,  Damage::stream,     Damage::raw_size,   Damage::hash};
[[nodiscard]] std::string_view name_of(Damage damage);
/// The check that catches it.
[[nodiscard]] Check check_against(Damage damage);

/// A sound image, damaged; where and how by the seed. Throws a Failure (usage) if the image is not sound, or
/// cannot have the damage (an empty package has nothing to cut).
[[nodiscard]] std::string damage(std::string_view sound, Damage kind, std::uint64_t seed,
                                 const Target& target = {});

/// CRC-32 as in zlib, and FNV-1a of 32 bits.
[[nodiscard]] std::uint32_t crc32(std::string_view bytes);
[[nodiscard]] std::uint32_t fnv1a32(std::string_view bytes);

}  // namespace attest::server::ota

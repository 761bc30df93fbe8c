// The 96 bytes of an image's header, field by field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace attest::server::ota {

constexpr std::string_view kMagic{"RBL\0", 4};
constexpr std::size_t kPartitionSize = 16, kVersionSize = 24, kCurrentSize = 24;

struct Header {
  std::string magic{kMagic};
  std::uint8_t encryption = 0, compression = 0;
  std::uint32_t timestamp = 0;
  std::string partition, version, current;  ///< without the NULs behind them
  std::uint32_t body_crc = 0, hash = 0, raw_size = 0, package_size = 0;
  std::uint32_t header_crc = 0;
};

/// The bytes, with the header CRC as it stands in `header`.
[[nodiscard]] std::string encode(const Header& header);
/// The same with the header CRC that it should have.
[[nodiscard]] std::string encode_sealed(Header header);
/// Of at least kHeaderSize bytes.
[[nodiscard]] Header decode(std::string_view file);

}  // namespace attest::server::ota

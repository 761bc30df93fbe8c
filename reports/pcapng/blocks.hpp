// The blocks of a pcapng file (draft-ietf-opsawg-pcapng), as bytes in little endian. Internal to
// reports/pcapng.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attest::reports::pcapng {

/// Code and value; the values' padding is made here.
using Options = std::vector<std::pair<std::uint16_t, std::string>>;

inline constexpr std::uint16_t kComment = 1, kIfName = 2, kIfDescription = 3, kOs = 3, kApplication = 4,
                               kFlags = 2;
/// An option's value longer than this cannot be written, and is cut.
inline constexpr std::size_t kLongestOption = 65'000;

enum class Direction : std::uint8_t { unknown, inbound, outbound };

struct Packet {
  std::uint32_t interface = 0;
  std::uint64_t ns = 0;  ///< since 1970
  std::string_view bytes;
  std::uint64_t left_out = 0;  ///< that followed on the wire, and are not here
  Direction direction = Direction::unknown;
  std::vector<std::string> comments;
};

[[nodiscard]] std::string section_header(const Options& options);
/// Its packets' times are nanoseconds.
[[nodiscard]] std::string interface_description(std::uint16_t link_type, std::string_view name,
                                                std::string_view description);
[[nodiscard]] std::string packet(const Packet& packet);
/// Of TLS sessions, in NSS's key log format.
[[nodiscard]] std::string tls_secrets(std::string_view key_log);

/// In the byte order of networks, and of this file.
[[nodiscard]] std::string big(std::uint64_t value, int bytes);
[[nodiscard]] std::string little(std::uint64_t value, int bytes);

}  // namespace attest::reports::pcapng

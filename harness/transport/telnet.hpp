// Telnet as RFC 2217 uses it: data in which 255 is doubled, and commands between. Incremental, bounded, and
// without any I/O.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attest::transport::telnet {

inline constexpr unsigned char kIac = 255, kDont = 254, kDo = 253, kWont = 252, kWill = 251, kSb = 250,
                               kSe = 240;
inline constexpr unsigned char kBinary = 0, kSuppressGoAhead = 3, kComPort = 44;

struct Command {
  unsigned char verb = 0;  ///< kWill, kWont, kDo, kDont or kSb; others are left out
  unsigned char option = 0;
  std::string payload;  ///< of a kSb: what stands between its option and its end
};

class Decoder {
 public:
  /// Longer subnegotiations are left out: nothing that is of use here is as long.
  static constexpr std::size_t kLongestPayload = 256;

  /// Takes the commands out of what has arrived: the data stand at its front afterwards, so many bytes. Where
  /// nothing is escaped no byte is moved.
  [[nodiscard]] std::size_t decode(std::span<char> bytes);
  /// Those that were complete, in their order; once.
  [[nodiscard]] std::vector<Command> take() { return std::exchange(commands_, {}); }

 private:
  enum class State { data, iac, option, sub_option, sub, sub_iac };
  void feed_command(unsigned char byte);

  State state_ = State::data;
  Command open_;
  bool too_long_ = false;
  std::vector<Command> commands_;
};

/// The bytes as they go out: `bytes` themselves where nothing has to be escaped, else `room`, which is
/// filled.
[[nodiscard]] std::string_view encode(std::string_view bytes, std::string& room);
/// IAC verb option.
[[nodiscard]] std::string negotiation(unsigned char verb, unsigned char option);
/// IAC SB option payload IAC SE, the payload escaped.
[[nodiscard]] std::string subnegotiation(unsigned char option, std::string_view payload);

}  // namespace attest::transport::telnet

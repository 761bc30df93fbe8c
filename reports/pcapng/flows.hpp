// TCP and UDP as it would have been seen on the wire, around what is known of each flow. Internal to
// reports/pcapng.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attest::reports::pcapng {

struct Endpoint {
  std::array<std::uint8_t, 4> address{127, 0, 0, 1};
  std::uint16_t port = 0;
};
/// "192.168.1.7:40212"; nothing for another form (IPv6).
[[nodiscard]] std::optional<Endpoint> endpoint(std::string_view text);

/// An IPv4 packet with a UDP datagram.
[[nodiscard]] std::string udp(const Endpoint& from, const Endpoint& to, std::string_view payload);

/// One connection from its handshake on. Segments have the numbers and checksums that they must have;
/// acknowledgements ride on what follows.
class TcpFlow {
 public:
  TcpFlow(Endpoint client, Endpoint server) : ends_{client, server} {}
  enum class From { client, server };
  [[nodiscard]] std::string syn(From from);
  [[nodiscard]] std::string ack(From from) { return segment(from, kAck, {}, 0); }
  /// `left_out` more bytes are of the segment, and not in it: its head counts them, and it has no checksum.
  [[nodiscard]] std::string data(From from, std::string_view payload, std::uint16_t left_out = 0) {
    return segment(from, kAck | kPush, payload, left_out);
  }
  [[nodiscard]] std::string fin(From from);

 private:
  static constexpr std::uint8_t kFin = 1, kSyn = 2, kPush = 8, kAck = 16;
  [[nodiscard]] static std::size_t side(From from) { return from == From::client ? 0 : 1; }
  [[nodiscard]] std::string segment(From from, std::uint8_t flags, std::string_view payload,
                                    std::uint16_t left_out);

  std::array<Endpoint, 2> ends_;
  std::array<std::uint32_t, 2> sent_{1000, 5000};  ///< the next sequence number of each
};

}  // namespace attest::reports::pcapng

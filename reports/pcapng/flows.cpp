#include "reports/pcapng/flows.hpp"

#include <charconv>

#include "reports/pcapng/blocks.hpp"

namespace attest::reports::pcapng {
namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17;

template <class Number>
std::optional<Number> number(std::string_view& text) {
  Number value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc()) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string address(const Endpoint& one) {
  return {one.address.begin(), one.address.end()};
}

/// RFC 1071.
std::uint16_t checksum(std::string_view bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (i % 2 == 0 ? 8 : 0);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum & 0xffff);
}

void put_checksum(std::string& bytes, std::size_t at, std::uint16_t value) {
  bytes.replace(at, 2, big(value, 2));
}

std::string ip(std::uint8_t protocol, const Endpoint& from, const Endpoint& to, const std::string& payload,
               std::uint16_t left_out = 0) {
  static constexpr std::size_t kChecksum = 10;
  std::string head = big(0x4500, 2) + big(20 + payload.size() + left_out, 2) + big(0, 4) + big(64, 1) +
                     big(protocol, 1) + big(0, 2) + address(from) + address(to);
  put_checksum(head, kChecksum, checksum(head));
  return head + payload;
}

std::string with_checksum(std::uint8_t protocol, const Endpoint& from, const Endpoint& to, std::string bytes,
                          std::size_t at) {
  const auto pseudo = address(from) + address(to) + big(protocol, 2) + big(bytes.size(), 2);
  put_checksum(bytes, at, checksum(pseudo + bytes));
  return ip(protocol, from, to, bytes);
}

}  // namespace

std::optional<Endpoint> endpoint(std::string_view text) {
  Endpoint out;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto one = number<std::uint8_t>(text);
    if (!one || text.empty() || text.front() != (i < 3 ? '.' : ':')) return {};
    out.address[i] = *one;
    text.remove_prefix(1);
  }
  const auto port = number<std::uint16_t>(text);
  if (!port || !text.empty()) return {};
  out.port = *port;
  return out;
}

std::string udp(const Endpoint& from, const Endpoint& to, std::string_view payload) {
  static constexpr std::size_t kChecksum = 6;
  auto bytes = big(from.port, 2) + big(to.port, 2) + big(8 + payload.size(), 2) + big(0, 2);
  bytes += payload;
  return with_checksum(kUdp, from, to, std::move(bytes), kChecksum);
}

std::string TcpFlow::segment(From from, std::uint8_t flags, std::string_view payload,
                             std::uint16_t left_out) {
  static constexpr std::size_t kChecksum = 16;
  static constexpr std::uint8_t kHeadWords = 5 << 4;
  const auto own = side(from), other = 1 - own;
  auto bytes = big(ends_[own].port, 2) + big(ends_[other].port, 2) + big(sent_[own], 4) +
               big((flags & kAck) != 0 ? sent_[other] : 0, 4) + big(kHeadWords, 1) + big(flags, 1) +
               big(65'535, 2) + big(0, 4);
  bytes += payload;
  sent_[own] += static_cast<std::uint32_t>(payload.size() + left_out);
  if (left_out > 0) return ip(kTcp, ends_[own], ends_[other], bytes, left_out);
  return with_checksum(kTcp, ends_[own], ends_[other], std::move(bytes), kChecksum);
}

std::string TcpFlow::syn(From from) {
  auto out = segment(from, from == From::client ? kSyn : kSyn | kAck, {}, 0);
  ++sent_[side(from)];
  return out;
}

std::string TcpFlow::fin(From from) {
  auto out = segment(from, kFin | kAck, {}, 0);
  ++sent_[side(from)];
  return out;
}

}  // namespace attest::reports::pcapng

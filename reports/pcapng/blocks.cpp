#include "reports/pcapng/blocks.hpp"

namespace attest::reports::pcapng {
namespace {

std::string padded(std::string_view bytes) {
  std::string out(bytes);
  out.resize((out.size() + 3) / 4 * 4, '\0');
  return out;
}

std::string options(const Options& all) {
  std::string out;
  for (const auto& [code, value] : all) {
    const auto kept = std::string_view(value).substr(0, kLongestOption);
    out += little(code, 2) + little(kept.size(), 2) + padded(kept);
  }
  return all.empty() ? out : out + little(0, 4);
}

std::string block(std::uint32_t type, const std::string& body) {
  const auto size = little(body.size() + 12, 4);
  return little(type, 4) + size + body + size;
}

}  // namespace

std::string little(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
  return out;
}

std::string big(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((value >> (8 * i)) & 0xff);
  return out;
}

std::string section_header(const Options& all) {
  static constexpr std::uint32_t kType = 0x0A0D0D0A, kOrder = 0x1A2B3C4D;
  static constexpr auto kUnknownLength = ~std::uint64_t{0};
  return block(kType,
               little(kOrder, 4) + little(1, 2) + little(0, 2) + little(kUnknownLength, 8) + options(all));
}

std::string interface_description(std::uint16_t link_type, std::string_view name,
                                  std::string_view description) {
  static constexpr std::uint16_t kResolution = 9;  // the code of if_tsresol, and by chance its value: 10^-9 s
  static constexpr std::uint32_t kNoLimit = 0;
  return block(1, little(link_type, 2) + little(0, 2) + little(kNoLimit, 4) +
                      options({{kIfName, std::string(name)},
                               {kIfDescription, std::string(description)},
                               {kResolution, std::string(1, '\x09')}}));
}

std::string packet(const Packet& one) {
  static constexpr std::uint32_t kType = 6;
  Options all;
  if (one.direction != Direction::unknown)
    all.emplace_back(kFlags, little(one.direction == Direction::inbound ? 1 : 2, 4));
  for (const auto& comment : one.comments) all.emplace_back(kComment, comment);
  return block(kType, little(one.interface, 4) + little(one.ns >> 32, 4) + little(one.ns, 4) +
                          little(one.bytes.size(), 4) + little(one.bytes.size() + one.left_out, 4) +
                          padded(one.bytes) + options(all));
}

std::string tls_secrets(std::string_view key_log) {
  static constexpr std::uint32_t kType = 10, kTlsKeyLog = 0x544c534b;
  return block(kType, little(kTlsKeyLog, 4) + little(key_log.size(), 4) + padded(key_log));
}

}  // namespace attest::reports::pcapng

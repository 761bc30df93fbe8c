#include "server/dns/message.hpp"

#include <fmt/format.h>

#include <optional>

#include "harness/base/bytes.hpp"

namespace attest::server::dns {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kMostName = 255, kMostLabel = 63;  // RFC 1035, 2.3.4

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t word_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

void put_word(std::string& out, std::uint16_t word) {
  out += static_cast<char>(word >> 8);
  out += static_cast<char>(word & 0xFF);
}

void put_label(std::string& name, std::string_view label) {
  if (!name.empty()) name += '.';
  for (const char c : label) {
    if (c == '.' || c == '\\') name += '\\';
    if (c > ' ' && c < 0x7F)
      name += c;
    else
      name += fmt::format("\\{:03}", static_cast<std::uint8_t>(c));
  }
}

struct Name {
  std::string text;
  std::size_t size = 0;  ///< on the wire
};

std::optional<Name> name_at(std::string_view packet, std::size_t begin) {
  Name name;
  for (std::size_t at = begin; at < packet.size();) {
    const std::size_t length = byte_at(packet, at);
    if (length > kMostLabel) return std::nullopt;  // a pointer, or a kind of label that was never defined
    if (at + 1 + length - begin > kMostName || at + 1 + length > packet.size()) return std::nullopt;
    name.size = at + 1 + length - begin;
    if (length == 0) return name;
    put_label(name.text, packet.substr(at + 1, length));
    at += 1 + length;
  }
  return std::nullopt;
}

std::optional<Question> question_in(std::string_view packet) {
  const auto name = name_at(packet, kHeader);
  if (!name || kHeader + name->size + 4 > packet.size()) return std::nullopt;
  const auto after = kHeader + name->size;
  return Question{lower(name->text), word_at(packet, after), word_at(packet, after + 2),
                  std::string(packet.substr(kHeader, name->size + 4))};
}

}  // namespace

Parsed parse_query(std::string_view packet) {
  Parsed out;
  if (packet.size() < kHeader || (byte_at(packet, 2) & 0x80) != 0) return out;
  out.id = word_at(packet, 0);
  out.opcode = (byte_at(packet, 2) >> 3) & 0x0F;
  out.recursion_desired = (byte_at(packet, 2) & 0x01) != 0;
  out.kind = Parsed::Kind::error;
  out.rcode = out.opcode == 0 ? Rcode::formerr : Rcode::notimp;
  if (out.opcode != 0 || word_at(packet, 4) != 1) return out;
  auto question = question_in(packet);
  if (!question) return out;
  out.question = std::move(*question);
  out.rcode = Rcode::noerror;
  out.kind = Parsed::Kind::query;
  return out;
}

std::string encode_answer(const Parsed& query, Rcode rcode, const std::vector<Ipv4>& addresses,
                          std::uint32_t ttl) {
  constexpr std::size_t kRecord = 16;  // a pointer to the question's name, type, class, TTL, length, address
  const auto& wire = query.question.wire;
  const auto fitting = std::min(addresses.size(), (kMostUdp - kHeader - wire.size()) / kRecord);
  const unsigned truncated = fitting < addresses.size() ? 1 : 0;
  std::string out;
  put_word(out, query.id);
  // QR, opcode, AA, TC, RD; RA, rcode. RA is a lie that clients want to hear.
  put_word(out, static_cast<std::uint16_t>(0x8400U | unsigned{query.opcode} << 11 | truncated << 9 |
                                           (query.recursion_desired ? 0x0100U : 0U) | 0x0080U |
                                           static_cast<unsigned>(rcode)));
  put_word(out, wire.empty() ? 0 : 1);
  put_word(out, static_cast<std::uint16_t>(fitting));
  put_word(out, 0);
  put_word(out, 0);
  out += wire;
  for (std::size_t i = 0; i < fitting; ++i) {
    for (const std::uint16_t word : {std::uint16_t{0xC00C}, kTypeA, kClassIn}) put_word(out, word);
    put_word(out, static_cast<std::uint16_t>(ttl >> 16));
    put_word(out, static_cast<std::uint16_t>(ttl & 0xFFFF));
    put_word(out, 4);
    for (const auto byte : addresses[i]) out += static_cast<char>(byte);
  }
  return out;
}

std::string normal_name(std::string_view name) {
  if (name.ends_with('.') && !name.ends_with("\\.")) name.remove_suffix(1);
  return lower(name);
}

}  // namespace attest::server::dns

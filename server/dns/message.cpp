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

namespace {

/// A resource record of class IN whose owner stands at `owner` in the message.
std::string record(std::uint16_t owner, std::uint16_t type, std::uint32_t ttl, std::string_view data) {
  std::string out;
  for (const std::uint16_t word :
       {static_cast<std::uint16_t>(0xC000U | owner), type, kClassIn, static_cast<std::uint16_t>(ttl >> 16),
        static_cast<std::uint16_t>(ttl & 0xFFFF), static_cast<std::uint16_t>(data.size())})
    put_word(out, word);
  return out.append(data);
}

/// "a.test" as labels with their lengths.
std::string labels_of(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    out += static_cast<char>(label.size());
    out += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return out + '\0';
}

}  // namespace

std::string encode_answer(const Parsed& query, Rcode rcode, const std::vector<Ipv4>& addresses,
                          std::uint32_t ttl, std::string_view alias) {
  constexpr std::size_t kRecord = 16;  // a pointer to the owner's name, type, class, TTL, length, address
  constexpr std::size_t kRecordHead = 12;
  const auto& wire = query.question.wire;
  auto owner = static_cast<std::uint16_t>(kHeader);
  std::string records;
  if (!alias.empty()) {
    records = record(owner, kTypeCname, ttl, labels_of(alias));
    owner = static_cast<std::uint16_t>(kHeader + wire.size() + kRecordHead);
  }
  const auto fitting =
      std::min(addresses.size(), (kMostUdp - kHeader - wire.size() - records.size()) / kRecord);
  const unsigned truncated = fitting < addresses.size() ? 1 : 0;
  for (std::size_t i = 0; i < fitting; ++i)
    records +=
        record(owner, kTypeA, ttl, {reinterpret_cast<const char*>(addresses[i].data()), addresses[i].size()});
  std::string out;
  put_word(out, query.id);
  // QR, opcode, AA, TC, RD; RA, rcode. RA is a lie that clients want to hear.
  put_word(out, static_cast<std::uint16_t>(0x8400U | unsigned{query.opcode} << 11 | truncated << 9 |
                                           (query.recursion_desired ? 0x0100U : 0U) | 0x0080U |
                                           static_cast<unsigned>(rcode)));
  put_word(out, wire.empty() ? 0 : 1);
  put_word(out, static_cast<std::uint16_t>(fitting + (alias.empty() ? 0 : 1)));
  put_word(out, 0);
  put_word(out, 0);
  return out + wire + records;
}

std::string normal_name(std::string_view name) {
  if (name.ends_with('.') && !name.ends_with("\\.")) name.remove_suffix(1);
  return lower(name);
}

}  // namespace attest::server::dns

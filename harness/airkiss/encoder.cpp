#include "harness/airkiss/encoder.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <string>

namespace attest::airkiss {
namespace {

constexpr std::size_t kMostSsid = 32, kMostPassword = 32;
constexpr std::size_t kBytesOfSequence = 4;
constexpr int kGuides = 60, kMagics = 20, kPrefixes = 20, kSequences = 8;

/// Polynomial 0x31 reflected, initial value 0, no final xor.
std::uint8_t crc8(std::string_view bytes) {
  unsigned crc = 0;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0x8CU : crc >> 1U;
  }
  return static_cast<std::uint8_t>(crc);
}

/// Two bytes as four nibbles, each below a mark of its own.
std::vector<std::uint16_t> nibbles(unsigned first_mark, unsigned value, unsigned crc) {
  const unsigned four[] = {value >> 4U, value & 15U, crc >> 4U, crc & 15U};
  std::vector<std::uint16_t> out;
  for (const auto nibble : four)
    out.push_back(static_cast<std::uint16_t>(first_mark + 0x10 * out.size() + nibble));
  return out;
}

std::vector<std::uint16_t> sequence(std::size_t index, std::string_view data) {
  const auto crc = crc8(fmt::format("{}{}", static_cast<char>(index), data));
  std::vector<std::uint16_t> out{static_cast<std::uint16_t>(0x80U | (crc & 0x7FU)),
                                 static_cast<std::uint16_t>(0x80U | index)};
  for (const char c : data) out.push_back(static_cast<std::uint16_t>(0x100U | static_cast<std::uint8_t>(c)));
  return out;
}

Result<std::string> encrypted(std::string_view text, const Key& key) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                &EVP_CIPHER_CTX_free);
  std::string out(text.size() + 16, '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  int begun = 0, ended = 0;
  const bool done =
      context && EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.data(), key.data()) == 1 &&
      EVP_EncryptUpdate(context.get(), to, &begun, reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), to + begun, &ended) == 1;
  if (!done)
    return fail(Fault::bench, "encrypt for AirKiss: OpenSSL refuses AES-128-CBC", "is it in FIPS mode?");
  out.resize(static_cast<std::size_t>(begun + ended));
  return out;
}

void repeat(std::vector<std::uint16_t>& to, const std::vector<std::uint16_t>& what, int times) {
  for (int i = 0; i < times; ++i) to.insert(to.end(), what.begin(), what.end());
}

Burst burst_of(std::string_view ssid, std::string_view password, std::uint8_t random) {
  const std::string data = fmt::format("{}{}{}", password, static_cast<char>(random), ssid);
  const auto length = static_cast<unsigned>(data.size());
  const auto of_password = static_cast<unsigned>(password.size());
  Burst out{{1, 2, 3, 4},
            nibbles(0x00, length, crc8(ssid)),
            nibbles(0x40, of_password, crc8(std::string(1, static_cast<char>(of_password)))),
            {}};
  if (out.magic.front() == 0) out.magic.front() = 8;  // a packet of no bytes says nothing
  for (std::size_t at = 0; at < data.size(); at += kBytesOfSequence)
    out.sequences.push_back(
        sequence(at / kBytesOfSequence, std::string_view(data).substr(at, kBytesOfSequence)));
  return out;
}

}  // namespace

Result<std::optional<Key>> key_from(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Key key{};
  if (text.size() != key.size())
    return fail(Fault::usage, fmt::format("take an AirKiss key: it has {} characters", text.size()),
                "a key has 16");
  std::copy(text.begin(), text.end(), key.begin());
  return key;
}

Result<Burst> encode(std::string_view ssid, const Secret& password, std::uint8_t random,
                     const std::optional<Key>& key) {
  if (ssid.empty() || ssid.size() > kMostSsid)
    return fail(Fault::usage, fmt::format("send by AirKiss: the SSID has {} bytes", ssid.size()),
                "an SSID has 1 to 32 bytes");
  auto sent = key ? encrypted(password.reveal(), *key) : Result<std::string>(std::string(password.reveal()));
  if (!sent) return tl::unexpected(sent.error());
  const Secret wiped(*sent);
  if (sent->size() > kMostPassword)
    return fail(Fault::usage, fmt::format("send by AirKiss: the password takes {} bytes", sent->size()),
                "AirKiss carries 32 at the most: provision over BLE");
  return burst_of(ssid, *sent, random);
}

std::vector<std::uint16_t> packets_of(const Burst& burst) {
  std::vector<std::uint16_t> out;
  repeat(out, burst.guide, kGuides);
  repeat(out, burst.magic, kMagics);
  repeat(out, burst.prefix, kPrefixes);
  for (int round = 0; round < kSequences; ++round)
    for (const auto& one : burst.sequences) repeat(out, one, 1);
  return out;
}

}  // namespace attest::airkiss

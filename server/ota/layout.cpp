#include "server/ota/layout.hpp"

#include "server/ota/rbl.hpp"

namespace attest::server::ota {
namespace {

constexpr std::size_t kCrcAt = 92;

void put(std::string& out, std::uint32_t value) {
  for (int byte = 0; byte < 4; ++byte) out += static_cast<char>(value >> (8 * byte) & 0xFF);
}

void put(std::string& out, std::string text, std::size_t size) {
  text.resize(size, '\0');
  out += text;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t byte = 4; byte-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[at + byte]);
  return value;
}

std::string text_at(std::string_view bytes, std::size_t at, std::size_t size) {
  const auto field = bytes.substr(at, size);
  return std::string(field.substr(0, field.find('\0')));
}

}  // namespace

std::string encode(const Header& header) {
  std::string out;
  put(out, header.magic, kMagic.size());
  out += static_cast<char>(header.encryption);
  out += static_cast<char>(header.compression);
  out.append(2, '\0');
  put(out, header.timestamp);
  put(out, header.partition, kPartitionSize);
  put(out, header.version, kVersionSize);
  put(out, header.current, kCurrentSize);
  for (const auto value :
       {header.body_crc, header.hash, header.raw_size, header.package_size, header.header_crc})
    put(out, value);
  return out;
}

std::string encode_sealed(Header header) {
  header.header_crc = crc32(encode(header).substr(0, kCrcAt));
  return encode(header);
}

Header decode(std::string_view file) {
  return {.magic = std::string(file.substr(0, 4)),
          .encryption = static_cast<std::uint8_t>(file[4]),
          .compression = static_cast<std::uint8_t>(file[5]),
          .timestamp = number_at(file, 8),
          .partition = text_at(file, 12, kPartitionSize),
          .version = text_at(file, 28, kVersionSize),
          .current = text_at(file, 52, kCurrentSize),
          .body_crc = number_at(file, 76),
          .hash = number_at(file, 80),
          .raw_size = number_at(file, 84),
          .package_size = number_at(file, 88),
          .header_crc = number_at(file, kCrcAt)};
}

}  // namespace attest::server::ota

#include "server/ota/rbl.hpp"

#include <fmt/format.h>

#include <limits>

#include "harness/base/bytes.hpp"
#include "harness/base/result.hpp"
#include "server/ota/gzip.hpp"
#include "server/ota/layout.hpp"

namespace attest::server::ota {
namespace {

void must_fit(std::string_view what, std::string_view text, std::size_t size) {
  if (text.size() > size || text.find('\0') != std::string_view::npos)
    throw Failure({Fault::usage, fmt::format("write an image with the {} '{}'", what, visible(text)),
                   fmt::format("give at most {} bytes without a NUL", size)});
}

void check(const RblSpec& spec) {
  must_fit("partition", spec.partition, kPartitionSize);
  must_fit("version", spec.version, kVersionSize);
  must_fit("current version", spec.current, kCurrentSize);
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max() / 2;
  if (spec.raw.size() > kMost)
    throw Failure({Fault::usage, fmt::format("write an image of {} bytes", spec.raw.size()),
                   "give one that a flash could hold"});
}

bool is_known(const Header& header) {
  return header.encryption == 0 && header.compression <= static_cast<std::uint8_t>(Compression::gzip);
}

/// What the header says of itself; nothing if all is right.
std::optional<Rejected> wrong_with(const Header& header, std::string_view file, const Target& target) {
  if (header.magic != kMagic)
    return Rejected{Check::magic, fmt::format("begins with '{}'", visible(header.magic))};
  if (const auto crc = crc32(file.substr(0, kHeaderSize - 4)); crc != header.header_crc)
    return Rejected{Check::header_crc, fmt::format("says {:08x}, is {:08x}", header.header_crc, crc)};
  if (!is_known(header))
    return Rejected{Check::algorithm,
                    fmt::format("encryption {}, compression {}", header.encryption, header.compression)};
  if (header.partition != target.partition)
    return Rejected{Check::partition,
                    fmt::format("is for '{}', not for '{}'", visible(header.partition), target.partition)};
  if (const auto largest = std::max(header.raw_size, header.package_size); largest > target.capacity)
    return Rejected{Check::fits,
                    fmt::format("{} bytes, where there is room for {}", largest, target.capacity)};
  return std::nullopt;
}

std::optional<Rejected> wrong_with_package(const Header& header, std::string_view body) {
  if (body.size() < header.package_size)
    return Rejected{Check::cut, fmt::format("says {} bytes, has {}", header.package_size, body.size())};
  if (body.size() > header.package_size)
    return Rejected{Check::package_size,
                    fmt::format("says {} bytes, has {}", header.package_size, body.size())};
  if (const auto crc = crc32(body); crc != header.body_crc)
    return Rejected{Check::body_crc, fmt::format("says {:08x}, is {:08x}", header.body_crc, crc)};
  return std::nullopt;
}

std::optional<Rejected> wrong_with_raw(const Header& header, const std::optional<std::string>& raw) {
  if (!raw) return Rejected{Check::unpack, "no whole gzip stream"};
  if (raw->size() > header.raw_size)
    return Rejected{Check::raw_size, fmt::format("says {} bytes, unpacks to more", header.raw_size)};
  if (raw->size() < header.raw_size)
    return Rejected{Check::raw_size,
                    fmt::format("says {} bytes, unpacks to {}", header.raw_size, raw->size())};
  if (const auto hash = fnv1a32(*raw); hash != header.hash)
    return Rejected{Check::hash, fmt::format("says {:08x}, is {:08x}", header.hash, hash)};
  return std::nullopt;
}

}  // namespace

std::string make_rbl(const RblSpec& spec) {
  check(spec);
  const auto body = spec.compression == Compression::gzip ? gzip(spec.raw) : spec.raw;
  return encode_sealed({.compression = static_cast<std::uint8_t>(spec.compression),
                        .timestamp = spec.timestamp,
                        .partition = spec.partition,
                        .version = spec.version,
                        .current = spec.current,
                        .body_crc = crc32(body),
                        .hash = fnv1a32(spec.raw),
                        .raw_size = static_cast<std::uint32_t>(spec.raw.size()),
                        .package_size = static_cast<std::uint32_t>(body.size())}) +
         body;
}

tl::expected<RblImage, Rejected> parse_rbl(std::string_view file, const Target& target) {
  if (file.size() < kHeaderSize)
    return tl::unexpected(
        Rejected{Check::header, fmt::format("{} bytes, a header has {}", file.size(), kHeaderSize)});
  const auto header = decode(file);
  const auto body = file.substr(kHeaderSize);
  if (auto wrong = wrong_with(header, file, target)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = wrong_with_package(header, body)) return tl::unexpected(std::move(*wrong));
  const auto compression = static_cast<Compression>(header.compression);
  auto raw =
      compression == Compression::gzip ? gunzip(body, header.raw_size) : std::optional(std::string(body));
  if (auto wrong = wrong_with_raw(header, raw)) return tl::unexpected(std::move(*wrong));
  return RblImage{compression,         header.timestamp,  header.partition,  header.version,
                  header.current,      header.body_crc,   header.hash,       header.raw_size,
                  header.package_size, header.header_crc, std::string(body), std::move(*raw)};
}

std::string_view name_of(Check check) {
  switch (check) {
    case Check::header:
      return "header";
    case Check::magic:
      return "magic";
    case Check::header_crc:
      return "header-crc";
    case Check::algorithm:
      return "algorithm";
    case Check::partition:
      return "partition";
    case Check::fits:
      return "fits";
    case Check::cut:
      return "cut";
    case Check::package_size:
      return "package-size";
    case Check::body_crc:
      return "body-crc";
    case Check::unpack:
      return "unpack";
    case Check::raw_size:
      return "raw-size";
    case Check::hash:
      return "hash";
  }
  return "?";
}

}  // namespace attest::server::ota

#include <fmt/format.h>

#include "harness/base/random.hpp"
#include "harness/base/result.hpp"
#include "server/ota/gzip.hpp"
#include "server/ota/layout.hpp"
#include "server/ota/rbl.hpp"

namespace attest::server::ota {
namespace {

struct Parts {
  Header header;
  std::string body;
};

std::string sealed(const Parts& image) {
  return encode_sealed(image.header) + image.body;
}

std::uint32_t other_than(std::uint32_t value, Random& random) {
  return value ^ static_cast<std::uint32_t>(1 + random.below(0xFFFFFFFF));
}

void turn_a_bit(std::string& bytes, Random& random) {
  auto& byte = bytes[random.below(bytes.size())];
  byte = static_cast<char>(byte ^ (1 << random.below(8)));
}

[[noreturn]] void cannot(Damage kind, std::string_view why) {
  throw Failure(
      {Fault::usage, fmt::format("damage an image's {}: {}", name_of(kind), why), "give another image"});
}

std::string too_large(Parts image, Random& random, const Target& target) {
  const auto compression = static_cast<Compression>(image.header.compression);
  return make_rbl({.raw = random.bytes(target.capacity + 1 + random.below(4096)),
                   .partition = image.header.partition,
                   .version = image.header.version,
                   .current = image.header.current,
                   .compression = compression,
                   .timestamp = image.header.timestamp});
}

/// A size that does not fit is another fault.
std::uint32_t other_size(std::uint32_t size, Random& random, const Target& target) {
  if (size > 0 && (size >= target.capacity || random.below(2) == 0))
    return static_cast<std::uint32_t>(random.below(size));
  return size + 1 + static_cast<std::uint32_t>(random.below(target.capacity - size));
}

std::string other_partition(const std::string& name, Random& random) {
  constexpr std::string_view kOthers[] = {"bootloader", "download", "calibration", ""};
  const auto other = std::string(kOthers[random.below(std::size(kOthers))]);
  return other == name ? "other" : other;
}

/// Harm to a stream that its own sums must notice; without those of the header, that is all that can.
void spoil(Parts& image, const std::string& raw, Random& random) {
  const auto whole = image.body;
  do {
    image.body = whole;
    turn_a_bit(image.body, random);
  } while (gunzip(image.body, raw.size()));
  image.header.body_crc = crc32(image.body);
}

bool needs_package(Damage kind) {
  return kind == Damage::cut || kind == Damage::package_size || kind == Damage::body_bit;
}

std::string damaged(Parts image, const std::string& raw, Damage kind, Random& random, const Target& target) {
  auto& [header, body] = image;
  switch (kind) {
    case Damage::magic:
      turn_a_bit(header.magic, random);
      break;
    case Damage::header_crc:
      header.header_crc = other_than(header.header_crc, random);
      return encode(header) + body;
    case Damage::encryption:
      header.encryption = static_cast<std::uint8_t>(1 + random.below(2));
      break;
    case Damage::compression:
      header.compression = static_cast<std::uint8_t>(4 + random.below(252));
      break;
    case Damage::partition:
      header.partition = other_partition(header.partition, random);
      break;
    case Damage::too_large:
      return too_large(std::move(image), random, target);
    case Damage::header_cut:
      return encode(header).substr(0, random.below(kHeaderSize));
    case Damage::cut:
      body.resize(random.below(body.size()));
      break;
    case Damage::package_size:
      header.package_size = static_cast<std::uint32_t>(random.below(header.package_size));
      break;
    case Damage::body_crc:
      header.body_crc = other_than(header.body_crc, random);
      break;
    case Damage::body_bit:
      turn_a_bit(body, random);
      break;
    case Damage::stream:
      spoil(image, raw, random);
      break;
    case Damage::raw_size:
      header.raw_size = other_size(header.raw_size, random, target);
      break;
    case Damage::hash:
      header.hash = other_than(header.hash, random);
      break;
  }
  return sealed(image);
}

}  // namespace

std::string damage(std::string_view sound, Damage kind, std::uint64_t seed, const Target& target) {
  const auto image = parse_rbl(sound, target);
  if (!image)
    cannot(kind, fmt::format("it is not sound ({}: {})", name_of(image.error().check), image.error().what));
  if (needs_package(kind) && image->body.empty()) cannot(kind, "the package is empty");
  if (kind == Damage::stream && image->compression != Compression::gzip) cannot(kind, "it is not packed");
  Random random(seed);
  return damaged({decode(sound), image->body}, image->raw, kind, random, target);
}

Check check_against(Damage damage) {
  switch (damage) {
    case Damage::magic:
      return Check::magic;
    case Damage::header_crc:
      return Check::header_crc;
    case Damage::encryption:
    case Damage::compression:
      return Check::algorithm;
    case Damage::partition:
      return Check::partition;
    case Damage::too_large:
      return Check::fits;
    case Damage::header_cut:
      return Check::header;
    case Damage::cut:
      return Check::cut;
    case Damage::package_size:
      return Check::package_size;
    case Damage::body_crc:
    case Damage::body_bit:
      return Check::body_crc;
    case Damage::stream:
      return Check::unpack;
    case Damage::raw_size:
      return Check::raw_size;
    case Damage::hash:
      return Check::hash;
  }
  return Check::header;
}

std::string_view name_of(Damage damage) {
  switch (damage) {
    case Damage::magic:
      return "magic";
    case Damage::header_crc:
      return "header-crc";
    case Damage::encryption:
      return "encryption";
    case Damage::compression:
      return "compression";
    case Damage::partition:
      return "partition";
    case Damage::too_large:
      return "too-large";
    case Damage::header_cut:
      return "header-cut";
    case Damage::cut:
      return "cut";
    case Damage::package_size:
      return "package-size";
    case Damage::body_crc:
      return "body-crc";
    case Damage::body_bit:
      return "body-bit";
    case Damage::stream:
      return "stream";
    case Damage::raw_size:
      return "raw-size";
    case Damage::hash:
      return "hash";
  }
  return "?";
}

}  // namespace attest::server::ota

// The reader of OTA images: what passes its checks is what the header says, and unpacks to no more than the
// target holds. Sums that no fuzzer guesses are put right in a second try, so that what stands behind those
// checks is reached.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/ota/layout.hpp"
#include "server/ota/rbl.hpp"

namespace {
using namespace attest::server::ota;

const Target kTarget{.partition = "app", .capacity = 64 * 1024};

void check(std::string_view file) {
  const auto image = parse_rbl(file, kTarget);
  if (!image) return;
  if (image->raw.size() != image->raw_size || image->raw_size > kTarget.capacity ||
      image->body.size() != image->package_size || crc32(image->body) != image->body_crc ||
      fnv1a32(image->raw) != image->hash)
    std::abort();
}

std::string put_right(std::string_view file) {
  auto header = decode(file);
  const auto body = file.substr(kHeaderSize);
  header.magic = kMagic;
  header.encryption = 0;
  header.compression %= 2;
  header.partition = kTarget.partition;
  header.package_size = static_cast<std::uint32_t>(body.size());
  header.raw_size = std::min(header.raw_size, kTarget.capacity);
  header.body_crc = crc32(body);
  return encode_sealed(header) + std::string(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  check(file);
  if (size >= kHeaderSize) check(put_right(file));
  return 0;
}

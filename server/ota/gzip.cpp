#include "server/ota/gzip.hpp"

#include <zlib.h>

#include <array>

#include "server/ota/rbl.hpp"

namespace attest::server::ota {
namespace {

constexpr int kGzip = 15 + 16;  // zlib's way to say: the largest window, with a gzip header

Bytef* input(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, input(bytes), bytes.size()));
}

std::uint32_t fnv1a32(std::string_view bytes) {
  std::uint32_t hash = 0x811C9DC5;
  for (const char byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x01000193U;
  return hash;
}

std::string gzip(std::string_view raw) {
  z_stream stream{};
  ::deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY);
  std::string out(::deflateBound(&stream, raw.size()), '\0');
  stream.next_in = input(raw);
  stream.avail_in = static_cast<uInt>(raw.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::optional<std::string> gunzip(std::string_view packed, std::size_t most) {
  z_stream stream{};
  if (::inflateInit2(&stream, kGzip) != Z_OK) return std::nullopt;
  stream.next_in = input(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::array<char, 16 * 1024> block{};
  int state = Z_OK;
  while (state == Z_OK && out.size() <= most) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    state = ::inflate(&stream, Z_NO_FLUSH);
    out.append(block.data(), block.size() - stream.avail_out);
  }
  const bool behind = stream.avail_in != 0;
  ::inflateEnd(&stream);
  if (out.size() > most) {
    out.resize(most + 1);
    return out;
  }
  return state == Z_STREAM_END && !behind ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace attest::server::ota

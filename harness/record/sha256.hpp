// SHA-256 (FIPS 180-4), for the record's chain and for digests of files.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"

struct evp_md_ctx_st;

namespace attest::record {

/// Fed in pieces, and good for any number of messages: what is costly in OpenSSL, finding the algorithm and
/// making a context, is done once. Not thread-safe. Throws Failure (Fault::bench) where OpenSSL cannot.
class Sha256 {
 public:
  using Digest = std::array<unsigned char, 32>;
  Sha256();

  void update(std::string_view bytes);
  /// Of what came since the last finish().
  [[nodiscard]] Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// The first `bytes` of a digest as lower-case hex digits, two a byte.
[[nodiscard]] std::string hex_of(const Sha256::Digest& digest, std::size_t bytes = 32);
/// 64 hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// Of a file, in constant memory. One that cannot be read is a usage error.
[[nodiscard]] Result<std::string> sha256_of_file(const std::filesystem::path& path);

}  // namespace attest::record

// Who a record is, and how much of it there is: what makes an import idempotent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/base/result.hpp"

namespace attest::reports {

struct Fingerprint {
  std::string key;          ///< SHA-256 of the first line, hex: the same however often the run is continued
  std::string digest;       ///< SHA-256 of all whole lines, hex
  std::uint64_t bytes = 0;  ///< of the whole lines
  std::uint64_t file_size = 0;  ///< with a torn last line
};

/// Errors (Fault::usage): a file that cannot be read, or that has no whole line.
[[nodiscard]] Result<Fingerprint> fingerprint(const std::filesystem::path& record);
/// SHA-256 of the first `bytes` bytes, hex.
[[nodiscard]] Result<std::string> digest_of_beginning(const std::filesystem::path& record,
                                                      std::uint64_t bytes);

}  // namespace attest::reports

// The secrets of TLS sessions, for a person who wants to read a packet capture (the format of NSS, which
// Wireshark and tshark take). Written only where somebody asked for it, readable for nobody else.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/file.hpp"

namespace attest::server {

/// Thread-safe: each line is one append.
class KeyLog {
 public:
  /// None is kept if `path` is empty. Throws a Failure.
  explicit KeyLog(const std::filesystem::path& path);
  [[nodiscard]] bool kept() const { return static_cast<bool>(file_); }
  void append(std::string line) const;

 private:
  Fd file_;
};

}  // namespace attest::server

// One user per device on this host, whatever the kind of its link. A kernel lock, which goes when its holder
// dies.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "harness/base/file.hpp"
#include "harness/base/result.hpp"

namespace attest::lab {

/// Moved only; let go at its end. A serial port has a lock of its own beside it, which other programs respect
/// as well.
class Lease {
 public:
  /// Takes it, or says who has it. `name`: what the device is known by, such as its link without options.
  [[nodiscard]] static Result<Lease> take(const std::string& name,
                                          const std::filesystem::path& folder = default_folder());
  /// $ATTEST_LEASES, else /run/lock/attest, which users share, else a folder in the one for temporary files.
  [[nodiscard]] static std::filesystem::path default_folder();

  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease();

 private:
  Lease(Fd fd, std::filesystem::path file) : fd_(std::move(fd)), file_(std::move(file)) {}
  Fd fd_;
  std::filesystem::path file_;
};

}  // namespace attest::lab

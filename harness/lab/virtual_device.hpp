// Starts the virtual BK7238 (a program of its own) and tells its link. It ends with the one who started it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/subprocess.hpp"

namespace attest::lab {

struct VirtualOptions {
  std::filesystem::path program;           ///< bk7238-virtual
  std::vector<std::string> personalities;  ///< faults by name; none: a correct device
  std::vector<std::string> habits;         ///< legal oddities by name
  unsigned baud = 115200;                  ///< 0: unpaced
  std::uint64_t seed = 0;
  std::vector<std::string> more;  ///< handed through as they are
};

class VirtualDevice {
 public:
  /// Waits for the line `link …`. A program that is not there or refuses its arguments is an error with its
  /// words.
  [[nodiscard]] static Result<VirtualDevice> start(const VirtualOptions& options);
  /// "serial:/dev/pts/5"
  [[nodiscard]] const std::string& link() const { return link_; }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }

 private:
  VirtualDevice(Subprocess process, std::string link)
      : process_(std::move(process)), link_(std::move(link)) {}
  Subprocess process_;
  std::string link_;
};

/// What the program says of itself: `{"personalities": […]}` or `{"habits": […]}`, as its text.
[[nodiscard]] Result<std::string> list_of(const std::filesystem::path& program, const std::string& what);

}  // namespace attest::lab

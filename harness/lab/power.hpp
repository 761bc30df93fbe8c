// A device's supply: cut and given by whatever the bench has.
#pragma once

#include <memory>
#include <string>

#include "harness/base/result.hpp"

namespace attest::lab {

class Power {
 public:
  virtual ~Power() = default;
  /// Returns when the device is without power.
  [[nodiscard]] virtual Status off() = 0;
  [[nodiscard]] virtual Status on() = 0;
  /// Makes a device that starts no more as it was when the run began. An error where the bench cannot.
  [[nodiscard]] virtual Status flash_anew() = 0;
};

/// By two shell commands of the bench file; each has 30 s.
[[nodiscard]] std::unique_ptr<Power> power_by_commands(std::string off, std::string on);

}  // namespace attest::lab

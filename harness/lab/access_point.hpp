// The door to the access points around the device: what a case wants it to join has to be there first.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/secret.hpp"
#include "harness/lab/bench.hpp"

namespace attest::lab {

struct Network {
  std::string ssid;  ///< 1..32 bytes
  Secret password;   ///< empty: an open network
};

class AccessPoint {
 public:
  virtual ~AccessPoint() = default;
  /// From its return on these networks are there, and no others. Errors are bench faults.
  [[nodiscard]] virtual Status set(const std::vector<Network>& networks) = 0;
};

/// The network that a bench file names as the device's home; nothing where it names none. A password file
/// that cannot be read is a usage error.
[[nodiscard]] Result<std::optional<Network>> home_of(const Bench& bench);

/// For a virtual device: a JSON list of {"ssid", "password"} that only this user can read, written whole. An
/// SSID or a password that is not UTF-8 is an error.
[[nodiscard]] std::unique_ptr<AccessPoint> access_points_in_file(std::filesystem::path file);

/// By a shell command of the bench file, which has 30 s. It reads two lines for each network from its
/// standard input, SSID and password, so that no password is in an argument or the environment. An SSID or a
/// password with a line break is an error.
[[nodiscard]] std::unique_ptr<AccessPoint> access_points_by_command(std::string command);

}  // namespace attest::lab

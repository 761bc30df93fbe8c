// What surrounds a virtual device that has a radio: a D-Bus of its own for BLE, an address of its own for
// AirKiss, and a file with the access points that it can hear. All of it goes with the object.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/file.hpp"
#include "harness/base/private_bus.hpp"

namespace attest::lab {

class VirtualWorld {
 public:
  /// Without a dbus-daemon there is a world without BLE.
  [[nodiscard]] static VirtualWorld start();

  /// Why there is no bus; empty if there is one.
  [[nodiscard]] const std::optional<Error>& bus_fault() const { return fault_; }
  /// As D-Bus libraries take it; empty if there is none.
  [[nodiscard]] std::string bus() const { return bus_ ? bus_->address() : std::string(); }
  /// An address of 127.0.0.0/8 that no other process of this machine has.
  [[nodiscard]] const std::string& air() const { return air_; }
  /// Where AirKiss packets go in it: "127.64.0.1:10001".
  [[nodiscard]] std::string airkiss_to() const { return air_ + ":10001"; }
  [[nodiscard]] std::filesystem::path access_points() const { return folder_->path() / "access-points.json"; }

 private:
  std::unique_ptr<TempDir> folder_;
  std::optional<PrivateBus> bus_;
  std::optional<Error> fault_;
  std::string air_;
};

}  // namespace attest::lab

// A D-Bus of our own, for a stack that is simulated on it. It never outlives the one who started it.
#pragma once

#include <memory>
#include <string>

#include "harness/base/file.hpp"
#include "harness/base/result.hpp"
#include "harness/base/subprocess.hpp"

namespace attest {

/// A dbus-daemon that reads no configuration of the machine, listens on a socket in a private folder and lets
/// every client of this user own every name. The folder goes with the object.
class PrivateBus {
 public:
  /// Returns when clients can connect; 10 s at most. A missing dbus-daemon is a bench error that names the
  /// package.
  [[nodiscard]] static Result<PrivateBus> start(const std::string& daemon = "dbus-daemon");
  /// "unix:path=…,guid=…", as D-Bus libraries and DBUS_SYSTEM_BUS_ADDRESS take it.
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] pid_t pid() const { return daemon_.pid(); }

 private:
  PrivateBus(std::unique_ptr<TempDir> folder, Subprocess daemon, std::string address);

  std::unique_ptr<TempDir> folder_;  // above the daemon: goes after it
  Subprocess daemon_;
  std::string address_;
};

}  // namespace attest

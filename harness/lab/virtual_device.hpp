// Starts the virtual BK7238 (a program of its own) and tells its link. It ends with the one who started it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/file.hpp"
#include "harness/base/secret.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/lab/power.hpp"

namespace attest::lab {

struct VirtualOptions {
  std::filesystem::path program;           ///< bk7238-virtual
  std::vector<std::string> personalities;  ///< faults by name; none: a correct device
  std::vector<std::string> habits;         ///< legal oddities by name
  unsigned baud = 115200;                  ///< 0: unpaced
  std::uint64_t seed = 0;
  std::vector<std::string> more;  ///< handed through as they are
  std::string resolver;           ///< "127.0.0.1:40053"; empty: it has none
  /// Its router: a connection to the first port goes to the second.
  std::vector<std::pair<std::uint16_t, std::uint16_t>> forwards;
  /// Its radio, if it has one (VirtualWorld): a D-Bus, an address for AirKiss, a file of access points.
  std::string ble_bus, air;
  std::string ssid;  ///< the network that it is in when it starts; empty: as it likes
  Secret password;
  std::filesystem::path access_points;
};

/// As a case host gets them: what a bench's network is, it finds out itself.
[[nodiscard]] nlohmann::json to_json(const VirtualOptions& options);
[[nodiscard]] VirtualOptions virtual_options_from_json(const nlohmann::json& json);

class VirtualDevice {
 public:
  /// Waits for the line `link …`. A program that is not there or refuses its arguments is an error with its
  /// words.
  [[nodiscard]] static Result<VirtualDevice> start(const VirtualOptions& options);
  /// "serial:/dev/pts/5"
  [[nodiscard]] const std::string& link() const { return link_; }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  /// Its supply. As long as this lives; the line stays open without power.
  [[nodiscard]] Power& power() { return *power_; }
  /// It was given its radio: the program knows of such options.
  [[nodiscard]] bool has_radio() const { return has_radio_; }

 private:
  VirtualDevice(std::unique_ptr<TempDir> flash, Subprocess process, std::string link, bool has_radio);

  std::unique_ptr<TempDir> flash_;
  Subprocess process_;
  std::string link_;
  std::unique_ptr<Power> power_;
  bool has_radio_ = false;
};

/// Whether it can be all that it is told to be; a usage error that says which name is near.
[[nodiscard]] Status known_names(const VirtualOptions& options);

/// What the program says of itself: `{"personalities": […]}` or `{"habits": […]}`, as its text.
[[nodiscard]] Result<std::string> list_of(const std::filesystem::path& program, const std::string& what);

}  // namespace attest::lab

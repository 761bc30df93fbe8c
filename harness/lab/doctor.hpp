// What a bench needs before anybody starts a run on it: each thing looked at, and how to mend what is amiss.
// Nothing is changed but by making contact: no command of the bench file is run, no port of it is opened
// before.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/lab/bench.hpp"

namespace attest::lab {

struct NetworkAddress {
  std::string interface, address;  ///< "wlan0", "192.168.4.1"
};

struct HostTime {
  std::chrono::system_clock::time_point now;
  std::chrono::system_clock::time_point built;  ///< of this program: no true clock tells less
  bool synchronised = false;                    ///< the kernel is told the time by somebody (NTP, PTP)
};

/// The machine that is looked at, and by whom. What the kernel shows as files is read below these folders; a
/// path of a bench file below /dev or /run is looked for there.
struct Surroundings {
  std::filesystem::path sys = "/sys", dev = "/dev", proc = "/proc", etc = "/etc", run = "/run";
  std::filesystem::path programs;  ///< folder of attest-cases and bk7238-virtual
  std::filesystem::path out;       ///< where runs are written; need not be there yet
  std::string search;              ///< as $PATH
  std::string user;
  bool contact = true;  ///< false: the device and its link are left alone

  std::function<bool(const std::filesystem::path&, int mode)> may;  ///< as access(2)
  std::function<bool(const std::filesystem::path&)> is_port;        ///< a character device
  std::function<std::uint64_t(const std::filesystem::path&)> free_bytes;
  std::function<std::vector<NetworkAddress>()> addresses;
  std::function<HostTime()> time;
  enum class Protocol { tcp, udp };
  /// Takes the port and lets it go again. An error says who has it, or what else is in the way.
  std::function<Status(const std::string& address, std::uint16_t port, Protocol)> bind;
};

/// The one that this program runs on. `bind` is the caller's to give: servers are elsewhere.
[[nodiscard]] Surroundings this_machine();

enum class Health { ok, warn, fail, skip };
[[nodiscard]] std::string_view name_of(Health health);  ///< "ok", "warn", "fail", "skip"

struct Finding {
  std::string subject;  ///< "host", or the name of the bench or device
  std::string check;    ///< given once and for ever: "port-lock"
  Health health = Health::ok;
  std::string text;  ///< what was found; of `skip`, why nobody looked
  std::vector<std::string>
      fixes;  ///< each a command to paste, a line for the bench file, or what a hand must do
};

/// The host first, then each device in the order given. What a bench does not have is not looked for. `told`,
/// if given, hears of each finding as it comes: a silent device takes its time.
[[nodiscard]] std::vector<Finding> examine(const std::vector<Bench>& benches, const Surroundings& at,
                                           const std::function<void(const Finding&)>& told = {});

}  // namespace attest::lab

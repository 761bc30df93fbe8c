// clang-format off
// A bench: the place with the device. One TOML file of facts; who acts on them is elsewhere.
//
//     name = "desk"
//     [device]
//     link    = "serial:/dev/ttyUSB0?baud=115200"  # or tcp://host:port, or "virtual"; --link wins over it
//     profile = "bk7238"            # a shipped profile or a file; --profile wins over it
//     firmware = "1.1.*"            # a glob that AT+GMR's text must fit, or nothing is run; any if not given
//     returns_within = "15s"        # how long a link that broke is waited for
//     takes = ["OTA", "HC-*"]       # of several devices: only cases that fit, as with --select; all if not given
//     # Several devices, instead of [device]: each a [[device]] with a `name` and a `link` of its own, and whatever of
//     # the tables below is another for it, as [device.origin], [device.power], …
//     [origin]                      # the servers that the device talks to
//     listen     = "192.168.4.1"    # loopback if not given
//     advertise  = "192.168.4.1"    # what the device is told; the same as listen if not given
//     http_port  = 80               # 0, or not given: the kernel chooses
//     https_port = 443
//     [dns]                         # a name server for the device; without it cases that need names are undecided
//     listen = "192.168.4.1"
//     port   = 53
//     [power]                       # shell commands; without them power is never cut
//     off = "uhubctl -l 1-1 -p 2 -a off"
//     on  = "uhubctl -l 1-1 -p 2 -a on"
//     hub  = "1-1"                  # or instead of the two: a port of a USB hub, switched by uhubctl
//     port = 2
//     [reset]                       # without it the device is never reset
//     line = "rts"                  # or "dtr": the modem line that pulls the reset while it is on
//     hold = "100ms"
//     command = "gpioset …"         # or instead of the two: a shell command that resets it
//     [flash]                       # `attest nightly --flash` runs it first
//     command = "bk7231tools write …"
//     within  = "5min"
//     [ota]                         # without an image a real device is never updated
//     image   = "build/bk7238-next.rbl"
//     version = "1.2.0"             # what AT+GMR tells then
//     other_image   = "build/bk7238-now.rbl"   # another firmware to go back to: without it only one update can
//     other_version = "1.1.0"                  # be told from none
//     damaged = true                # copies with one damage each may be offered too: they must be refused
//     [ble]                         # the phone that provisions the device
//     bus     = "system"            # D-Bus with BlueZ, or an address; "none": this bench has no BLE
//     adapter = "hci0"              # the first one if not given
//     [airkiss]                     # without it AirKiss is undecided
//     to     = "192.168.4.255:10001"  # where its packets go; "none": this bench has no AirKiss
//     listen = "192.168.4.1"        # where the device's answer is heard; the same as the origin's if not given
//     key_file = "lab.airkiss"      # 16 characters, where the firmware takes the AES-128 variant
//     [network]                     # where the device is at home; it is brought there when it is not
//     ssid          = "lab"
//     password_file = "lab.password"
//     set     = "lab/access-point"  # makes networks: reads SSID and password from its input, a line each
//     hostapd = "/run/hostapd/wlan0"  # control socket of the access point
//     [floor]                       # measures the adapter; without it its latency timer is believed
//     loopback = "serial:/dev/ttyUSB1"  # an adapter of the same kind, with a plug that bridges TX and RX
//     far      = "serial:/dev/ttyUSB2"  # or without a plug: the port that it is crossed with
//     [set]                         # single values of the profile, as --set does
//     "deadlines.network" = "10s"
// clang-format on
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::lab {

/// For what a bench says that it does not have.
inline constexpr std::string_view kNone = "none";

struct Bench {
  std::string name = "virtual";
  std::string link = "virtual";
  std::string profile;  ///< empty: the one that goes with the link
  std::string listen = "127.0.0.1";
  std::string advertise;  ///< empty: the same as listen
  std::uint16_t http_port = 0, https_port = 0;
  std::string firmware;                                  ///< a glob for AT+GMR's text; empty: any
  Nanos link_returns_within = std::chrono::seconds(15);  ///< a link that broke is waited for so long
  std::vector<std::string> takes;  ///< words of a selection (runner/plan.hpp); empty: any case
  std::string dns_listen;          ///< where the bench's name server listens; empty: there is none
  std::uint16_t dns_port = 53;
  std::string power_off,
      power_on;           ///< shell commands that cut and give the device's power; empty: it cannot be cut
  std::string power_hub;  ///< a USB hub that uhubctl can switch; power_off and power_on are made of it
  std::uint16_t power_port = 0;
  std::string reset_line;  ///< "rts" or "dtr"; empty: no modem line resets it
  Nanos reset_hold = std::chrono::milliseconds(100);
  std::string reset_command;  ///< a shell command instead; empty: there is none
  std::string flash_command;  ///< brings the firmware under test onto the device; empty: nobody can
  Nanos flash_within = std::chrono::minutes(5);
  /// An image that the device may be updated with, and the version that AT+GMR tells then. Without one a real
  /// device is never updated. The other is what it may be updated with when it runs the first.
  std::string ota_image, ota_version, ota_other_image, ota_other_version;
  bool ota_damaged = false;  ///< it may be offered damaged copies of the image too
  std::string ble_bus = "system",
              ble_adapter;                 ///< kNone: there is no radio, and what needs it does not apply
  std::string airkiss_to, airkiss_listen;  ///< "address:port"; kNone as above; empty: nobody has said
  std::string airkiss_key_file;            ///< empty: AirKiss without encryption
  std::string network_ssid, network_password_file;  ///< the device's home; empty: nobody has said
  std::string network_set;                          ///< empty: only its home can be joined
  std::string network_hostapd;                      ///< path of a control socket; empty: there is none
  std::string floor_loopback, floor_far;            ///< links that measure the adapter; empty: nobody does
  std::vector<std::pair<std::string, std::string>> set;

  [[nodiscard]] bool is_virtual() const { return link == "virtual" || link.starts_with("virtual?"); }
  /// What stands behind the link's '?'; empty: nothing.
  [[nodiscard]] std::string_view link_options() const {
    const auto question = link.find('?');
    return question == link.npos ? std::string_view{} : std::string_view(link).substr(question + 1);
  }
};

/// As a case host gets it, and the record's run.begin shows it.
[[nodiscard]] nlohmann::json to_json(const Bench& bench);
[[nodiscard]] Bench bench_from_json(const nlohmann::json& json);

/// Whether the links can be understood, before anything is started. `virtual` can.
[[nodiscard]] Status check_link(const Bench& bench);

/// What the device is leased under (Lease): the far end of a link over the network. Empty for a virtual
/// device, which nobody else can reach, and for a serial port, which is locked itself.
[[nodiscard]] std::string lease_name(const Bench& bench);

/// A wrong file is a usage error that names file, line and the nearest known key. So is one with several
/// devices.
[[nodiscard]] Result<Bench> load_bench(const std::filesystem::path& path);
[[nodiscard]] Result<Bench> parse_bench(std::string_view toml, const std::string& source_name);

/// One for each device of the file, in its order. Where there are several, each has its device's name.
[[nodiscard]] Result<std::vector<Bench>> load_benches(const std::filesystem::path& path);
[[nodiscard]] Result<std::vector<Bench>> parse_benches(std::string_view toml, const std::string& source_name);

}  // namespace attest::lab

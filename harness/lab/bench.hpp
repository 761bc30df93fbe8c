// A bench: the place with the device. One TOML file of facts; who acts on them is elsewhere.
//
//     name = "desk"
//     [device]
//     link    = "serial:/dev/ttyUSB0?baud=115200"   # or tcp://host:port, or "virtual"; --link wins over it
//     profile = "bk7238"                            # a shipped profile or the path of one; --profile wins
//     over it [origin]                                      # the HTTP server that the device talks to listen
//     = "192.168.4.1"                     # loopback if not given advertise = "192.168.4.1" # what the device
//     is told; the same as listen if not given http_port = 80                                # 0, or not
//     given: the kernel chooses [set]                                         # single values of the profile,
//     as --set does "deadlines.network" = "10s"
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.hpp"

namespace attest::lab {

struct Bench {
  std::string name = "virtual";
  std::string link = "virtual";
  std::string profile;  ///< empty: the one that goes with the link
  std::string listen = "127.0.0.1";
  std::string advertise;  ///< empty: the same as listen
  std::uint16_t http_port = 0;
  std::vector<std::pair<std::string, std::string>> set;

  [[nodiscard]] bool is_virtual() const { return link == "virtual"; }
};

/// Whether the link can be understood, before anything is started. `virtual` can.
[[nodiscard]] Status check_link(const Bench& bench);

/// A wrong file is a usage error that names file, line and the nearest known key.
[[nodiscard]] Result<Bench> load_bench(const std::filesystem::path& path);
[[nodiscard]] Result<Bench> parse_bench(std::string_view toml, const std::string& source_name);

}  // namespace attest::lab

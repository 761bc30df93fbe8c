// A listening socket, or the reason why there is none, in words that help.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/file.hpp"

namespace attest::server {

struct Listening {
  Fd socket;
  std::uint16_t port = 0;
};

[[nodiscard]] Result<Listening> listen_on(const std::string& address, std::uint16_t port);

/// "pid 4711 (nginx)" for the process that listens on the port, as far as this user may see.
[[nodiscard]] std::string holder_of(std::uint16_t port);

/// The IPv4 and IPv6 addresses of this host: "lo 127.0.0.1, wlan0 192.168.4.2".
[[nodiscard]] std::string own_addresses();

}  // namespace attest::server

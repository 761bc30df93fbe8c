// A bound or listening socket, or the reason why there is none, in words that help.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/file.hpp"

namespace attest::server {

struct Listening {
  Fd socket;
  std::uint16_t port = 0;
};

enum class Protocol { tcp, udp };

[[nodiscard]] Result<Listening> listen_on(const std::string& address, std::uint16_t port);

/// As listen_on, of a socket that does not listen yet (TCP), or has nothing to listen for (UDP).
[[nodiscard]] Result<Listening> bind_on(const std::string& address, std::uint16_t port, Protocol protocol);

/// "pid 4711 (nginx)" for the process that holds the port, as far as this user may see.
[[nodiscard]] std::string holder_of(std::uint16_t port, Protocol protocol = Protocol::tcp);

/// What a URL says of a port: "127.0.0.1:40001", or without the port where it is `unsaid`; IPv6 in brackets.
[[nodiscard]] std::string authority_of(const std::string& host, std::uint16_t port, std::uint16_t unsaid);

/// The IPv4 and IPv6 addresses of this host: "lo 127.0.0.1, wlan0 192.168.4.2".
[[nodiscard]] std::string own_addresses();

}  // namespace attest::server

// Datagrams that are answered from the address that they were sent to, also on a host with several.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>
#include <string>

#include "harness/base/file.hpp"

namespace attest::server::dns {

struct Datagram {
  sockaddr_storage peer{};
  socklen_t peer_size = 0;
  std::optional<in_addr> own;  ///< IPv4: the address of this host that it came to, or goes out from
  std::string bytes;
};

/// So that receive() sees to which address a datagram came.
void want_own_address(const Fd& socket);

/// Never blocks; nothing if there is none.
[[nodiscard]] std::optional<Datagram> receive(const Fd& socket);

/// What the network does not take is lost, as datagrams may be.
void send(const Fd& socket, const Datagram& datagram);

/// "127.0.0.1:40212", "[::1]:40212".
[[nodiscard]] std::string peer_text(const Datagram& datagram);

}  // namespace attest::server::dns

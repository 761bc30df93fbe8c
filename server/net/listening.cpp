#include "server/net/listening.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

namespace attest::server {
namespace {

// As many devices may connect at the same moment without one of them losing its SYN.
constexpr int kBacklog = 512;

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses numeric(const std::string& address, std::uint16_t port, Protocol protocol) {
  addrinfo hints{};
  hints.ai_socktype = protocol == Protocol::tcp ? SOCK_STREAM : SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) found = nullptr;
  return {found, &::freeaddrinfo};
}

std::string cure_of(int number, const std::string& address, std::uint16_t port, Protocol protocol) {
  if (number == EADDRINUSE)
    return fmt::format("it is held by {}: stop that, or choose another port", holder_of(port, protocol));
  if (number == EACCES)
    return fmt::format(
        "ports below 1024 need a right: give it to the program (`sudo setcap cap_net_bind_service=+ep "
        "PROGRAM`), or to "
        "everybody (`sudo sysctl net.ipv4.ip_unprivileged_port_start={}`)",
        port);
  if (number == EADDRNOTAVAIL)
    return fmt::format("{} is no address of this host, which has {}", address, own_addresses());
  return "see `ip address`";
}

std::uint16_t port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  const bool six = storage.ss_family == AF_INET6;
  return ntohs(six ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                   : reinterpret_cast<sockaddr_in&>(storage).sin_port);
}

tl::unexpected<Error> failed(const std::string& address, std::uint16_t port, Protocol protocol) {
  const int number = errno;
  return fail(Fault::bench, errno_text(fmt::format("listen on {} port {}", address, port), number),
              cure_of(number, address, port, protocol));
}

}  // namespace

Result<Listening> bind_on(const std::string& address, std::uint16_t port, Protocol protocol) {
  const auto place = numeric(address, port, protocol);
  if (!place)
    return fail(Fault::usage, fmt::format("listen on {}: not a numeric address", address),
                "give one of this host's: " + own_addresses());
  Fd socket(::socket(place->ai_family, place->ai_socktype | SOCK_CLOEXEC, 0));
  // A port whose last connections linger may be taken again. Not SO_REUSEPORT, with which a port that another
  // origin listens on could be taken as well, and each would see some of the requests; of UDP ports
  // SO_REUSEADDR says just that.
  const int on = protocol == Protocol::tcp ? 1 : 0;
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(socket.get(), place->ai_addr, place->ai_addrlen) != 0)
    return failed(address, port, protocol);
  const auto chosen = port_of(socket.get());
  return Listening{std::move(socket), chosen};
}

Result<Listening> listen_on(const std::string& address, std::uint16_t port) {
  auto bound = bind_on(address, port, Protocol::tcp);
  if (bound && ::listen(bound->socket.get(), kBacklog) != 0) return failed(address, port, Protocol::tcp);
  return bound;
}

std::string authority_of(const std::string& host, std::uint16_t port, std::uint16_t unsaid) {
  const auto written = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == unsaid ? written : fmt::format("{}:{}", written, port);
}

}  // namespace attest::server

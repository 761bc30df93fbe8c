#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "harness/base/file.hpp"
#include "server/control/origin.hpp"

namespace attest::server {
namespace {

struct Place {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::optional<Place> numeric(const std::string& address) {
  Place place;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&place.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&place.storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    place.size = sizeof *v4;
  } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    place.size = sizeof *v6;
  } else {
    return std::nullopt;
  }
  return place;
}

std::uint16_t port_of(const Place& place) {
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&place.storage);
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&place.storage);
  return ntohs(v4->sin_family == AF_INET ? v4->sin_port : v6->sin6_port);
}

}  // namespace

// A port that is bound and does not listen answers every SYN with a reset, and nobody else can be given it
// meanwhile.
Result<RefusingPort> RefusingPort::open(const std::string& address) {
  auto place = numeric(address);
  if (!place)
    return fail(Fault::usage, "hold a port that refuses on '" + address + "': not a numeric address",
                "give an IP address of this host");
  Fd fd(::socket(place->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::bind(fd.get(), place->get(), place->size) != 0 ||
      ::getsockname(fd.get(), place->get(), &place->size) != 0)
    return fail(Fault::bench, errno_text("hold a port that refuses on " + address, errno),
                "give an address of this host (`ip address` lists them)");
  return RefusingPort(fd.release(), port_of(*place));
}

RefusingPort::~RefusingPort() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace attest::server

// A byte stream over TCP: a terminal server, a virtual device, a port forwarded from another machine.
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <thread>

#include "harness/transport/tcp_link.hpp"

namespace attest::transport {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

struct Resolved {
  int error = 0;  ///< EAI_…
  Addresses addresses;
};

Resolved resolve_now(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* list = nullptr;
  const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  return {error, Addresses(error == 0 ? list : nullptr)};
}

/// getaddrinfo knows no deadline, so it runs apart; one that comes too late ends by itself and is forgotten.
std::optional<Resolved> resolve(const LinkAddress& address, const Clock& clock, Deadline deadline) {
  const auto port = std::to_string(address.port);
  if (auto numeric = resolve_now(address.host, port, AI_NUMERICHOST); numeric.error == 0) return numeric;
  std::packaged_task<Resolved()> task(
      [host = address.host, port] { return resolve_now(host, port, AI_ADDRCONFIG); });
  auto answer = task.get_future();
  std::thread(std::move(task)).detach();
  if (answer.wait_for(deadline.left(clock)) != std::future_status::ready) return std::nullopt;
  return answer.get();
}

/// 0, or why not, as errno; ETIMEDOUT for the deadline.
int connect_to(int fd, const addrinfo& address, const Clock& clock, Deadline deadline) {
  if (connect(fd, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  for (;;) {
    const auto left = deadline.left(clock).count();
    const timespec ts{left / 1'000'000'000, left % 1'000'000'000};
    pollfd p{fd, POLLOUT, 0};
    const int n = ppoll(&p, 1, &ts, nullptr);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
  }
}

void set_option(int fd, int level, int option, int value) {
  (void)setsockopt(fd, level, option, &value, sizeof value);  // a nicety each: the link works without
}

/// Small writes at once; a peer that is no more is noticed within half a minute, without a byte being sent.
void tune(int fd) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

std::string cure_for(int number, const LinkAddress& address) {
  switch (number) {
    case ECONNREFUSED:
      return fmt::format(
          "nothing listens there: start the other side, or give the port that it tells instead of {}",
          address.port);
    case ETIMEDOUT:
      return "is the machine up, and does a firewall let this port through?";
    default:
      return "look at the network and at the routes to that host";
  }
}

Error unresolved(const LinkAddress& address, const std::optional<Resolved>& resolved) {
  const auto why = resolved ? gai_strerror(resolved->error) : "no answer before the deadline";
  return {Fault::bench,
          fmt::format("connect to {}: look up the host {}: {}", address.text, address.host, why),
          "is the name right? Give the address in numbers if names do not resolve here"};
}

}  // namespace

std::string TcpLink::details() const {
  const auto ends = [&](auto ask) -> std::string {
    sockaddr_storage at{};
    socklen_t size = sizeof at;
    char host[64], port[16];
    if (ask(fd(), reinterpret_cast<sockaddr*>(&at), &size) != 0 ||
        getnameinfo(reinterpret_cast<sockaddr*>(&at), size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
      return "?";
    return fmt::format("{}:{}", host, port);
  };
  return fmt::format("TCP from {} to {}", ends(getsockname), ends(getpeername));
}

ssize_t TcpLink::hand_over(std::string_view bytes) {
  return send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

Error TcpLink::ended(std::string_view doing, int number) const {
  const auto why =
      number == 0 ? "it ended the connection" : errno_text(fmt::format("{} failed", doing), number);
  return {Fault::bench, fmt::format("{} was closed by the peer: {}", name(), why),
          "look at the other side: did it stop, or does it serve one client at a time?"};
}

Result<Fd> connect_tcp(const LinkAddress& address, const Clock& clock, Deadline deadline) {
  const auto resolved = resolve(address, clock, deadline);
  if (!resolved || !resolved->addresses) return tl::unexpected(unresolved(address, resolved));
  int number = 0;
  for (const addrinfo* at = resolved->addresses.get(); at != nullptr; at = at->ai_next) {
    Fd fd(socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol));
    number = fd ? connect_to(fd.get(), *at, clock, deadline) : errno;
    if (number != 0) continue;
    tune(fd.get());
    return fd;
  }
  return fail(Fault::bench, errno_text("connect to " + address.text, number), cure_for(number, address));
}

Result<std::unique_ptr<Link>> open_tcp(const LinkAddress& address, const Clock& clock, Deadline deadline) {
  auto fd = connect_tcp(address, clock, deadline);
  if (!fd) return tl::unexpected(fd.error());
  return std::make_unique<TcpLink>(std::move(*fd), address, clock);
}

}  // namespace attest::transport

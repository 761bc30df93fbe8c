#include "server/faults/relay_testing.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <thread>

#include "harness/base/random.hpp"
#include "server/net/listening.hpp"

namespace attest::server::testing {
namespace {

[[noreturn]] void broken(const std::string& what) {
  throw Failure({Fault::bench, what, "see the test"});
}

void await(int socket, short event) {
  pollfd end{socket, event, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(patience().left(steady_clock()));
  if (::poll(&end, 1, static_cast<int>(left.count())) != 1) broken("the other end stays silent");
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return place;
}

/// 0, or why not.
int connect(const Fd& socket, std::uint16_t port) {
  const auto place = loopback(port);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0 ? 0 : errno;
}

Fd tcp_socket() {
  return Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

}  // namespace

Deadline patience() {
  return Deadline::in(steady_clock(), std::chrono::seconds(20));
}

Wire Wire::to(std::uint16_t port) {
  auto socket = tcp_socket();
  if (const int why = server::testing::connect(socket, port); why != 0) broken(errno_text("connect", why));
  return Wire(std::move(socket));
}

void Wire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) broken(errno_text("send", errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::size_t Wire::send_until_full(std::string_view piece) {
  std::size_t all = 0;
  for (;;) {
    const auto count = ::send(socket_.get(), piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      all += static_cast<std::size_t>(count);
      continue;
    }
    pollfd end{socket_.get(), POLLOUT, 0};
    if (::poll(&end, 1, 50) == 0) return all;
  }
}

std::string Wire::read(std::size_t count) {
  std::string out(count, '\0');
  for (std::size_t have = 0; have < count;) {
    await(socket_.get(), POLLIN);
    const auto more = ::recv(socket_.get(), out.data() + have, count - have, 0);
    if (more <= 0) broken(fmt::format("ended after {} of {} bytes", have, count));
    have += static_cast<std::size_t>(more);
  }
  return out;
}

Wire::Rest Wire::read_rest() {
  Rest rest;
  for (std::array<char, 16 * 1024> in{};;) {
    await(socket_.get(), POLLIN);
    const auto count = ::recv(socket_.get(), in.data(), in.size(), 0);
    if (count <= 0) {
      rest.end = count == 0 ? "fin" : errno == ECONNRESET ? "reset" : errno_text("read", errno);
      return rest;
    }
    rest.bytes.append(in.data(), static_cast<std::size_t>(count));
  }
}

bool Wire::is_quiet() const {
  pollfd end{socket_.get(), POLLIN, 0};
  return ::poll(&end, 1, 0) == 0;
}

void Wire::end_sending() {
  ::shutdown(socket_.get(), SHUT_WR);
}

void Wire::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

Upstream::Upstream() {
  auto listening = must(listen_on("127.0.0.1", 0));
  socket_ = std::move(listening.socket);
  port_ = listening.port;
}

Wire Upstream::accept() const {
  await(socket_.get(), POLLIN);
  return Wire(Fd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
}

Bench::Bench(RelayListener listener)
    : relay(must(start_relay({.to_port = upstream.port()}, steady_clock(), std::move(listener)))) {}

Bench::Ends Bench::connect() const {
  auto client = Wire::to(relay->port());
  return {std::move(client), upstream.accept()};
}

void Bench::wait_struck(std::size_t n) const {
  for (const auto limit = patience(); !limit.passed(steady_clock());) {
    const auto seen = relay->connections();
    if (seen.size() >= n && seen[n - 1].struck) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  broken("the fault does not strike");
}

bool is_refused(std::uint16_t port) {
  return server::testing::connect(tcp_socket(), port) == ECONNREFUSED;
}

std::string response(std::size_t size, std::uint64_t seed) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", size) + Random(seed).bytes(size);
}

}  // namespace attest::server::testing

#include "server/http/origin_testing.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace attest::server::testing {
namespace {

bool await_event(int socket, short events) {
  pollfd end{socket, events, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(patience().left(steady_clock()));
  return ::poll(&end, 1, static_cast<int>(left.count())) == 1;
}

[[noreturn]] void broken(const std::string& what) {
  throw Failure({Fault::bench, what, "see the test"});
}

}  // namespace

std::unique_ptr<Origin> origin(JournalListener listener) {
  return must(start_origin({}, steady_clock(), std::move(listener)));
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&place), sizeof place) != 0)
    broken(errno_text("connect to the origin", errno));
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void RawClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) broken(errno_text("send to the origin", errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void RawClient::send_in_pieces(std::string_view bytes, std::size_t piece) const {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    send(bytes.substr(0, piece));
    pollfd end{socket_.get(), POLLIN, 0};
    (void)::poll(&end, 1, 1);
  }
}

bool RawClient::fill() {
  std::array<char, 16 * 1024> buffer;
  if (!await_event(socket_.get(), POLLIN)) broken("the origin stays silent");
  const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  in_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::take(std::size_t count) {
  auto out = in_.substr(0, count);
  in_.erase(0, count);
  return out;
}

std::string RawClient::read_until(std::string_view end) {
  while (in_.find(end) == std::string::npos)
    if (!fill()) broken("the origin closed after: " + in_);
  return take(in_.find(end) + end.size());
}

std::string RawClient::read(std::size_t count) {
  while (in_.size() < count)
    if (!fill()) broken("the origin closed after: " + in_);
  return take(count);
}

std::string RawClient::read_all() {
  while (fill()) {
  }
  return take(in_.size());
}

std::string RawClient::read_response() {
  auto head = read_until("\r\n\r\n");
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? head : head + read(std::stoul(head.substr(at + 16)));
}

void RawClient::end_sending() const {
  ::shutdown(socket_.get(), SHUT_WR);
}

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

}  // namespace attest::server::testing

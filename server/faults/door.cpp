#include "server/faults/door.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace attest::server::faults {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int kBacklog = 512;

void allow_reuse(int socket, bool allowed) {
  const int value = allowed ? 1 : 0;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value);
}

tcp protocol_of(int socket) {
  int domain = AF_INET;
  socklen_t size = sizeof domain;
  ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return domain == AF_INET6 ? tcp::v6() : tcp::v4();
}

}  // namespace

// The kernel keeps a socket's port over the end of its listening only if it was bound by number. One that the
// kernel chose is therefore bound a second time, by that number, before the first lets go.
Result<Listening> Door::bind(const std::string& address, std::uint16_t port) {
  auto bound = bind_on(address, port, Protocol::tcp);
  if (!bound || port != 0) return bound;
  return bind_on(address, bound->port, Protocol::tcp);
}

Door::Door(asio::io_context& io, Listening bound, Enter enter)
    : acceptor_(io), pause_(io), enter_(std::move(enter)) {
  const auto protocol = protocol_of(bound.socket.get());
  acceptor_.assign(protocol, bound.socket.release());
  acceptor_.non_blocking(true);
}

Status Door::open() {
  if (open_) return {};
  allow_reuse(acceptor_.native_handle(), true);  // connections of before may linger on the port
  if (::listen(acceptor_.native_handle(), kBacklog) != 0)
    return fail(Fault::bench, errno_text("listen again on a port that refused", errno),
                "look for who else uses the port (`ss -ltnp`)");
  open_ = true;
  ++opened_;
  accept();
  return {};
}

void Door::shut() {
  if (!open_) return;
  open_ = false;
  boost::system::error_code ignored;
  acceptor_.cancel(ignored);
  pause_.cancel();
  // Ends the listening and resets those who wait to be accepted; the socket stays bound. Without
  // SO_REUSEADDR, which is a mutual permission, nobody can bind beside it.
  ::shutdown(acceptor_.native_handle(), SHUT_RD);
  allow_reuse(acceptor_.native_handle(), false);
}

void Door::close() {
  open_ = false;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Door::accept() {
  acceptor_.async_accept([this, now = opened_](boost::system::error_code error, tcp::socket client) {
    if (!open_ || now != opened_) return;  // a client accepted meanwhile is closed here
    if (!error) {
      enter_(std::move(client));
      return accept();
    }
    // Out of descriptors, or a client that left while it waited: others may do better in a moment.
    pause_.expires_after(std::chrono::milliseconds(10));
    pause_.async_wait([this, now](boost::system::error_code cancelled) {
      if (!cancelled && open_ && now == opened_) accept();
    });
  });
}

}  // namespace attest::server::faults

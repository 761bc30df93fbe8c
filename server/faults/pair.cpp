#include "server/faults/pair.hpp"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace attest::server::faults {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// For the acknowledgement of bytes that went before a peer's own reset.
constexpr Nanos kPassedOnReset = std::chrono::seconds(1);

std::string text_of(const tcp::endpoint& end) {
  const auto address = end.address().to_string();
  return end.address().is_v6() ? fmt::format("[{}]:{}", address, end.port())
                               : fmt::format("{}:{}", address, end.port());
}

bool is_dead(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_state == TCP_CLOSE;
}

bool all_acknowledged(int socket) {
  int unacknowledged = 0;
  return is_dead(socket) || ::ioctl(socket, SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0;
}

/// So that closing sends no reset for bytes that nobody read; but not for as long as a peer can send.
void discard_received(tcp::socket& socket) {
  constexpr int kMostBlocks = 64;
  std::array<char, 4096> nothing;
  error_code error;
  socket.non_blocking(true, error);
  for (int blocks = 0; !error && blocks < kMostBlocks; ++blocks)
    socket.read_some(asio::buffer(nothing), error);
}

}  // namespace

Pair::Pair(Socket client, Flow to_client, Trouble trouble, const Clock& clock, Book& book, Gone gone)
    : clock_(clock),
      book_(book),
      gone_(std::move(gone)),
      trouble_(trouble),
      client_(std::move(client)),
      server_(client_.get_executor()),
      up_(client_, server_, seen_.to_server, Flow()),
      down_(server_, client_, seen_.to_client, std::move(to_client)),
      poll_(client_.get_executor()) {}

void Pair::start(const tcp::endpoint& server) {
  error_code error;
  client_.set_option(tcp::no_delay(true), error);
  seen_.accepted = clock_.now();
  const auto peer = client_.remote_endpoint(error);
  seen_.peer = error ? "gone" : text_of(peer);
  seen_.connection = book_.open(seen_);
  server_.async_connect(server, [self = shared_from_this()](error_code failed) {
    if (self->closing_) return;
    if (failed) return self->close(How::reset);
    self->connected_ = true;
    error_code ignored;
    self->server_.set_option(tcp::no_delay(true), ignored);
    self->pump(self->up_);
    self->pump(self->down_);
  });
}

void Pair::pump(Way& way) {
  read(way);
  write(way);
}

void Pair::read(Way& way) {
  const auto room = way.flow.room() - std::min(way.flow.room(), way.out.size());
  if (closing_ || way.reading || way.flow.ended() || room == 0) return;
  way.reading = true;
  const auto most = std::min(way.in.size(), room);
  way.from.async_read_some(asio::buffer(way.in.data(), most),
                           [self = shared_from_this(), &way](error_code error, std::size_t count) {
                             way.reading = false;
                             if (!self->closing_) self->take(way, error, count);
                           });
}

void Pair::take(Way& way, error_code error, std::size_t count) {
  way.flow.take({way.in.data(), count});
  if (error) {
    way.flow.end(error == asio::error::eof && !was_reset(way) ? End::fin : End::rst);
    if (&way == &up_) {
      seen_.client_left = clock_.now();
      book_.tell("leave", *seen_.client_left, seen_);
    }
  }
  pump(way);
}

/// The kernel tells of a reset once. Where a write has heard of it, a read that comes before the write's
/// handler sees an end of file, on a socket that is dead although this side has not ended it.
bool Pair::was_reset(const Way& way) {
  return way.from_broken || (!other(way).over && is_dead(way.from.native_handle()));
}

void Pair::write(Way& way) {
  if (closing_ || way.writing || way.over) return;
  auto step = way.flow.next(clock_.now());
  note_strike();
  act(way, std::move(step));
}

void Pair::act(Way& way, Step step) {
  switch (step.what) {
    case Step::Do::rest:
      return;
    case Step::Do::wait:
      return await(way, step.until);
    case Step::Do::pass:
      return send(way, way.flow.pass(step.bytes));
    case Step::Do::add:
      return send(way, std::move(step.extra));
    case Step::Do::finish:
    case Step::Do::half_close:
      return finish(way);
    case Step::Do::cut:
      finish(way);
      return close_when_acknowledged(way.to, How::orderly, std::nullopt);
    case Step::Do::reset: {
      const bool passed_on = !way.flow.struck();
      return close_when_acknowledged(way.to, How::reset,
                                     passed_on ? Patience(clock_.now() + kPassedOnReset) : std::nullopt);
    }
  }
}

void Pair::send(Way& way, std::string bytes) {
  way.writing = true;
  way.out = std::move(bytes);
  asio::async_write(way.to, asio::buffer(way.out),
                    [self = shared_from_this(), &way](error_code error, std::size_t count) {
                      way.writing = false;
                      way.out.clear();
                      way.passed += count;
                      self->book_.note(self->seen_);
                      if (!self->closing_) self->sent(way, error);
                    });
  read(way);
}

// A peer to which nothing can be written has reset the connection. That ends this way; the other one passes
// what came before, and then the reset.
void Pair::sent(Way& way, error_code error) {
  if (!error) return pump(way);
  way.over = true;
  way.flow.drop();
  other(way).from_broken = true;
  if (other(way).over) return close(How::reset);
  if (other(way).flow.ended()) other(way).flow.end(End::rst);
  pump(other(way));
  read(way);
}

void Pair::await(Way& way, Instant until) {
  way.due.expires_after(until - clock_.now());
  way.due.async_wait([self = shared_from_this(), &way](error_code cancelled) {
    if (!cancelled) self->write(way);
  });
}

void Pair::finish(Way& way) {
  error_code ignored;
  way.to.shutdown(Socket::shutdown_send, ignored);
  way.over = true;
  way.flow.drop();
  if (other(way).over) return close(How::orderly);
  read(way);
}

void Pair::note_strike() {
  if (struck_ || !down_.flow.struck()) return;
  struck_ = true;
  seen_.struck = down_.flow.struck();
  seen_.done = trouble_;
  book_.tell("strike", *seen_.struck, seen_);
}

void Pair::lift() {
  if (closing_) return;
  down_.flow.lift();
  if (struck_) book_.tell("lift", clock_.now(), seen_);
  down_.due.cancel();
  if (connected_) pump(down_);
}

void Pair::part() {
  close(How::orderly);
}

void Pair::abort() {
  close(How::reset);
}

void Pair::close_when_acknowledged(Socket& socket, How how, Patience patience) {
  closing_ = true;
  if (all_acknowledged(socket.native_handle()) || (patience && clock_.now() >= *patience)) return close(how);
  poll_.expires_after(std::chrono::milliseconds(1));
  poll_.async_wait([self = shared_from_this(), &socket, how, patience](error_code cancelled) {
    if (!cancelled) self->close_when_acknowledged(socket, how, patience);
  });
}

void Pair::close(How how) {
  if (seen_.closed) return;
  closing_ = true;
  for (auto* timer : {&up_.due, &down_.due, &poll_}) timer->cancel();
  error_code ignored;
  for (auto* socket : {&client_, &server_}) {
    if (how == How::reset)
      socket->set_option(Socket::linger(true, 0), ignored);
    else if (socket->is_open())
      discard_received(*socket);
    socket->close(ignored);
  }
  seen_.closed = clock_.now();
  gone_(*this);
  book_.tell("close", *seen_.closed, seen_);
}

}  // namespace attest::server::faults

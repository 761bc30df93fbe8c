#include "server/http/wire.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace attest::server {
namespace {

std::string peer_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return "?";
  if (storage.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(storage);
    inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    return fmt::format("[{}]:{}", text.data(), ntohs(six.sin6_port));
  }
  const auto& four = reinterpret_cast<const sockaddr_in&>(storage);
  inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
  return fmt::format("{}:{}", text.data(), ntohs(four.sin_port));
}

timespec span_of(Nanos left) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  return {seconds.count(), (left - seconds).count()};
}

}  // namespace

Wire::Wire(Fd socket, int stop, const Clock& clock) : socket_(std::move(socket)), stop_(stop), clock_(clock) {
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // What the kernel has taken counts as sent, so it shall not take megabytes from which the peer never reads.
  const int room = 64 * 1024;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  peer_ = peer_of(socket_.get());
}

void Wire::gone() {
  if (!peer_left_) peer_left_ = clock_.now();
}

short Wire::wait(short events, int also, std::optional<Instant> until) {
  while (true) {
    std::array<pollfd, 3> ends{{{socket_.get(), events, 0}, {stop_, POLLIN, 0}, {also, POLLIN, 0}}};
    timespec left{};
    if (until) left = span_of(Deadline(*until).left(steady_clock()));
    const int ready = ::ppoll(ends.data(), ends.size(), until ? &left : nullptr, nullptr);
    if (ready < 0 && errno == EINTR) continue;
    stopped_ = stopped_ || ends[1].revents != 0;
    return ready > 0 ? ends[0].revents : short{0};
  }
}

bool Wire::open() {
  if (!tls_) return true;
  while (!stopped_) {
    const auto step = tls_->shake();
    if (step.gone) gone();
    if (step.await == 0) return step.moved > 0;
    wait(step.await, -1, std::nullopt);
  }
  tls_->abandon("the origin ended");
  return false;
}

Step Wire::take(char* to, std::size_t size) {
  if (tls_) return tls_->read(to, size);
  const auto count = ::recv(socket_.get(), to, size, MSG_DONTWAIT);
  if (count > 0) return {.moved = static_cast<std::size_t>(count)};
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {.await = POLLIN};
  return {.gone = true};
}

Step Wire::put(std::string_view bytes, bool more) {
  if (tls_) return tls_->write(bytes, more);
  const auto count =
      ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0));
  if (count >= 0) return {.moved = static_cast<std::size_t>(count)};
  if (errno == EAGAIN || errno == EINTR) return {.await = POLLOUT};
  return {.gone = true};
}

bool Wire::fill() {
  std::array<char, 16 * 1024> buffer;
  short await = tls_ && tls_->holds_bytes() ? short{0} : short{POLLIN};
  while (!stopped_ && !peer_left_) {
    if (await != 0 && wait(await, -1, std::nullopt) == 0) continue;
    const auto step = take(buffer.data(), buffer.size());
    if (step.moved > 0) {
      last_read_ = clock_.now();
      in_.append(buffer.data(), step.moved);
      return true;
    }
    if (step.gone) gone();
    if (step.await == 0) return false;
    await = step.await;
  }
  return false;
}

void Wire::consume(std::size_t count) {
  at_ += count;
  if (at_ < in_.size()) return;
  in_.clear();
  at_ = 0;
}

bool Wire::send(std::string_view bytes, bool more) {
  while (!bytes.empty()) {
    if (stopped_) return false;
    const auto now = clock_.now();
    const auto step = put(bytes, more);
    if (step.await != 0) {
      wait(step.await, -1, std::nullopt);
      continue;
    }
    if (step.gone) gone();
    if (step.moved == 0) return false;
    last_sent_ = now;
    if (!first_sent_) first_sent_ = last_sent_;
    sent_ += step.moved;
    keep_head(bytes.substr(0, step.moved));
    bytes.remove_prefix(step.moved);
  }
  return true;
}

void Wire::keep_head(std::string_view sent) {
  static constexpr std::string_view kEnd = "\r\n\r\n";
  static constexpr std::size_t kMost = 8192;
  if (head_.size() >= kMost || head_.ends_with(kEnd)) return;
  const auto before = head_.size();
  head_ += sent.substr(0, kMost - before);
  const auto end = head_.find(kEnd, before < kEnd.size() ? 0 : before - kEnd.size());
  if (end != std::string::npos) head_.resize(end + kEnd.size());
}

void Wire::wait_gone(int also) {
  if (wait(POLLRDHUP, also, std::nullopt) != 0) gone();
}

void Wire::linger(Nanos span) {
  if (span > Nanos{} && wait(POLLRDHUP, -1, steady_clock().now() + span) != 0) gone();
}

bool Wire::rest(Nanos span) {
  // A peer that only ended its own direction still gets its answer: events are those that poll reports
  // unasked.
  if (span > Nanos{} && wait(0, -1, steady_clock().now() + span) != 0) gone();
  return !stopped_ && !peer_left_;
}

void Wire::end() {
  const auto until = steady_clock().now() + std::chrono::seconds(1);
  while (tls_ && !stopped_ && !Deadline(until).passed(steady_clock())) {
    const auto step = tls_->end();
    if (step.await == 0) break;
    wait(step.await, -1, until);
  }
  ::shutdown(socket_.get(), SHUT_WR);
}

void Wire::drain() {
  const auto until = steady_clock().now() + std::chrono::seconds(1);
  std::array<char, 4096> dropped;
  while (!stopped_ && !peer_left_ && !Deadline(until).passed(steady_clock())) {
    if (wait(POLLIN, -1, until) == 0) continue;
    const auto count = ::recv(socket_.get(), dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) gone();
  }
}

}  // namespace attest::server

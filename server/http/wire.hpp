// One accepted socket: bytes in with their times, bytes out with theirs, and a way to be told to stop. With
// TLS, the bytes are those inside.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"
#include "harness/base/file.hpp"
#include "server/tls/session.hpp"

namespace attest::server {

/// Used by one thread. Every wait ends when `stop` becomes readable.
class Wire {
 public:
  Wire(Fd socket, int stop, const Clock& clock);

  [[nodiscard]] const std::string& peer() const { return peer_; }

  /// From now on TLS, beginning with its handshake.
  void secure(std::unique_ptr<Session> tls) { tls_ = std::move(tls); }
  /// What must be said before the first byte: nothing, or a handshake. False: there will be no first byte.
  [[nodiscard]] bool open();

  /// Waits for bytes and appends them to `unread`. False: the peer sends no more, or left, or we are to stop.
  [[nodiscard]] bool fill();
  [[nodiscard]] std::string_view unread() const { return std::string_view(in_).substr(at_); }
  void consume(std::size_t count);
  /// When the newest of the unread bytes came.
  [[nodiscard]] Instant last_read() const { return last_read_; }

  /// All of `bytes`, waiting for room. `more`: the next ones shall travel in the same segment.
  [[nodiscard]] bool send(std::string_view bytes, bool more = false);
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  /// Times of the sends since the last call to `mark`, each taken right before the kernel got the bytes.
  void mark() {
    first_sent_ = last_sent_ = std::nullopt;
    head_.clear();
  }
  /// What was sent since then up to and including its first blank line, or its first 8 KiB.
  [[nodiscard]] const std::string& head_sent() const { return head_; }
  [[nodiscard]] std::optional<Instant> first_sent() const { return first_sent_; }
  [[nodiscard]] std::optional<Instant> last_sent() const { return last_sent_; }

  /// Waits until the peer has gone (or said that it sends no more), until `also` becomes readable, or we are
  /// to stop.
  void wait_gone(int also);
  /// Waits so long, or until the peer says that it sends no more.
  void linger(Nanos span);
  /// Waits so long; false: the peer has gone altogether, or we are to stop.
  [[nodiscard]] bool rest(Nanos span);

  /// No more from us. With TLS, waits a moment for the room to say so.
  void end();
  /// Reads and drops what the peer still sends, for a moment: a close with unread bytes resets the connection
  /// and may take the end of the response with it.
  void drain();
  void close() { socket_.reset(); }

  /// When the peer was seen to be gone.
  [[nodiscard]] std::optional<Instant> peer_left() const { return peer_left_; }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  /// poll on the socket, on stop and on `also`; what happened on the socket.
  short wait(short events, int also, std::optional<Instant> until);
  void gone();
  [[nodiscard]] Step take(char* to, std::size_t size);
  [[nodiscard]] Step put(std::string_view bytes, bool more);
  void keep_head(std::string_view sent);

  Fd socket_;
  int stop_;
  const Clock& clock_;
  std::string peer_;
  std::string in_, head_;
  std::size_t at_ = 0;
  Instant last_read_;
  std::uint64_t sent_ = 0;
  std::optional<Instant> first_sent_, last_sent_, peer_left_;
  bool stopped_ = false;
  std::unique_ptr<Session> tls_;
};

}  // namespace attest::server

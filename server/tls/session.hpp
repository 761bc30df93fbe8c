// TLS over one socket, a step at a time: nothing here waits.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "server/control/tls.hpp"
#include "server/tls/openssl.hpp"

namespace attest::server {

/// What became of a step. If it is none of these, there is nothing more to be had: the other side broke the
/// rules, or we broke them on purpose.
struct Step {
  std::size_t moved = 0;  ///< so many bytes
  short await = 0;        ///< none yet: try again when poll reports this
  bool gone = false;      ///< the peer has ended its side
};

/// Used by one thread.
class Session {
 public:
  /// Told when the handshake begins, when its hello has come and when it is over; and of an alert after that.
  using Told = std::function<void(const Handshake&)>;

  Session(SSL_CTX* context, TlsTrouble trouble, int socket, const Clock& clock, Told told);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// What a context needs to have its sessions told of hellos.
  static void prepare(SSL_CTX* context);

  /// One step of the handshake, or of the trouble in its place. Moved: it is completed.
  [[nodiscard]] Step shake();
  /// The handshake will not be gone on with.
  void abandon(std::string_view why);

  [[nodiscard]] Step read(char* to, std::size_t size);
  /// Bytes that poll does not know of.
  [[nodiscard]] bool holds_bytes() const { return SSL_pending(ssl_.get()) > 0; }
  /// `more`: the next ones shall travel in the same segment.
  [[nodiscard]] Step write(std::string_view bytes, bool more);
  /// Says that we send no more.
  [[nodiscard]] Step end();

 private:
  struct Hooks;  // that OpenSSL calls
  [[nodiscard]] ssize_t receive(char* to, std::size_t size);
  [[nodiscard]] ssize_t transmit(std::string_view bytes);
  [[nodiscard]] int hear(int* alert);
  void note_alert(int number);
  void note_alert_of_another_version();
  void note_record(std::string_view header);
  void note_certificate();

  [[nodiscard]] Step complete();
  [[nodiscard]] Step break_down();
  [[nodiscard]] Step make_trouble();
  [[nodiscard]] Step overhear();
  [[nodiscard]] Step outcome(int result) const;
  [[nodiscard]] std::string what_it_said() const;
  [[nodiscard]] std::string how_it_left() const;
  void over(std::string_view why);

  const TlsTrouble trouble_;
  const int socket_;
  const Clock& clock_;
  const Told told_;
  Handshake seen_;
  bool making_trouble_ = false;
  std::string_view unsaid_;  // of what the trouble says
  bool left_ = false;        // the peer, as far as the socket knows
  bool more_ = false;
  bool certificate_sent_ = false;
  std::size_t recorded_ = 0;           // bytes of the records that OpenSSL made in the handshake
  std::size_t mute_after_ = SIZE_MAX;  // of the bytes that we send
  std::size_t transmitted_ = 0;
  std::string newest_;  // of what was received, as the last call brought it
  Instant last_received_;
  SslOwner ssl_;  // last, since it calls the rest
};

}  // namespace attest::server

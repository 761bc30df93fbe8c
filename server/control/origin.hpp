// What the cases see of the world behind the Wi-Fi: responses registered under unguessable paths, and a
// journal of what really happened on the network. The implementation is server/http on cpp-httplib.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"
#include "server/control/tls.hpp"

namespace attest::server {

using Headers = std::vector<std::pair<std::string, std::string>>;  ///< in order, names as written

/// What the origin answers under one path. Any method is answered, whatever the case expects: a device that
/// sends the wrong one still gets its reply, and the case judges the method by the journal.
struct Response {
  int status = 200;
  /// Beside Content-Type, framing and Connection, which the origin writes itself. Names go out as written,
  /// several of one name in their order; httplib sorts the names.
  Headers headers;
  std::string content_type = "application/octet-stream";
  std::string body;
  enum class Framing { content_length, chunked, until_close } framing = Framing::content_length;
  std::size_t chunk =
      0;  ///< bytes a chunk (of a generated body 64 KiB at most); 0: cuts the body in about three
  /// A Content-Length other than the body's: larger than the body, which is then followed by a close (HC-35).
  std::optional<std::uint64_t> claimed_length;
  /// A body of so many bytes that is made while it is sent (GS-05): byte i is i mod 251. HEAD gets the header
  /// only.
  std::optional<std::uint64_t> generated_length;
  /// Accept and read the request, and never answer, until the peer closes or the resource goes (HC-34).
  bool never = false;
  Nanos delay{};      ///< before the status line
  Nanos hold_open{};  ///< after the response, unless the peer closes first: a client must not wait for the
                      ///< close
  bool keep_alive = true;  ///< false: `Connection: close` and close after the response
};

/// One request as it was on the network. Times are on the run's clock; unset: it has not happened (yet).
struct Served {
  std::uint64_t connection = 0;  ///< counted from 1 per origin
  std::uint64_t request = 0;     ///< counted from 1 per origin
  std::string peer;              ///< "127.0.0.1:40212"
  Instant accepted, first_byte, head_done, body_done;
  std::optional<Instant> response_first, response_last, closed;
  std::string closed_by;  ///< who ended the connection: "peer" or "origin"; empty while it is open
  std::string raw_head;   ///< request line and header lines with their line ends, exactly as they came
  std::string method, target, version;
  Headers headers;
  std::string body;            ///< as it came, decoded if it was chunked
  std::string body_sha256;     ///< hex
  bool body_complete = false;  ///< false: the peer left before its Content-Length was there
  std::uint64_t body_bytes_sent =
      0;  ///< of the response's body, without framing; what the kernel took to send
  std::string
      response_head;      ///< status line and headers as they went out, with the blank line; at most 8 KiB
  std::string malformed;  ///< why this is not well-formed HTTP/1.1, empty if it is
  /// The handshake that the connection began with, as far as it had come; null without TLS.
  std::shared_ptr<const Handshake> tls;

  /// All values of a header, names compared without case.
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
};

/// A registered path, for as long as this lives.
class Resource {
 public:
  virtual ~Resource() = default;
  [[nodiscard]] virtual const std::string& path() const = 0;  ///< "/k3v9…", origin form
  /// `http://ADVERTISED[:PORT]/path`, the port left out if it is 80; with TLS `https://`, and 443.
  [[nodiscard]] virtual const std::string& url() const = 0;
  /// The requests so far, in the order of their first byte.
  [[nodiscard]] virtual std::vector<Served> requests() const = 0;
  /// Waits until `count` requests have come with their bodies done (or broken off); false when the deadline
  /// passes.
  [[nodiscard]] virtual bool wait_for(std::size_t count, Deadline deadline) const = 0;
  /// Waits until the responses to `count` requests are out (or will not come), so that their times and counts
  /// stand in `requests`: a device may tell of a response before the thread that sent it has written that
  /// down.
  [[nodiscard]] virtual bool wait_answered(std::size_t count, Deadline deadline) const = 0;
  /// Waits until every connection that asked for this path is closed.
  [[nodiscard]] virtual bool wait_closed(Deadline deadline) const = 0;
};

struct OriginConfig {
  std::string address = "127.0.0.1";  ///< where to listen; loopback unless a bench names an interface
  std::string advertise;              ///< what the device is told; empty: the same
  std::uint16_t port = 0;             ///< 0: the kernel chooses
  /// What URLs name, where something stands in front of the origin (a relay, a router); 0: the port that it
  /// listens on.
  std::uint16_t advertise_port = 0;
  std::optional<TlsSetup> tls;  ///< HTTPS: URLs begin with https, and 443 is the port that is left out
};

/// Told of every event as it happens, on a server thread; the record's writer is one.
/// `event`: accept, head, body, response, close; tls, when a handshake is completed or over (`served.tls`).
/// `served` is a snapshot. Must not throw. Whoever waits in a Resource
/// goes on only after the listener has returned.
using JournalListener = std::function<void(std::string_view event, Instant at, const Served& served)>;

class Origin {
 public:
  virtual ~Origin() = default;

  /// The response under a fresh unguessable path that ends in `suffix` ("/logo.gif", "?a=1&b=2").
  [[nodiscard]] virtual std::unique_ptr<Resource> add(Response response, std::string_view suffix = {}) = 0;
  /// The response under a path of the caller's choice (the manual's examples, redirect targets).
  [[nodiscard]] virtual Result<std::unique_ptr<Resource>> add_at(Response response, std::string path) = 0;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// "127.0.0.1:40001", or without the port where it is 80 (with TLS 443): what a well-behaved client puts
  /// into Host.
  [[nodiscard]] virtual std::string authority() const = 0;
  [[nodiscard]] virtual const std::string& advertised_host() const = 0;
  /// Connections accepted so far, and those still open.
  [[nodiscard]] virtual std::uint64_t connections() const = 0;
  [[nodiscard]] virtual std::size_t open_connections() const = 0;
  /// With TLS: another certificate, or another trouble, for connections accepted from here on. Those before
  /// are closed when it returns, so that no device spares itself a handshake by using one of them again.
  virtual void use(const TlsSetup& tls) = 0;
  /// With TLS: the handshakes so far, in the order of their connections, those that failed too.
  [[nodiscard]] virtual std::vector<Handshake> handshakes() const = 0;
  /// Waits until `count` handshakes are completed or over; false when the deadline passes.
  [[nodiscard]] virtual bool wait_handshakes(std::size_t count, Deadline deadline) const = 0;
  /// Requests for paths that nobody registered (404), since the last call.
  [[nodiscard]] virtual std::vector<Served> strangers() = 0;
  /// Whoever waits in this origin or a resource of it goes on now, as if his deadline had passed. For who
  /// stops a wait from another thread.
  virtual void wake() {}
};

/// Thread-safe. A port that is taken is a bench error that names who holds it; a port below 1024 without the
/// right to it says how to get it.
[[nodiscard]] Result<std::unique_ptr<Origin>> start_origin(const OriginConfig& config, const Clock& clock,
                                                           JournalListener listener);

/// An address of the same host where connecting is refused, held for as long as this lives (bound, not
/// listening).
class RefusingPort {
 public:
  [[nodiscard]] static Result<RefusingPort> open(const std::string& address);
  RefusingPort(RefusingPort&& other) noexcept : fd_(std::exchange(other.fd_, -1)), port_(other.port_) {}
  RefusingPort& operator=(RefusingPort&&) = delete;
  ~RefusingPort();
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  RefusingPort(int fd, std::uint16_t port) : fd_(fd), port_(port) {}
  int fd_;
  std::uint16_t port_;
};

}  // namespace attest::server

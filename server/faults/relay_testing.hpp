// For the tests of the relay: the two ends of a connection through it, with bytes exactly as they are given.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/base/file.hpp"
#include "server/control/faults.hpp"

namespace attest::server::testing {

/// As long as a correct relay on a busy machine may take. Never decides a test that passes.
[[nodiscard]] Deadline patience();

/// One end of a TCP connection.
class Wire {
 public:
  explicit Wire(Fd socket) : socket_(std::move(socket)) {}
  [[nodiscard]] static Wire to(std::uint16_t port);

  void send(std::string_view bytes);
  /// As much as the kernel takes before it would block for good; how much that was.
  [[nodiscard]] std::size_t send_until_full(std::string_view piece);
  [[nodiscard]] std::string read(std::size_t count);
  /// What comes until the end, which is one of "fin" and "reset".
  struct Rest {
    std::string bytes, end;
    bool operator==(const Rest&) const = default;
  };
  [[nodiscard]] Rest read_rest();
  /// Whether nothing at all can be read now.
  [[nodiscard]] bool is_quiet() const;
  void end_sending();
  void reset();
  void close() { socket_.reset(); }

 private:
  Fd socket_;
};

/// What stands behind the relay.
class Upstream {
 public:
  Upstream();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Wire accept() const;

 private:
  Fd socket_;
  std::uint16_t port_ = 0;
};

/// A server, a relay in front of it, and connections through it.
struct Bench {
  Upstream upstream;
  std::unique_ptr<Relay> relay;

  explicit Bench(RelayListener listener = {});
  struct Ends {
    Wire client, server;
  };
  [[nodiscard]] Ends connect() const;
  /// Waits until connection number `n` (from 1) is struck.
  void wait_struck(std::size_t n) const;
};

[[nodiscard]] bool is_refused(std::uint16_t port);

/// An HTTP response with a body of `size` random bytes.
[[nodiscard]] std::string response(std::size_t size, std::uint64_t seed);
inline constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace attest::server::testing

// For the tests of the origin: a raw client whose bytes are exactly those that it is given, and the usual
// settings.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/base/file.hpp"
#include "server/control/origin.hpp"

namespace attest::server::testing {

/// As long as a correct origin on a busy machine may take. Never decides a test that passes.
[[nodiscard]] inline Deadline patience() {
  return Deadline::in(steady_clock(), std::chrono::seconds(20));
}

[[nodiscard]] std::unique_ptr<Origin> origin(JournalListener listener = {});

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  void send(std::string_view bytes) const;
  /// In pieces, with a pause after each so that they are not likely to be received as one.
  void send_in_pieces(std::string_view bytes, std::size_t piece) const;
  /// Up to and with `end`.
  [[nodiscard]] std::string read_until(std::string_view end);
  [[nodiscard]] std::string read(std::size_t count);
  /// Until the server closes.
  [[nodiscard]] std::string read_all();
  /// A head and as many bytes of body as its Content-Length says.
  [[nodiscard]] std::string read_response();
  void end_sending() const;
  /// Closes with a reset.
  void reset();
  void close() { socket_.reset(); }

 private:
  [[nodiscard]] bool fill();
  [[nodiscard]] std::string take(std::size_t count);
  Fd socket_;
  std::string in_;
};

}  // namespace attest::server::testing

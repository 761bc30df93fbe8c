// The one who speaks AT: one command in flight, every received byte accounted for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/at/dialect.hpp"
#include "harness/at/exchange.hpp"
#include "harness/at/expectation.hpp"
#include "harness/transport/link.hpp"

namespace attest::at {

/// Sees what the session sees, as it happens; the record's writer is one. Called on the session's thread.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void sent(Instant at, std::uint64_t exchange, std::string_view bytes) = 0;
  /// `stream_begin`: how many bytes this session had received before these.
  virtual void received(Instant at, std::uint64_t stream_begin, std::string_view bytes) = 0;
  /// An exchange is settled: items, deviations and outcome are final.
  virtual void settled(const Exchange& exchange) = 0;
  /// Bytes that came outside an exchange (before the first, or after a settled one), attributed. `after` is
  /// the number of the exchange that they follow. Deviations belong to GEN-03 unless they say otherwise.
  virtual void between(std::uint64_t after, const Exchange& strays) = 0;
  /// From here on, until told otherwise, a device is being brought back: what it says then is the tail of
  /// what put it in doubt, and accuses it of nothing more.
  virtual void recovering(bool yes) { (void)yes; }
};

/// `,` `"` and `\` in a parameter, escaped as the general rules say (E14).
[[nodiscard]] std::string escaped(std::string_view parameter);

/// A command line from its name and parameters, each escaped: command("HTTPCPOST", {url, "27"}).
[[nodiscard]] std::string command(std::string_view name, const std::vector<std::string>& parameters);

class Session {
 public:
  /// All references must outlive the session. `observer` may be null.
  Session(transport::Link& link, Dialect dialect, const Clock& clock, Observer* observer);
  ~Session();

  /// Sends `line`, a command line of the manual, in the firmware's words with CR LF behind it, and waits for
  /// the final result, the prompt or the deadline.
  [[nodiscard]] Exchange command(std::string_view line);
  [[nodiscard]] Exchange command(std::string_view line, const Expectation& expectation);

  /// A command line of the manual as this firmware takes it. Only what is sent raw needs it.
  [[nodiscard]] std::string spoken(std::string_view line) const;

  /// Sends bytes as they are (a command in pieces, data after a prompt, noise) without waiting for anything.
  /// Belongs to the exchange that the next `await` or `command` gives.
  void send_raw(std::string_view bytes);
  /// Waits for a final result after send_raw. `sent` of the exchange is all that was sent raw since the last
  /// one.
  [[nodiscard]] Exchange await(const Expectation& expectation);

  /// Data after a prompt, then the wait for SEND OK / SEND FAIL (or OK / ERROR).
  [[nodiscard]] Exchange data(std::string_view bytes, const Expectation& expectation);

  /// Listens for as long as `quiet` needs to pass without a byte, at most `most`; gives what came,
  /// attributed.
  Exchange listen(Nanos quiet, Nanos most);
  /// Waits for the first byte, and then listens until `quiet` passes without one; at most `most` in all.
  [[nodiscard]] Exchange await_anything(Nanos quiet, Nanos most);
  /// Waits for a boot banner.
  [[nodiscard]] Exchange await_boot(Nanos most);

  /// What the device is believed to do; updated from what it does. A restart turns it on.
  enum class Echo { unknown, on, off };
  [[nodiscard]] Echo echo() const;

  /// A restart that was asked for and has not come is not waited for any more: one that comes now is news.
  void no_restart_due();

  /// How far it has come, between two exchanges.
  struct Position {
    std::uint64_t exchange = 0;  ///< the last one's number
    std::uint64_t received = 0;  ///< bytes
    Echo echo = Echo::unknown;
  };
  [[nodiscard]] Position position() const;
  /// Goes on from there, with no exchange open, no byte unread and no restart due.
  void resume(const Position& position);

  [[nodiscard]] transport::Link& link();
  [[nodiscard]] const Dialect& dialect() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attest::at

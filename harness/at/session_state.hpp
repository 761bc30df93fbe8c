// What a session remembers from one exchange to the next. For session*.cpp only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/at/reader.hpp"
#include "harness/at/session.hpp"

namespace attest::at {

struct Session::State {
  using After = Reading::After;
  using As = Reading::As;

  State(transport::Link& link_in, Dialect dialect_in, const Clock& clock_in, Observer* observer_in);
  State(transport::Link& link_in, Dialect dialect_in, const Clock& clock_in, Observer* observer_in,
        bool timed_line_in);

  // session_state.cpp
  /// Sends; the exchange is open from here on. An error is kept for the exchange.
  void write(std::string_view bytes);
  /// Reads once and lets the reader see it. False: nothing came by then, or the link is lost.
  bool pump(Deadline deadline);
  /// The reply to all that was sent since the last one.
  Exchange reply(const Expectation& expectation, bool whole_line);
  void await_end(const Reading& reading, Deadline deadline);
  [[nodiscard]] Deadline deadline_for(const Expectation& expectation, As as, bool whole_line) const;
  [[nodiscard]] Deadline with_rest_of_line(Deadline deadline) const;
  [[nodiscard]] Deadline extended(Deadline deadline) const;
  void report_early();
  void settle(Exchange& exchange, const Expectation& expectation, As as);
  void lose(Exchange& exchange) const;

  // session_idle.cpp: while nobody asks
  /// Keeps the silence before a command; what comes in it belongs to the exchange before.
  void guard();
  /// Takes what is there without waiting.
  void drain();
  Exchange listen(Nanos quiet, Nanos most);
  Exchange await_anything(Nanos quiet, Nanos most);
  Exchange hear(Instant begun, Nanos most, const std::function<Deadline()>& enough);
  Exchange await_boot(Nanos most);
  void begin_idle(As as);
  Exchange end_idle(bool all);
  /// The moment by which a quiet line is settled.
  [[nodiscard]] Deadline quiet_by(Instant since, Nanos quiet) const;

  void learn(const Exchange& exchange);

  transport::Link& link;
  Dialect dialect;
  const Clock& clock;
  Observer* observer;
  Reader reader;
  std::vector<char> buffer;
  bool timed_line;  ///< a driver that counts is a real line, which needs its time to carry a command

  std::uint64_t number = 0;  ///< the running or last exchange
  bool open = false;         ///< something was sent and its reply not yet awaited
  std::string sent, line;
  Instant first_sent, last_sent, last_received;
  unsigned lines_due = 0;  ///< command lines sent and not yet answered
  std::uint64_t received = 0;
  std::string lost;

  After after = After::nothing;
  Expectation owed;  ///< of the last exchange
  bool restart_expected = false, noise_sent = false;
  Echo echo = Echo::unknown;
};

}  // namespace attest::at

// For the tests of this folder: a reply as one text, read as a session would read it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/at/reader.hpp"

namespace attest::at::testing {

/// Bytes of a reply, and silences in it.
struct Script {
  Reading reading;
  std::string echo;  ///< what was sent
  std::string bytes;
  bool silence = true;  ///< the device has said all that it has to say when the exchange's deadline passes
};

/// The exchange, and what followed it up to the next command.
struct Read {
  Exchange exchange, strays;
};

[[nodiscard]] inline Reading reply_to(std::string_view command) {
  Reading reading;
  reading.expectation = expectation_for(command, Dialect{});
  return reading;
}

/// Feeds `bytes` cut at `cuts`, all at one moment.
[[nodiscard]] inline Read read_all(const Reading& reading, std::string_view echo, std::string_view bytes,
                                   const std::vector<std::size_t>& cuts, const Dialect& dialect = {}) {
  Reader reader(dialect);
  reader.expect_echo(echo);
  reader.begin(reading);
  std::size_t from = 0;
  for (const auto cut : cuts) {
    reader.feed(bytes.substr(from, cut - from), Instant(1000));
    from = cut;
  }
  reader.feed(bytes.substr(from), Instant(1000));
  for (Nanos told{}; const auto patience = reader.patience(told); told = *patience) reader.quiet(*patience);
  reader.finish();
  Read read;
  read.exchange = reader.take();
  Reading idle;
  idle.as = Reading::As::idle;
  idle.expectation = reading.expectation;
  using After = Reading::After;
  const auto outcome = read.exchange.outcome;
  idle.after = outcome == Outcome::complete   ? After::complete
               : outcome == Outcome::prompted ? After::prompted
               : outcome == Outcome::silent   ? After::silent
                                              : After::restarted;
  idle.restart_expected = reading.expectation.restarts && read.exchange.ok();
  reader.begin(idle);
  reader.finish();
  read.strays = reader.take();
  return read;
}

/// "echo:AT\r\n final:OK\r\n | unsolicited:…", bytes made visible, `|` where the exchange ends.
[[nodiscard]] std::string shown(const Read& read);
/// "size-padded stray-bytes(GEN-03)", sorted.
[[nodiscard]] std::string deviations_of(const Read& read);
/// Why the items do not cover what was received exactly; empty if they do.
[[nodiscard]] std::string gaps_in(const Exchange& exchange);

}  // namespace attest::at::testing

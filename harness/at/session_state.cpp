#include "harness/at/session_state.hpp"

#include <algorithm>

#include "harness/at/deviations.hpp"
#include "harness/base/bytes.hpp"

namespace attest::at {
namespace {

constexpr std::size_t kReadAtOnce = std::size_t{64} << 10;

/// CR LF, CR and LF each end a line.
unsigned line_ends(std::string_view bytes) {
  unsigned count = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n'))) ++count;
  return count;
}

bool has_blank_lines(std::string_view sent) {
  return sent.starts_with('\r') || sent.starts_with('\n') || sent.find("\n\r") != std::string_view::npos ||
         sent.find("\n\n") != std::string_view::npos || sent.find("\r\r") != std::string_view::npos;
}

Reading::After after_of(const Exchange& exchange) {
  switch (exchange.outcome) {
    case Outcome::complete:
      return Reading::After::complete;
    case Outcome::prompted:
      return Reading::After::prompted;
    case Outcome::restarted:
      return Reading::After::restarted;
    default:
      return Reading::After::silent;
  }
}

}  // namespace

Session::State::State(transport::Link& link_in, Dialect dialect_in, const Clock& clock_in,
                      Observer* observer_in)
    : State(link_in, std::move(dialect_in), clock_in, observer_in, link_in.counters().has_value()) {}

Session::State::State(transport::Link& link_in, Dialect dialect_in, const Clock& clock_in,
                      Observer* observer_in, bool timed_line_in)
    : link(link_in),
      dialect(std::move(dialect_in)),
      clock(clock_in),
      observer(observer_in),
      reader(dialect),
      buffer(kReadAtOnce),
      timed_line(timed_line_in) {}

void Session::State::write(std::string_view bytes) {
  if (!open) {
    ++number;
    sent.clear();
    if (lines_due == 0) reader.forget_echo();
  }
  sent += bytes;
  if (after != After::prompted) {
    reader.expect_echo(bytes);
    lines_due += line_ends(bytes);
  }
  const auto deadline = Deadline::in(clock, dialect.network_deadline + link.line().wire_time(bytes.size()));
  const auto at = link.write(bytes, deadline);
  if (!at) lost = at.error().text();
  last_sent = at ? *at : clock.now();
  if (!open) first_sent = last_sent;
  open = true;
  if (observer != nullptr && at) observer->sent(*at, number, bytes);
}

bool Session::State::pump(Deadline deadline) {
  if (!lost.empty()) return false;
  const auto arrived = link.read(buffer, deadline);
  if (!arrived) {
    lost = arrived.error().text();
    return false;
  }
  if (arrived->count == 0) return false;
  const std::string_view bytes(buffer.data(), std::min(arrived->count, buffer.size()));
  if (observer != nullptr) observer->received(arrived->at, received, bytes);
  received += bytes.size();
  last_received = arrived->at;
  reader.feed(bytes, arrived->at);
  return true;
}

Deadline Session::State::deadline_for(const Expectation& expectation, As as, bool whole_line) const {
  const Nanos usual = as == As::data ? dialect.network_deadline : dialect.command_deadline;
  const Nanos span = expectation.deadline > Nanos{} ? expectation.deadline : usual;
  const Nanos wire = link.line().wire_time(sent.size());
  if (as == As::data) return Deadline(std::max(clock.now(), last_sent + wire) + span);
  if (!whole_line) return Deadline::in(clock, span);
  return Deadline(first_sent + span + (wire >= span ? wire : Nanos{}));
}

Exchange Session::State::reply(const Expectation& expectation, bool whole_line) {
  if (!open) {  // the reply to one more of the lines that were sent together
    ++number;
    sent.clear();
    first_sent = last_sent = clock.now();
  }
  Reading reading;
  reading.as = after == After::prompted ? As::data : As::reply;
  reading.expectation = expectation;
  reading.after = after;
  reading.restart_expected = restart_expected;
  reading.sent_blank_lines = noise_sent = has_blank_lines(sent);
  if (timed_line && whole_line && reading.as == As::reply && !sent.empty())
    reading.earliest = first_sent + link.line().wire_time(sent.size()) / 2;  // rates differ by some percent
  await_end(reading, deadline_for(expectation, reading.as, whole_line));
  auto exchange = reader.take();
  exchange.number = number;
  exchange.sent = std::move(sent);
  exchange.sent_at = first_sent;
  if (exchange.outcome == Outcome::silent) exchange.ended_at = clock.now();
  settle(exchange, expectation, reading.as);
  return exchange;
}

/// A line that comes just at the deadline is not cut in two.
Deadline Session::State::with_rest_of_line(Deadline deadline) const {
  if (!reader.undecided()) return deadline;
  return Deadline(std::max(deadline.at(), std::min(last_received, deadline.at()) + dialect.line_gap));
}

/// While data keeps coming, it has the time that the line needs to carry so much.
Deadline Session::State::extended(Deadline deadline) const {
  const auto size = std::min(reader.claimed(), std::uint64_t{Reader::kMostBytes});
  if (size == 0) return with_rest_of_line(deadline);
  const auto most = deadline.at() + link.line().wire_time(size);
  return Deadline(std::max(deadline.at(), std::min(most, last_received + dialect.data_gap)));
}

void Session::State::await_end(const Reading& reading, Deadline deadline) {
  reader.begin(reading);
  Nanos told{};
  for (;;) {
    while (reader.early()) {
      report_early();
      reader.begin(reading);
    }
    if (reader.done()) return;
    const auto limit = extended(deadline);
    const auto patience = reader.patience(told);
    const auto since = std::max(last_received, last_sent);
    // A line that lacks no more than its end is not cut off by the deadline.
    const auto until =
        patience ? Deadline(limit.at() + dialect.line_gap).sooner(Deadline(since + *patience)) : limit;
    if (pump(until)) {
      told = {};
      continue;
    }
    if (!lost.empty() || limit.passed(clock)) return reader.finish();
    told = std::max(clock.now() - since, patience.value_or(Nanos{}));
    reader.quiet(told);
  }
}

/// A reply that came before the command was there is one too many of the exchange before.
void Session::State::report_early() {
  auto strays = reader.take();
  strays.final.reset();
  strays.number = number - 1;
  note(strays, after == After::silent ? "late-reply" : "final-repeated", strays.received);
  if (observer != nullptr) observer->between(number - 1, strays);
}

void Session::State::lose(Exchange& exchange) const {
  exchange.outcome = Outcome::lost;
  exchange.link_error = lost;
  exchange.deviations.clear();
}

void Session::State::settle(Exchange& exchange, const Expectation& expectation, As as) {
  open = false;
  if (exchange.final && lines_due > 0) --lines_due;
  if (exchange.outcome == Outcome::silent || exchange.outcome == Outcome::restarted) lines_due = 0;
  if (!lost.empty() && exchange.outcome == Outcome::silent) lose(exchange);
  owed = expectation;
  after = after_of(exchange);
  if (expectation.restarts && exchange.ok()) restart_expected = true;
  const bool told = exchange.final && as == As::reply && !exchange.sent.empty();
  if (told && exchange.find(Kind::echo) == nullptr) echo = Echo::off;
  learn(exchange);
  const auto command = trimmed(exchange.sent);
  if (exchange.ok() && same_ignoring_case(command, dialect.echo_off)) echo = Echo::off;
  if (exchange.ok() && same_ignoring_case(command, dialect.echo_on)) echo = Echo::on;
  lost.clear();
  if (observer != nullptr) observer->settled(exchange);
}

void Session::State::learn(const Exchange& exchange) {
  if (exchange.find(Kind::echo) != nullptr) echo = Echo::on;
  if (exchange.find(Kind::boot) == nullptr) return;
  echo = Echo::on;
  restart_expected = false;
  lines_due = 0;
  if (exchange.outcome != Outcome::lost) after = After::restarted;
}

}  // namespace attest::at

// The session while nobody asks: silence before commands, listening, start-up.
#include <algorithm>

#include "harness/at/session_state.hpp"

namespace attest::at {

void Session::State::begin_idle(As as) {
  Reading reading;
  reading.as = as;
  reading.expectation = owed;
  reading.after = after;
  reading.finals_due = lines_due;
  reading.restart_expected = restart_expected;
  reading.sent_blank_lines = noise_sent || (open && lines_due > 0);
  reader.begin(reading);
}

/// What came is told to the observer. Unless `all`, an unfinished line is kept for what comes next.
Exchange Session::State::end_idle(bool all) {
  if (all) reader.finish();
  after = reader.reading().after;
  lines_due = reader.reading().finals_due;
  auto strays = reader.take();
  strays.number = number;
  if (strays.outcome == Outcome::complete) strays.outcome = Outcome::silent;
  learn(strays);
  if (observer != nullptr && !strays.received.empty()) observer->between(number, strays);
  return strays;
}

/// An unfinished line is given the time that its rest may take.
Deadline Session::State::quiet_by(Instant since, Nanos quiet) const {
  return Deadline(since + (reader.undecided() ? std::max(quiet, dialect.line_gap) : quiet));
}

void Session::State::guard() {
  begin_idle(As::idle);
  const auto most = Deadline::in(clock, dialect.command_deadline);
  bool came = true;
  while (came && !reader.done()) came = pump(quiet_by(last_received, dialect.guard).sooner(most));
  if (!reader.empty()) (void)end_idle(!came);
  lines_due = 0;
}

void Session::State::drain() {
  begin_idle(As::idle);
  while (!reader.done() && pump(Deadline(Instant{}))) {
  }
  if (!reader.empty()) (void)end_idle(false);
}

Exchange Session::State::listen(Nanos quiet, Nanos most) {
  const auto begun = clock.now();
  return hear(begun, most, [&] { return quiet_by(std::max(last_received, begun), quiet); });
}

Exchange Session::State::await_anything(Nanos quiet, Nanos most) {
  const auto begun = clock.now();
  return hear(begun, most, [&] {
    return last_received < begun ? Deadline(begun + most) : quiet_by(last_received, quiet);
  });
}

Exchange Session::State::hear(Instant begun, Nanos most, const std::function<Deadline()>& enough) {
  const Deadline limit(begun + most);
  begin_idle(As::idle);
  while (!reader.done() && pump(limit.sooner(enough()))) {
  }
  const bool cut_off = limit.passed(clock) && clock.now() - last_received < dialect.line_gap;
  auto heard = end_idle(!cut_off);
  heard.sent_at = begun;
  heard.ended_at = clock.now();
  if (!lost.empty()) lose(heard);
  lost.clear();
  return heard;
}

Exchange Session::State::await_boot(Nanos most) {
  const auto begun = clock.now();
  const auto limit = Deadline::in(clock, most);
  begin_idle(As::boot);
  while (!reader.done() && pump(limit)) {
  }
  auto heard = end_idle(true);
  heard.sent_at = begun;
  if (heard.outcome == Outcome::silent) heard.ended_at = clock.now();
  if (!lost.empty()) lose(heard);
  lost.clear();
  return heard;
}

}  // namespace attest::at

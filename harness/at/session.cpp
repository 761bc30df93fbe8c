#include "harness/at/session.hpp"

#include "harness/at/session_state.hpp"

namespace attest::at {

Session::Session(transport::Link& link, Dialect dialect, const Clock& clock, Observer* observer)
    : state_(std::make_unique<State>(link, std::move(dialect), clock, observer)) {}
Session::~Session() = default;

Exchange Session::command(std::string_view line) {
  return command(line, expectation_for(line, dialect()));
}

Exchange Session::command(std::string_view line, const Expectation& expectation) {
  auto& s = *state_;
  if (!s.open) s.guard();
  s.line = spoken(line);
  s.line += "\r\n";
  s.write(s.line);
  return s.reply(expectation, true);
}

std::string Session::spoken(std::string_view line) const {
  const auto& translation = state_->reader.translation();
  return translation ? translation->line(line) : std::string(line);
}

void Session::send_raw(std::string_view bytes) {
  if (!state_->open && state_->lines_due == 0) state_->drain();
  state_->write(bytes);
}

Exchange Session::await(const Expectation& expectation) {
  return state_->reply(expectation, false);
}

Exchange Session::data(std::string_view bytes, const Expectation& expectation) {
  state_->after = Reading::After::prompted;
  state_->write(bytes);
  return state_->reply(expectation, false);
}

Exchange Session::listen(Nanos quiet, Nanos most) {
  return state_->listen(quiet, most);
}
Exchange Session::await_anything(Nanos quiet, Nanos most) {
  return state_->await_anything(quiet, most);
}
Exchange Session::await_boot(Nanos most) {
  return state_->await_boot(most);
}
Session::Echo Session::echo() const {
  return state_->echo;
}
void Session::no_restart_due() {
  state_->restart_expected = false;
}
Session::Position Session::position() const {
  return {state_->number, state_->received, state_->echo};
}
void Session::resume(const Position& position) {
  auto& s = *state_;
  state_ = std::make_unique<State>(s.link, s.dialect, s.clock, s.observer, s.timed_line);
  state_->number = position.exchange;
  state_->received = position.received;
  state_->reader.goes_on_after(position.received);
  state_->echo = position.echo;
  state_->after = Reading::After::complete;
}
transport::Link& Session::link() {
  return state_->link;
}
const Dialect& Session::dialect() const {
  return state_->dialect;
}

}  // namespace attest::at

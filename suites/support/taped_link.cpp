#include "suites/support/taped_link.hpp"

#include <algorithm>

#include "suites/support/answers.hpp"
#include "suites/support/questions.hpp"

namespace attest::suites {
namespace {

using nlohmann::json;

json answer_of(const transport::LineSettings& line) {
  return {line.baud, line.data_bits, line.stop_bits, static_cast<int>(line.parity),
          static_cast<int>(line.flow)};
}

transport::LineSettings line_in(const json& answer) {
  return {answer.at(0), answer.at(1), answer.at(2), static_cast<transport::Parity>(answer.at(3).get<int>()),
          static_cast<transport::FlowControl>(answer.at(4).get<int>())};
}

json answer_of(const std::optional<transport::LineCounters>& counters) {
  if (!counters) return {};
  return {counters->overruns, counters->framing, counters->parity, counters->breaks,
          counters->buffer_overruns};
}

}  // namespace

TapedLink::TapedLink(Tape& tape, transport::Link* real) : tape_(tape), real_(real) {
  const auto facts = tape.kept("link", 0, [&]() -> json {
    return {{"name", to_latin1_json(real->name())},
            {"details", to_latin1_json(real->details())},
            {"line", answer_of(real->line())},
            {"hold_back", real->hold_back().count()}};
  });
  name_ = text_in(facts.at("name"));
  details_ = text_in(facts.at("details"));
  line_ = line_in(facts.at("line"));
  hold_back_ = Nanos(facts.at("hold_back").get<std::int64_t>());
}

Result<transport::Arrived> TapedLink::read(std::span<char> into, Deadline deadline) {
  if (tape_.replays()) return played(into);
  auto arrived = real_->read(into, deadline);
  if (!arrived)
    (void)tape_.value(question::kFail, [&] { return answer_of(arrived.error()); });
  else
    tape_.note(arrived->count == 0 ? record::kNothing : record::kRead);
  return arrived;
}

Result<transport::Arrived> TapedLink::played(std::span<char> into) {
  bool nothing = false;
  const auto* event = tape_.played_read(nothing);
  if (nothing) return transport::Arrived{};
  if (event == nullptr) return tl::unexpected(error_in(tape_.value(question::kFail, [] { return json(); })));
  const auto bytes = text_in(event->fields.at("bytes"));
  if (bytes.size() > into.size()) tape_.diverge("what the device says", "there it has more at once");
  std::copy(bytes.begin(), bytes.end(), into.begin());
  return transport::Arrived{event->at, bytes.size()};
}

Result<Instant> TapedLink::write(std::string_view bytes, Deadline deadline) {
  tape_.note_sent(bytes);
  if (tape_.replays()) {
    const auto* event = tape_.played_write(bytes);
    if (event != nullptr) return event->at;
    return tl::unexpected(error_in(tape_.value(question::kFail, [] { return json(); })));
  }
  auto written = real_->write(bytes, deadline);
  if (!written)
    (void)tape_.value(question::kFail, [&] { return answer_of(written.error()); });
  else
    tape_.note(record::kWritten);
  return written;
}

Status TapedLink::set_line(const transport::LineSettings& settings) {
  Status done;
  const auto answer = tape_.value(question::kLine, [&]() -> json {
    done = real_->set_line(settings);
    return {suites::answer_of(done), answer_of(real_->line())};
  });
  line_ = line_in(answer.at(1));
  return status_in(answer.at(0));
}

std::optional<transport::LineCounters> TapedLink::counters() {
  if (tape_.diverged()) return std::nullopt;  // who makes a session anew asks for them
  const auto answer = tape_.value(question::kCounters, [&] { return answer_of(real_->counters()); });
  if (answer.is_null()) return std::nullopt;
  return transport::LineCounters{answer.at(0), answer.at(1), answer.at(2), answer.at(3), answer.at(4)};
}

}  // namespace attest::suites

#include "suites/support/tape.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/record/reader.hpp"
#include "suites/support/playback.hpp"

namespace attest::suites {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// How far a clock goes on that the tape has no time for.
constexpr Nanos kOneMore = 1s;

}  // namespace

Tape::Tape(record::Sink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}
Tape::Tape(std::unique_ptr<Playback> playback, record::Sink& sink)
    : sink_(sink), clock_(steady_clock()), playback_(std::move(playback)) {}
Tape::~Tape() = default;

Result<std::unique_ptr<Tape>> Tape::of(const Replay& replay, record::Sink& sink) {
  auto all = record::read_all(replay.record);
  if (!all) return tl::unexpected(all.error());
  const auto hosts = record::hosts_in(all->events);
  if (replay.host >= hosts.size() || !hosts[replay.host].open)
    return fail(Fault::usage,
                fmt::format("{} holds no tape of a host {}", replay.record.string(), replay.host),
                "judge it as it stands: --as-recorded");
  auto playback = std::make_unique<Playback>();
  playback->events = std::move(all->events);
  playback->host = hosts[replay.host];
  auto until = playback->events.size();
  for (const auto& later : hosts)
    if (later.device == playback->host.device && later.begin > playback->host.begin)
      until = std::min(until, later.begin);
  playback->index(until);
  return std::unique_ptr<Tape>(new Tape(std::move(playback), sink));
}

Instant Tape::now() {
  if (!replays()) {
    last_ = clock_.now();
    writer_.time(last_);
    return last_;
  }
  if (!diverged_)
    if (const auto time = playback_->reader.time()) return last_ = *time;
  // Not thrown from here: who writes into the record asks for the time too.
  if (!diverged_)
    doubt(fmt::format("the record holds no answer to the time: there it has {}", what_comes_next()));
  return last_ = last_ + kOneMore;
}

const json& Tape::keep(const std::string& list, std::size_t place, json value) {
  writer_.keep(list, place, value);
  return kept_[list][place] = std::move(value);
}

std::size_t Tape::number_of(const std::string& list, const json& value) {
  auto& known = numbers_[list];
  const auto [found, fresh] =
      known.try_emplace(value.dump(-1, ' ', false, json::error_handler_t::replace), known.size());
  if (fresh) writer_.keep(list, found->second, value);
  return found->second;
}

void Tape::write_list(const Question& question, const std::string& name, const ListAnswer& answer) {
  auto& list = lists_[name];
  // Only on the tape: nobody looks for it here again, and a run may be long.
  for (const auto& one : answer.changes) writer_.keep(name, one.place, one.value);
  const bool as_before = list.told && answer.changes.empty() && list.size == answer.size;
  list.version += answer.changes.size();
  list.size = answer.size;
  list.told = true;
  if (as_before)
    writer_.answer(question.letter, record::kAsBefore);
  else
    writer_.answer(question.letter, json{list.size, list.version});
}

void Tape::put(json fields) {
  sink_.append({last_, "tape", std::move(fields)});
}

void Tape::begin_opening() {
  stretch_ = {{"part", "open"}};
  if (!replays()) {
    last_ = clock_.now();
    return put({{"part", "begin"}});
  }
  diverged_.reset();
  playback_->begin(playback_->host.begin, *playback_->host.open);
}

void Tape::end_opening() {
  end_case();
}

json Tape::begin_case(const std::string& id, int attempt, std::size_t place,
                      const std::function<json()>& mark) {
  sent_.clear();
  for (auto& [name, list] : lists_) list.told = false;
  stretch_ = {{"part", "case"}, {"case", id}, {"attempt", attempt}};
  if (!replays()) return stretch_["mark"] = mark();
  diverged_.reset();
  const auto& cases = playback_->host.cases;
  if (place >= cases.size() || cases[place].id != id || !cases[place].tape) {
    doubt(fmt::format("the record holds no answer to {}: it was not run there", id));
    return json::object();
  }
  const auto tape = cases[place].tape.value();
  playback_->begin(cases[place].begin, tape);
  return playback_->events[tape].fields.value("mark", json::object());
}

void Tape::end_case() {
  if (!replays()) {
    // Apart from the answers: other cases need it, whatever becomes of this one.
    if (auto kept = writer_.take_kept(); !kept.empty()) put({{"part", "kept"}, {"kept", std::move(kept)}});
    stretch_.update(writer_.take());
    return put(std::exchange(stretch_, {}));
  }
  if (!diverged_ && !playback_->reader.over())
    doubt(fmt::format("the case asks for no more, and the record goes on with {}", what_comes_next()));
}

}  // namespace attest::suites

#include "suites/support/tape.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/bytes.hpp"
#include "harness/record/reader.hpp"
#include "suites/support/questions.hpp"

namespace attest::suites {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// How far a clock goes on that the tape has no time for.
constexpr Nanos kOneMore = 1s;

std::string_view words_of(char letter) {
  const auto found = std::find_if(question::kAll.begin(), question::kAll.end(),
                                  [&](const auto& one) { return one.letter == letter; });
  return found == question::kAll.end() ? "something that this attest does not know" : found->words;
}

std::string bytes_of(const record::Event& event) {
  const auto found = event.fields.find("bytes");
  if (found == event.fields.end() || !found->is_string()) return {};
  return from_latin1_json(found->get_ref<const std::string&>()).value_or("");
}

std::string head_key(const json& peer, const json& connection, const json& request) {
  return fmt::format("{} {} {}", peer.dump(), connection.dump(), request.dump());
}

}  // namespace

/// What a record holds of one host, and where in it the replay is.
struct Tape::Playback {
  std::vector<record::Event> events;
  record::TapedHost host;
  std::map<std::string, std::vector<std::size_t>> heads;  ///< the servers' `head` events, by head_key
  std::map<std::string, std::vector<ListChange>> kept;    ///< in the order in which it came about
  record::TapeReader reader;
  std::size_t at = 0, end = 0;  ///< of the stretch, in `events`

  [[nodiscard]] bool is_ours(const record::Event& event) const {
    const auto device = event.fields.find("device");
    return device != event.fields.end() && *device == host.device;
  }

  void index(std::size_t until) {
    for (std::size_t i = host.begin; i < until; ++i) {
      const auto& event = events[i];
      if (!is_ours(event)) continue;
      if (event.type == "tape") keep(event.fields);
      if (event.type == "server" && event.fields.value("event", "") == "head")
        heads[head_key(event.fields["peer"], event.fields["connection"], event.fields["request"])].push_back(
            i);
    }
  }

  void keep(const json& fields) {
    const auto found = fields.find("kept");
    if (found == fields.end() || !found->is_array()) return;
    for (const auto& one : *found)
      if (one.is_array() && one.size() == 3 && one[0].is_string() && one[1].is_number_unsigned())
        kept[one[0].get<std::string>()].push_back({one[1].get<std::size_t>(), one[2]});
  }

  void begin(std::size_t from, std::size_t tape) {
    reader = record::TapeReader(events[tape].fields);
    at = from;
    end = tape;
  }

  /// The next of the link's events.
  [[nodiscard]] const record::Event* traffic() {
    for (; at < end; ++at)
      if (is_ours(events[at]) && (events[at].type == "rx" || events[at].type == "tx")) return &events[at];
    return nullptr;
  }
};

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

void Tape::doubt(std::string why) {
  if (!diverged_) diverged_ = std::move(why);
}

void Tape::diverge(const std::string& asked, const std::string& why) {
  doubt(fmt::format("the record holds no answer to {}: {}", asked, why));
  throw Diverged(*diverged_);
}

void Tape::go_on_if_possible() const {
  if (diverged_) throw Diverged(*diverged_);
}

std::string Tape::what_comes_next() const {
  const auto next = playback_->reader.next();
  if (next.question) return std::string(words_of(next.what));
  if (next.what == 't') return "a look at the clock";
  if (next.what == record::kNothing) return "a wait in which nothing came";
  if (next.what == record::kRead) return "bytes of the device";
  if (next.what != record::kWritten) return "its end";
  const auto* sent = playback_->traffic();
  return sent == nullptr ? "something that was sent" : fmt::format("\"{}\"", visible(bytes_of(*sent), 60));
}

record::TapeReader::Answer Tape::played(const Question& question) {
  go_on_if_possible();
  auto answer = playback_->reader.answer(question.letter);
  if (!answer) diverge(std::string(question.words), "there it has " + what_comes_next());
  return std::move(*answer);
}

bool Tape::played_yes(const Question& question) {
  return played(question).how == record::kYes;
}

json Tape::played_value(const Question& question) {
  return played(question).value;
}

json Tape::played_kept(const std::string& list, std::size_t place) {
  const auto found = playback_->kept.find(list);
  if (found != playback_->kept.end())
    for (const auto& one : found->second)
      if (one.place == place) return one.value;
  go_on_if_possible();
  diverge(fmt::format("what {} {} is", list, place), "nobody has asked for it there");
}

const json& Tape::keep(const std::string& list, std::size_t place, json value) {
  writer_.keep(list, place, value);
  return kept_[list][place] = std::move(value);
}

std::size_t Tape::number_of(const std::string& list, const json& value) {
  auto& known = numbers_[list];
  const auto [found, fresh] =
      known.try_emplace(value.dump(-1, ' ', false, json::error_handler_t::replace), known.size());
  if (fresh) (void)keep(list, found->second, value);
  return found->second;
}

json Tape::of_number(const std::string& list, std::size_t number) {
  return played_kept(list, number);
}

void Tape::write_list(const Question& question, const std::string& name, const ListAnswer& answer) {
  auto& list = lists_[name];
  for (const auto& one : answer.changes) (void)keep(name, one.place, one.value);
  const bool as_before = list.told && answer.changes.empty() && list.size == answer.size;
  list.version += answer.changes.size();
  list.size = answer.size;
  list.told = true;
  if (as_before)
    writer_.answer(question.letter, record::kAsBefore);
  else
    writer_.answer(question.letter, json{list.size, list.version});
}

Tape::ListAnswer Tape::played_list(const Question& question, const std::string& name) {
  const auto answer = played(question);
  auto& list = lists_[name];
  if (answer.how == record::kAsBefore && list.told) return {list.size, {}};
  const auto& value = answer.value;
  const auto& all = playback_->kept[name];
  if (!value.is_array() || value.size() != 2 || value[1] > all.size())
    diverge(std::string(question.words), "not all of them are there");
  ListAnswer out{value[0].get<std::size_t>(), {}};
  for (const auto version = value[1].get<std::size_t>(); list.version < version; ++list.version)
    out.changes.push_back(all[list.version]);
  list.size = out.size;
  list.told = true;
  return out;
}

const record::Event* Tape::played_read(bool& nothing) {
  go_on_if_possible();
  nothing = playback_->reader.token(record::kNothing);
  if (nothing || !playback_->reader.token(record::kRead)) {
    const auto next = playback_->reader.next();
    if (!nothing && !(next.question && next.what == question::kFail.letter))
      diverge("what the device says", "there it has " + what_comes_next());
    return nullptr;
  }
  const auto* event = playback_->traffic();
  if (event == nullptr || event->type != "rx")
    diverge("what the device says", event == nullptr ? "it ends before" : "there something is sent");
  ++playback_->at;
  return event;
}

const record::Event* Tape::played_write(std::string_view bytes) {
  go_on_if_possible();
  const auto shown = fmt::format("\"{}\"", visible(bytes, 60));
  const auto next = playback_->reader.next();
  if (next.question && next.what == question::kFail.letter) return nullptr;
  const auto* event = playback_->traffic();
  const bool is_sent = next.what == record::kWritten && event != nullptr && event->type == "tx";
  if (!is_sent || bytes_of(*event) != bytes) diverge(shown, "there it has " + what_comes_next());
  (void)playback_->reader.token(record::kWritten);
  ++playback_->at;
  return event;
}

const record::Event& Tape::played_event(std::string_view type) {
  go_on_if_possible();
  for (auto i = playback_->at; i < playback_->end; ++i)
    if (playback_->is_ours(playback_->events[i]) && playback_->events[i].type == type)
      return playback_->events[i];
  diverge(fmt::format("the event {}", type), "it has none");
}

const json& Tape::played_head(const std::string& peer, std::uint64_t connection, std::uint64_t request) {
  const auto found = playback_->heads.find(head_key(peer, connection, request));
  if (found == playback_->heads.end()) diverge("what a request was", "its head is not there");
  // A port may come again: the last one by the end of this stretch.
  auto last = found->second.front();
  for (const auto index : found->second)
    if (index < playback_->end) last = index;
  return playback_->events[last].fields;
}

void Tape::put(json fields) {
  sink_.append({last_, "tape", std::move(fields)});
}

void Tape::begin_opening(const std::string& device) {
  stretch_ = {{"part", "open"}};
  if (!replays()) {
    last_ = clock_.now();
    return put({{"part", "begin"}, {"device", device}});
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

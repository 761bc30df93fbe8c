// A tape that replays: what it answers out of the record.
#include <fmt/format.h>

#include <algorithm>

#include "harness/base/bytes.hpp"
#include "suites/support/playback.hpp"
#include "suites/support/questions.hpp"

namespace attest::suites {

using nlohmann::json;

namespace {

std::string_view words_of(char letter) {
  const auto found = std::find_if(question::kAll.begin(), question::kAll.end(),
                                  [&](const auto& one) { return one.letter == letter; });
  return found == question::kAll.end() ? "something that this attest does not know" : found->words;
}

json field(const record::Event& event, const char* name) {
  const auto found = event.fields.find(name);
  return found == event.fields.end() ? json() : *found;
}

}  // namespace

std::string bytes_of(const record::Event& event) {
  const auto found = event.fields.find("bytes");
  if (found == event.fields.end() || !found->is_string()) return {};
  return from_latin1_json(found->get_ref<const std::string&>()).value_or("");
}

std::string head_key(const json& peer, const json& connection, const json& request) {
  return fmt::format("{} {} {}", peer.dump(), connection.dump(), request.dump());
}

bool Tape::Playback::is_ours(const record::Event& event) const {
  const auto device = event.fields.find("device");
  return device != event.fields.end() && *device == host.device;
}

void Tape::Playback::index(std::size_t until) {
  for (std::size_t i = host.begin; i < until; ++i) {
    const auto& event = events[i];
    if (!is_ours(event)) continue;
    if (event.type == "tape") keep(event.fields, i);
    if (event.type == "server" && record::text_of(event, "event") == "head")
      heads[head_key(field(event, "peer"), field(event, "connection"), field(event, "request"))].push_back(i);
  }
}

void Tape::Playback::keep(const json& fields, std::size_t at_event) {
  const auto found = fields.find("kept");
  if (found == fields.end() || !found->is_array()) return;
  for (const auto& one : *found)
    if (one.is_array() && one.size() == 3 && one[0].is_string() && one[1].is_number_unsigned())
      kept[one[0].get<std::string>()].push_back({{one[1].get<std::size_t>(), one[2]}, at_event});
}

void Tape::Playback::begin(std::size_t at_event, std::size_t tape) {
  reader = record::TapeReader(events[tape].fields);
  from = at = at_event;
  end = tape;
}

const record::Event* Tape::Playback::traffic() {
  for (; at < end; ++at)
    if (is_ours(events[at]) && (events[at].type == "rx" || events[at].type == "tx")) return &events[at];
  return nullptr;
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

json Tape::of_number(const std::string& list, std::size_t number) {
  return played_kept(list, number);
}

Tape::ListAnswer Tape::played_list(const Question& question, const std::string& name) {
  const auto answer = played(question);
  auto& list = lists_[name];
  if (answer.how == record::kAsBefore && list.told) return {list.size, {}};
  const auto& value = answer.value;
  const auto& all = playback_->kept[name];
  const bool formed =
      value.is_array() && value.size() == 2 && value[0].is_number_unsigned() && value[1].is_number_unsigned();
  const auto size = formed ? value[0].get<std::size_t>() : 0,
             version = formed ? value[1].get<std::size_t>() : 0;
  // What this stretch knows was written by its end at the latest; what was known before it still knows.
  const bool known = version <= all.size() && (version == 0 || all[version - 1].at < playback_->end) &&
                     (version == all.size() || all[version].at >= playback_->from);
  if (!formed || !known || size < list.size || version < list.version)
    diverge(std::string(question.words), "not all of them are there");
  ListAnswer out{size, {}};
  for (; list.version < version; ++list.version) out.changes.push_back(all[list.version]);
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

}  // namespace attest::suites

#include "harness/record/tape.hpp"

#include <algorithm>
#include <array>

namespace attest::record {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned kBase = 32;

std::string text(const nlohmann::json& fields, const char* key) {
  const auto found = fields.find(key);
  return found != fields.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

void TapeWriter::time(Instant at) {
  auto left = static_cast<std::uint64_t>(at.ns()) - static_cast<std::uint64_t>(last_);
  last_ = at.ns();
  for (; left >= kBase; left /= kBase) answers_ += kDigits[kBase + left % kBase];
  answers_ += kDigits[left];
}

void TapeWriter::answer(char question, char how) {
  answers_ += kQuestion;
  answers_ += question;
  answers_ += how;
}

void TapeWriter::answer(char question, nlohmann::json value) {
  answer(question, kValue);
  values_.push_back(std::move(value));
}

void TapeWriter::keep(std::string_view list, std::size_t place, nlohmann::json value) {
  kept_.push_back({list, place, std::move(value)});
}

nlohmann::json TapeWriter::take() {
  auto out = nlohmann::json::object();
  out["answers"] = std::exchange(answers_, {});
  if (!values_.empty()) out["values"] = std::exchange(values_, nlohmann::json::array());
  last_ = 0;
  return out;
}

nlohmann::json TapeWriter::take_kept() {
  return std::exchange(kept_, nlohmann::json::array());
}

TapeReader::TapeReader(const nlohmann::json& fields) : answers_(text(fields, "answers")) {
  if (const auto found = fields.find("values"); found != fields.end() && found->is_array()) values_ = *found;
}

std::optional<Instant> TapeReader::time() {
  std::uint64_t delta = 0;
  std::size_t length = 0;
  for (unsigned shift = 0; length < left().size() && shift < 64; shift += 5) {
    const auto digit = kDigits.find(left()[length++]);
    if (digit == std::string_view::npos) return std::nullopt;
    delta |= std::uint64_t{digit % kBase} << shift;
    if (digit >= kBase) continue;
    at_ += length;
    last_ = static_cast<std::int64_t>(static_cast<std::uint64_t>(last_) + delta);
    return Instant(last_);
  }
  return std::nullopt;
}

bool TapeReader::token(char kind) {
  if (over() || left().front() != kind) return false;
  ++at_;
  return true;
}

std::optional<TapeReader::Answer> TapeReader::answer(char question) {
  const auto rest = left();
  if (rest.size() < 3 || rest[0] != kQuestion || rest[1] != question) return std::nullopt;
  Answer out{rest[2], {}};
  if (out.how == kValue) {
    if (value_ == values_.size()) return std::nullopt;
    out.value = values_[value_++];
  }
  at_ += 3;
  return out;
}

TapeReader::Next TapeReader::next() const {
  if (over()) return {};
  const char first = left().front();
  if (kDigits.find(first) != std::string_view::npos) return {false, 't'};
  if (first == kQuestion && left().size() > 1) return {true, left()[1]};
  return {false, first};
}

bool is_from_around(const Event& event) {
  static constexpr std::array<std::string_view, 7> kAround{"server", "relay",   "dns", "ble",
                                                           "ap",     "airkiss", "tape"};
  return std::find(kAround.begin(), kAround.end(), event.type) != kAround.end();
}

namespace {

/// Goes through a record's events, and puts them to the hosts that wrote them.
class Finder {
 public:
  void take(const Event& event, std::size_t index) {
    const auto device = text(event.fields, "device");
    if (device.empty()) return;
    if (event.type == "tape" && text(event.fields, "part") == "begin") return begin_host(device, index);
    const auto current = current_.find(device);
    if (current == current_.end()) return;
    auto& lane = current->second;
    if (event.type == "case.begin") begin_case(lane, event, index);
    if (event.type == "tape") end_stretch(lane, event, index);
  }
  [[nodiscard]] std::vector<TapedHost> hosts() { return std::move(hosts_); }

 private:
  struct Lane {
    std::size_t host = 0;
    std::optional<TapedCase> begun;  ///< its tape has not come yet
  };

  void begin_host(const std::string& device, std::size_t index) {
    current_[device] = {hosts_.size(), {}};
    hosts_.push_back({device, index, {}, {}});
  }

  static int attempt_of(const Event& event) {
    const auto attempt = event.fields.find("attempt");
    return attempt != event.fields.end() && attempt->is_number_integer() ? attempt->get<int>() : 1;
  }

  /// One that begins once more has been made again on a restarted device.
  void begin_case(Lane& lane, const Event& event, std::size_t index) {
    const auto id = text(event.fields, "case");
    const auto attempt = attempt_of(event);
    if (lane.begun && lane.begun->id == id && lane.begun->attempt == attempt) return;
    if (lane.begun) {
      lane.begun->end = index;
      hosts_[lane.host].cases.push_back(*lane.begun);
    }
    lane.begun = {id, attempt, index, index, {}};
  }

  void end_stretch(Lane& lane, const Event& event, std::size_t index) {
    auto& host = hosts_[lane.host];
    if (text(event.fields, "part") == "open") host.open = index;
    if (text(event.fields, "part") != "case" || !lane.begun) return;
    lane.begun->end = index;
    lane.begun->tape = index;
    host.cases.push_back(*lane.begun);
    lane.begun.reset();
  }

  std::vector<TapedHost> hosts_;
  std::map<std::string, Lane> current_;
};

}  // namespace

std::vector<TapedHost> hosts_in(const std::vector<Event>& events) {
  Finder finder;
  for (std::size_t i = 0; i < events.size(); ++i) finder.take(events[i], i);
  return finder.hosts();
}

}  // namespace attest::record

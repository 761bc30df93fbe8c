#include "reports/console/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace attest::reports {
namespace {

using record::Event;
using record::text_of;

constexpr std::size_t kWidestName = 64;

/// The attempt that this case.end has ended: the last one of that device.
const spec::Attempt* ended_attempt(const spec::CaseResult& result, const std::string& device) {
  const spec::Attempt* out = nullptr;
  for (const auto& attempt : result.attempts)
    if (attempt.device == device || device.empty()) out = &attempt;
  return out;
}

/// A drain or a resynchronisation is daily bread; what restarts the device is worth a line.
bool worth_telling(const Event& event) {
  const auto rung = text_of(event, "rung");
  return rung == "restart" || rung == "reset" || rung == "power";
}

bool flag(const Event& event, const char* name) {
  const auto found = event.fields.find(name);
  return found != event.fields.end() && found->is_boolean() && found->get<bool>();
}

std::string named(const Event& event) {
  const auto device = text_of(event, "device");
  return device.empty() ? "the device" : device;
}

}  // namespace

Progress::Progress(std::FILE* to, Paper paper)
    : to_(to), paper_(paper), judge_(spec::Catalogue::embedded()) {}

Progress::~Progress() {
  tell_set_aside();
  wipe();
}

void Progress::take(const Event& event) {
  const std::lock_guard lock(mutex_);
  judge_.take(event);
  if (!is_set_aside(event)) tell_set_aside();
  if (event.type == "run.begin") {
    begin(event);
  } else if (event.type == "device") {
    line(paper_.dim(
        one_line(fmt::format("{}: {}{}, firmware {}", named(event), text_of(event, "link"),
                             flag(event, "virtual") ? " (virtual)" : "", text_of(event, "firmware")))));
  } else if (event.type == "case.begin") {
    running_[text_of(event, "device")] = text_of(event, "case");
  } else if (event.type == "case.end") {
    end_case(event);
  } else if (is_set_aside(event)) {
    const auto reason = text_of(event, "reason");
    if (reason != set_aside_by_) tell_set_aside();
    set_aside_by_ = reason;
    ++set_aside_;
  } else if (event.type == "fault") {
    line(paper_.verdict(record::Verdict::error,
                        one_line(fmt::format("{} fault: {}; {}", text_of(event, "fault"),
                                             text_of(event, "what"), text_of(event, "cure")))));
  } else if (event.type == "recover" && worth_telling(event)) {
    line(paper_.dim(one_line(fmt::format("{}: {} {}", named(event), text_of(event, "rung"),
                                         flag(event, "worked") ? "brought it back" : "did not help"))));
  } else if (event.type == "run.end") {
    running_.clear();
    wipe();
  } else {
    return;  // most events: nothing to be seen
  }
  show_running();
}

void Progress::begin(const Event& event) {
  const auto plan = event.fields.find("plan");
  planned_ = plan == event.fields.end() ? 0 : plan->size();
  ended_ = 0;
  name_width_ = 24;
  if (planned_ > 0)
    for (const auto& one : *plan)
      if (one.is_object() && one.contains("case") && one["case"].is_string())
        name_width_ =
            std::min(kWidestName, std::max(name_width_, length(one["case"].get_ref<const std::string&>())));
  const auto seed = event.fields.find("seed");
  line(fmt::format("{}{}", so_many(planned_, "case"),
                   seed == event.fields.end() ? "" : ", seed " + seed->dump()));
}

std::string Progress::head() const {
  const auto total = std::to_string(std::max(planned_, ended_));
  return fmt::format("[{:>{}}/{}]", ended_, total.size(), total);
}

void Progress::end_case(const Event& event) {
  const auto id = text_of(event, "case"), device = text_of(event, "device");
  running_.erase(device);
  ++ended_;
  const auto result = judge_.case_result(id);
  const auto* attempt = result ? ended_attempt(*result, device) : nullptr;
  if (attempt == nullptr) return;
  const auto verdict = attempt->verdict;
  auto text = fmt::format("{} {} {}  {:>7}", head(), padded(loud(verdict), 6),
                          padded(one_line(id), name_width_), human(attempt->ended - attempt->begun));
  if (verdict != record::Verdict::pass) text += "  " + one_line(attempt->reason);
  if (paper_.terminal) text = cut(text, paper_.width);
  const auto word = loud(verdict);
  if (const auto at = head().size() + 1; paper_.colours && text.size() > at + word.size())
    text.replace(at, word.size(), paper_.verdict(verdict, word));
  line(text);
}

bool Progress::is_set_aside(const Event& event) const {
  if (event.type == "case.blocked") return true;
  // While it runs, its end is told.
  return event.type == "case.inapplicable" && !running_.contains(text_of(event, "device"));
}

void Progress::tell_set_aside() {
  if (set_aside_ == 0) return;
  ended_ += set_aside_;
  line(fmt::format("{} {} {}", head(), padded("NONE", 6),
                   one_line(fmt::format("{} not run: {}", so_many(set_aside_, "case"), set_aside_by_))));
  set_aside_ = 0;
  set_aside_by_.clear();
}

void Progress::line(const std::string& text) {
  wipe();
  fmt::print(to_, "{}\n", text);
  std::fflush(to_);
}

void Progress::show_running() {
  if (!paper_.terminal || running_.empty()) return;
  std::vector<std::string> names;
  for (const auto& [device, id] : running_) names.push_back(id);
  wipe();
  fmt::print(to_, "{}",
             paper_.dim(cut(one_line(fmt::format("{} {}", head(), some_of(names, 3))), paper_.width - 1)));
  std::fflush(to_);
  live_line_ = true;
}

void Progress::wipe() {
  if (!live_line_) return;
  fmt::print(to_, "\r\x1b[K");
  std::fflush(to_);
  live_line_ = false;
}

}  // namespace attest::reports

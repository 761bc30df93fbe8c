#include "reports/console/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

namespace attest::reports {
namespace {

using record::Event;
using record::text_of;

constexpr std::size_t kWidestName = 64;
/// Of a running case: less of its name tells nothing.
constexpr std::size_t kLeastOfName = 10;
constexpr std::size_t kWidestLine = 160;
/// Where it is no terminal: a device may say a megabyte, and the record has it.
constexpr std::size_t kLongestLine = 1000;

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

Progress::Progress(std::FILE* to, Paper paper, const Clock& clock, Estimate::Usual usual)
    : to_(to),
      paper_(paper),
      clock_(clock),
      judge_(spec::Catalogue::embedded()),
      estimate_(std::move(usual)) {}

Progress::Progress(std::FILE* to, Estimate::Usual usual)
    : Progress(to, Paper::of(to), steady_clock(), std::move(usual)) {
  if (!paper_.terminal) return;
  ask_width_ = true;
  // Signals are for those who wait for them.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  ticker_ = std::jthread([this](const std::stop_token& stop) { keep_ticking(stop); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Progress::~Progress() {
  ticker_ = {};
  tell_set_aside();
  wipe();
}

void Progress::keep_ticking(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!second_.wait_for(lock, stop, std::chrono::seconds(1), [&] { return stop.stop_requested(); }))
    show_running();
}

void Progress::tick() {
  const std::lock_guard lock(mutex_);
  show_running();
}

void Progress::take(const Event& event) {
  const std::lock_guard lock(mutex_);
  judge_.take(event);
  estimate_.take(event);
  if (!is_set_aside(event)) tell_set_aside();
  if (event.type == "run.begin") {
    begin(event);
  } else if (event.type == "device") {
    dim_line(fmt::format("{}: {}{}, firmware {}", named(event), text_of(event, "link"),
                         flag(event, "virtual") ? " (virtual)" : "", text_of(event, "firmware")));
  } else if (event.type == "case.begin") {
    running_[text_of(event, "device")] = {text_of(event, "case"), event.at};
  } else if (event.type == "case.end") {
    end_case(event);
  } else if (is_set_aside(event)) {
    set_aside(event);
  } else if (event.type == "fault") {
    fault_line(event);
  } else if (event.type == "gap") {
    dim_line(fmt::format("{}: {}", named(event), text_of(event, "what")));
  } else if (event.type == "recover" && worth_telling(event)) {
    dim_line(fmt::format("{}: {} {}", named(event), text_of(event, "rung"),
                         flag(event, "worked") ? "brought it back" : "did not help"));
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
  attempts_planned_.clear();
  if (planned_ > 0)
    for (const auto& one : *plan)
      if (one.is_object() && one.contains("case") && one["case"].is_string()) {
        const auto& id = one["case"].get_ref<const std::string&>();
        name_width_ = std::min(kWidestName, std::max(name_width_, length(id)));
        ++attempts_planned_[id];
      }
  const auto seed = event.fields.find("seed");
  line(fitting(fmt::format("{}{}", so_many(planned_, "case"),
                           seed == event.fields.end() ? "" : ", seed " + one_line(seed->dump()))));
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
  text = fitting(text);
  const auto word = loud(verdict);
  if (const auto at = head().size() + 1; paper_.colours && text.find(word, at) == at)
    text.replace(at, word.size(), paper_.verdict(verdict, word));
  line(text);
}

bool Progress::is_set_aside(const Event& event) const {
  if (event.type == "case.blocked") return true;
  // While it runs, its end is told.
  return event.type == "case.inapplicable" && !running_.contains(text_of(event, "device"));
}

void Progress::set_aside(const Event& event) {
  const auto reason = text_of(event, "reason");
  if (reason != set_aside_by_) tell_set_aside();
  set_aside_by_ = reason;
  // A blocked one is told for each attempt, one that is not applicable once for all.
  const auto planned = attempts_planned_.find(text_of(event, "case"));
  const bool all = event.type == "case.inapplicable" && planned != attempts_planned_.end();
  set_aside_ += all ? planned->second : 1;
}

void Progress::tell_set_aside() {
  if (set_aside_ == 0) return;
  ended_ += set_aside_;
  line(fitting(
      fmt::format("{} {} {}", head(), padded("NONE", 6),
                  one_line(fmt::format("{} not run: {}", so_many(set_aside_, "case"), set_aside_by_)))));
  set_aside_ = 0;
  set_aside_by_.clear();
}

/// What stops the work is told in full.
void Progress::fault_line(const Event& event) {
  const auto text = one_line(fmt::format("{} fault: {}; {}", text_of(event, "fault"), text_of(event, "what"),
                                         text_of(event, "cure")));
  const auto paint = [this](const std::string& part) { line(paper_.verdict(record::Verdict::error, part)); };
  if (!paper_.terminal) return paint(fitting(text));
  for (const auto& part : wrapped(cut(text, kLongestLine), width())) paint(part);
}

void Progress::line(const std::string& text) {
  wipe();
  fmt::print(to_, "{}\n", text);
  std::fflush(to_);
}

std::size_t Progress::width() const {
  const auto now = ask_width_ ? Paper::columns(to_) : std::nullopt;
  return std::min(now.value_or(paper_.width), kWidestLine);
}

std::string Progress::fitting(const std::string& text) const {
  return cut(text, paper_.terminal ? width() : kLongestLine);
}

/// As much as fits of: what has been running longest and for how long, how many others are, and when all is
/// over.
std::string Progress::running_text() const {
  const auto oldest = std::min_element(running_.begin(), running_.end(), [](const auto& a, const auto& b) {
    return a.second.since < b.second.since;
  });
  const auto now = clock_.now();
  const double seconds = std::chrono::duration<double>(now - oldest->second.since).count();
  const auto since = seconds < 1 ? "" : fmt::format(" ({:.{}f} s)", seconds, seconds < 10 ? 1 : 0);
  const auto more = running_.size() < 2 ? "" : fmt::format(" and {} more", running_.size() - 1);
  const auto left = estimate_.left(now);
  const auto over = left ? fmt::format(" · {} left", roughly(*left)) : "";
  const auto name = one_line(oldest->second.id);
  const std::size_t most = std::max<std::size_t>(width(), 1) - 1;  // the cursor stands behind it
  for (const auto& [verb, rest] :
       {std::pair{" running ", since + more + over}, std::pair{" running ", more + over},
        std::pair{" ", over}, std::pair{" ", std::string()}}) {
    const auto taken = length(head() + verb + rest);
    if (taken + std::min(length(name), kLeastOfName) <= most)
      return head() + verb + cut(name, most - taken) + rest;
  }
  return cut(head(), most);
}

void Progress::show_running() {
  if (!paper_.terminal || running_.empty()) return;
  wipe();
  fmt::print(to_, "{}", paper_.dim(running_text()));
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

#include "reports/console/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace attest::reports {
namespace {

using record::Event;
using record::text_of;

double seconds(Nanos span) {
  return std::chrono::duration<double>(span).count();
}

/// Never negative: the clocks of a record that was put together may not agree.
double between(Instant from, Instant to) {
  return std::max(0.0, seconds(to - from));
}

Nanos nanos(double seconds) {
  constexpr double kCentury = 3e9;
  return Nanos(std::llround(std::min(seconds, kCentury) * 1e9));
}

}  // namespace

bool Estimate::heeds(std::string_view type) {
  static constexpr std::array<std::string_view, 7> kHeeded{
      "run.begin", "device", "case.begin", "case.end", "case.blocked", "case.inapplicable", "fault"};
  return std::find(kHeeded.begin(), kHeeded.end(), type) != kHeeded.end();
}

void Estimate::take(const Event& event) {
  const auto id = text_of(event, "case"), name = text_of(event, "device");
  if (event.type == "run.begin") {
    run_begin(event);
  } else if (event.type == "device") {
    device(name);
  } else if (event.type == "case.begin") {
    begin(id, name, event.at);
  } else if (event.type == "case.end") {
    end(id, name, event.at);
  } else if (event.type == "case.blocked") {
    set_aside(id);
  } else if (event.type == "case.inapplicable") {
    // In the middle of a case it says what comes of that one; else no attempt of it is made.
    const auto lane = lanes_.find(name);
    if (lane == lanes_.end() || lane->second.running.empty()) set_aside(id, true);
  } else if (event.type == "fault" && text_of(event, "fault") == "bench") {
    lost(name);
  }
}

void Estimate::run_begin(const Event& event) {
  *this = Estimate(std::move(usual_));
  const auto plan = event.fields.find("plan");
  if (plan == event.fields.end() || !plan->is_array()) return;
  for (const auto& step : *plan)
    if (step.is_object() && step.contains("case") && step["case"].is_string())
      planned(step["case"].get<std::string>());
}

std::optional<double> Estimate::usual_of(const std::string& id) const {
  const auto found = usual_.find(id);
  return found == usual_.end() ? std::nullopt : std::optional(seconds(found->second));
}

void Estimate::planned(const std::string& id, std::size_t attempts) {
  has_plan_ = true;
  waiting_[id] += attempts;
  if (const auto usual = usual_of(id)) {
    for (std::size_t i = 0; i < attempts; ++i) waiting_known_.insert(*usual);
    waiting_known_sum_ += *usual * static_cast<double>(attempts);
  } else {
    waiting_unknown_ += attempts;
  }
}

void Estimate::wait_less(const std::string& id, std::size_t attempts) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;  // a case that nobody planned
  attempts = std::min(attempts, found->second);
  if ((found->second -= attempts) == 0) waiting_.erase(found);
  if (const auto usual = usual_of(id)) {
    for (std::size_t i = 0; i < attempts; ++i) waiting_known_.erase(waiting_known_.find(*usual));
    waiting_known_sum_ -= *usual * static_cast<double>(attempts);
  } else {
    waiting_unknown_ -= attempts;
  }
}

void Estimate::set_aside(const std::string& id, bool all) {
  const auto found = waiting_.find(id);
  if (found != waiting_.end()) wait_less(id, all ? found->second : 1);
}

void Estimate::device(const std::string& name) {
  lanes_[name].there = true;
}

void Estimate::begin(const std::string& id, const std::string& device, Instant at) {
  auto& lane = lanes_[device];
  lane.there = true;
  // The same attempt once more, after the device was restarted, is not another one of the plan.
  if (lane.running != id) wait_less(id, 1);
  if (lane.has_run && lane.running.empty()) {
    gaps_.sum += between(lane.idle_since, at);
    ++gaps_.count;
  }
  lane.running = id;
  lane.since = at;
}

void Estimate::end(const std::string& id, const std::string& device, Instant at) {
  auto& lane = lanes_[device];
  if (lane.running != id) return;
  const double took = between(lane.since, at);
  ended_.sum += took;
  ++ended_.count;
  if (const auto usual = usual_of(id)) {
    usual_of_ended_ += *usual;
    took_of_usual_ += took;
    ++usual_ended_;
  }
  lane.running.clear();
  lane.idle_since = at;
  lane.has_run = true;
}

void Estimate::lost(const std::string& device) {
  const auto found = lanes_.find(device);
  if (found == lanes_.end()) return;
  found->second.there = false;
  found->second.running.clear();
}

double Estimate::pace() const {
  return usual_ended_ < kEnough || usual_of_ended_ <= 0 ? 1 : took_of_usual_ / usual_of_ended_;
}

std::optional<double> Estimate::mean() const {
  if (ended_.count >= kEnough) return ended_.value();
  const auto known = waiting_known_.size() + usual_ended_;
  if (known < kEnough) return std::nullopt;
  return (waiting_known_sum_ + usual_of_ended_) / static_cast<double>(known);
}

std::optional<double> Estimate::expected(const std::string& id) const {
  const auto usual = usual_of(id);
  return usual ? std::optional(*usual * pace()) : mean();
}

std::optional<Nanos> Estimate::left(Instant now) const {
  const auto unknown = mean();
  if (!has_plan_ || (waiting_unknown_ > 0 && !unknown)) return std::nullopt;
  double running = 0, longest = 0;
  std::size_t lanes = 0;
  for (const auto& [name, lane] : lanes_) {
    lanes += lane.there ? 1 : 0;
    if (lane.running.empty()) continue;
    const auto takes = expected(lane.running);
    if (!takes) return std::nullopt;
    const double rest = std::max(0.0, *takes - between(lane.since, now));
    running += rest;
    longest = std::max(longest, rest);
  }
  const auto waiting = waiting_known_.size() + waiting_unknown_;
  if (!waiting_known_.empty()) longest = std::max(longest, *waiting_known_.rbegin() * pace());
  const double work = running + std::max(0.0, waiting_known_sum_) * pace() +
                      static_cast<double>(waiting_unknown_) * unknown.value_or(0) +
                      static_cast<double>(waiting) * gaps_.value();
  return nanos(std::max(longest, work / static_cast<double>(std::max<std::size_t>(lanes, 1))));
}

std::string roughly(Nanos span) {
  const double s = seconds(span);
  if (s < 5) return "a few seconds";
  if (s < 55) return fmt::format("about {:.0f} s", std::ceil(s / 5) * 5);
  const auto minutes = static_cast<long long>(std::llround(s / 60));
  if (minutes < 60) return fmt::format("about {} min", minutes);
  if (minutes < 10 * 60) return fmt::format("about {} h {} min", minutes / 60, minutes % 60);
  return fmt::format("about {} h", std::llround(s / 3600));
}

}  // namespace attest::reports

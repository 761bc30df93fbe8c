#include "harness/measure/device_latency.hpp"

#include <algorithm>

#include "harness/measure/fields.hpp"

namespace attest::measure {
namespace {

/// How long after its moment an event may be written: threads of the server write for themselves.
constexpr Nanos kLateness = std::chrono::seconds(5);
/// Events that are held before the oldest are settled, and at most for one exchange.
constexpr std::size_t kSettleAt = 4096, kHeldAtMost = 65536;

bool restarts(const record::Event& event) {
  const auto rung = text(event.fields, "rung");
  return event.type == "recover" &&
         (rung == "restart" || rung == "power" || rung == "reset" || rung == "flash");
}

Instant sent_at(const record::Event& exchange) {
  return Instant(whole(exchange.fields, "sent_at").value_or(exchange.at.ns()));
}

std::string ending_of(const record::Event& exchange) {
  return text(exchange.fields, "outcome") == "prompted" ? "prompt" : text(exchange.fields, "final");
}

Line line_by(const record::Event& device, const Words& words) {
  const bool unpaced = !words.paced && is_true(device.fields, "virtual");
  return unpaced ? Line{} : line_of(text(device.fields, "link"));
}

Sample sample(const record::Event& exchange, Split split) {
  return {static_cast<std::uint64_t>(whole(exchange.fields, "exchange").value_or(0)),
          text(exchange.fields, "case"), std::move(split)};
}

}  // namespace

void Words::take(const record::Event& begin) {
  const auto profile = object(begin.fields, "profile"), spoken = object(profile, "names");
  if (const auto said = text(object(profile, "dialect"), "command_prefix"); !said.empty()) prefix = said;
  for (const auto& [manual, ignored] : spoken.items())
    if (const auto name = text(spoken, manual); !name.empty()) names[name] = manual;
  paced = whole(object(begin.fields, "options"), "baud") != 0;
}

std::string Words::command_in(std::string_view sent) const {
  static constexpr std::string_view kName = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  const auto line = sent.substr(0, sent.find_first_of("\r\n"));
  if (!line.starts_with(prefix)) return line.starts_with("AT") && line.size() <= 4 ? std::string(line) : "";
  const auto name = line.substr(prefix.size(), line.find_first_not_of(kName, prefix.size()) - prefix.size());
  const auto manual = names.find(name);
  return manual == names.end() ? std::string(name) : manual->second;
}

void DeviceLatency::take(const record::Event& event, const Words& words, Found& found) {
  held_.push_back(event);
  latest_ = std::max(latest_, event.at);
  if (held_.size() % kSettleAt == 0) settle(latest_ - kLateness, words, found);
}

void DeviceLatency::settle(Instant until, const Words& words, Found& found) {
  std::stable_sort(held_.begin(), held_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  auto split_until = kBefore;
  for (const auto& event : held_) {
    if (event.at <= settled_ || event.at > until) continue;
    if (event.type == "device") line_ = usual_ = line_by(event, words);
    if (restarts(event)) line_ = usual_;
    if (event.type != "exchange") continue;
    if (sent_at(event) > forgotten_) split_exchange(event, words, found);
    split_until = event.at;
  }
  settled_ = std::max(settled_, until);
  forget(split_until);
}

/// What a later exchange has no use for: all up to the last one, and what is too much for any.
void DeviceLatency::forget(Instant split_until) {
  auto keep = std::find_if(held_.begin(), held_.end(), [&](const auto& one) { return one.at > split_until; });
  if (held_.end() - keep > static_cast<std::ptrdiff_t>(kHeldAtMost)) {
    keep = held_.end() - kHeldAtMost / 2;
    forgotten_ = keep->at;
  }
  held_.erase(held_.begin(), keep);
}

void DeviceLatency::split_exchange(const record::Event& exchange, const Words& words, Found& found) {
  const auto sent = record::text_of(exchange, "sent");
  const auto ending = ending_of(exchange);
  const auto command = name_of(sent, words);
  if (!sent.empty()) prompted_by_ = ending == "prompt" ? command : "";  // else it is what came between
  if (!command.empty())
    if (auto one = split(exchange, around(exchange), line_))
      found.by_command_and_ending[{command, ending}].put(sample(exchange, std::move(*one)), found.most);
  if (command == "RST" || text(exchange.fields, "outcome") == "restarted") line_ = usual_;
  if (command == "UART_CUR" && ending == "OK") line_ = line_set_by(sent).value_or(line_);
}

std::string DeviceLatency::name_of(std::string_view sent, const Words& words) const {
  return prompted_by_.empty() || sent.empty() ? words.command_in(sent) : prompted_by_ + " data";
}

/// From the moment of sending to the end.
std::span<const record::Event> DeviceLatency::around(const record::Event& exchange) const {
  const auto earlier = [](const record::Event& one, Instant at) { return one.at < at; };
  const auto later = [](Instant at, const record::Event& one) { return at < one.at; };
  const auto first = std::lower_bound(held_.begin(), held_.end(), sent_at(exchange), earlier);
  const auto last = std::upper_bound(first, held_.end(), exchange.at, later);
  return {first, last};
}

}  // namespace attest::measure

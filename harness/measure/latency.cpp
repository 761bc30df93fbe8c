#include "harness/measure/latency.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "harness/measure/budget.hpp"
#include "harness/measure/fields.hpp"

namespace attest::measure {
namespace {

std::optional<unsigned> number_in(std::string_view digits) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  return number;
}

unsigned bits_per_byte(unsigned data, unsigned stop, bool parity) {
  return 1 + data + stop + (parity ? 1 : 0);
}

/// "AT+UART_CUR=921600,8,1,0,0\r\n": baud, data bits, stop bits (1: one, 2: one and a half, 3: two), parity.
std::optional<Line> line_set_by(std::string_view command_line) {
  const auto equals = command_line.find('=');
  if (equals == std::string_view::npos) return {};
  const auto values = attest::split(trimmed(command_line.substr(equals + 1)), ',');
  if (values.size() < 4) return {};
  const auto baud = number_in(values[0]), data = number_in(values[1]), stop = number_in(values[2]);
  if (!baud || !data || !stop) return {};
  return Line{*baud, bits_per_byte(*data, *stop > 1 ? 2 : 1, values[3] != "0")};
}

/// What the record says at its begin of how the firmware speaks.
struct Words {
  std::string prefix = "AT+";
  std::map<std::string, std::string, std::less<>> names;  ///< the manual's, by the firmware's
  bool paced = true;

  void take(const record::Event& begin);
  /// Empty: no command line.
  [[nodiscard]] std::string command_in(std::string_view sent) const;
};

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

std::string ending_of(const record::Event& exchange) {
  return text(exchange.fields, "outcome") == "prompted" ? "prompt" : text(exchange.fields, "final");
}

/// Follows one device through the record.
class Device {
 public:
  using Key = std::pair<std::string, std::string>;  // command, ending
  using Found = std::map<Key, std::vector<Sample>>;

  /// All events of the device, sorted by time.
  Device(const std::vector<record::Event>& events, const Words& words) : events_(events), words_(words) {}

  void split_into(Found& found) {
    for (const auto& event : events_) {
      if (event.type == "device") line_ = usual_ = line_by(event);
      if (event.type == "recover" && restarts(event)) line_ = usual_;
      if (event.type == "exchange") take(event, found);
    }
  }

 private:
  static bool restarts(const record::Event& event) {
    const auto rung = text(event.fields, "rung");
    return rung == "restart" || rung == "power" || rung == "flash";
  }

  [[nodiscard]] Line line_by(const record::Event& device) const {
    const bool unpaced = !words_.paced && is_true(device.fields, "virtual");
    return unpaced ? Line{} : line_of(text(device.fields, "link"));
  }

  void take(const record::Event& exchange, Found& found) {
    const auto sent = record::text_of(exchange, "sent");
    const auto ending = ending_of(exchange);
    const auto command = name_of(sent);
    if (!sent.empty()) prompted_by_ = ending == "prompt" ? command : "";  // else it is what came between
    if (!command.empty())
      if (auto one = split(exchange, around(exchange), line_))
        found[{command, ending}].push_back(sample(exchange, std::move(*one)));
    if (command == "RST" || text(exchange.fields, "outcome") == "restarted") line_ = usual_;
    if (command == "UART_CUR" && ending == "OK") line_ = line_set_by(sent).value_or(line_);
  }

  [[nodiscard]] std::string name_of(std::string_view sent) const {
    return prompted_by_.empty() || sent.empty() ? words_.command_in(sent) : prompted_by_ + " data";
  }

  [[nodiscard]] static Sample sample(const record::Event& exchange, Split split) {
    return {static_cast<std::uint64_t>(whole(exchange.fields, "exchange").value_or(0)),
            text(exchange.fields, "case"), std::move(split)};
  }

  /// From the moment of sending to the end.
  [[nodiscard]] std::span<const record::Event> around(const record::Event& exchange) const {
    const Instant from(whole(exchange.fields, "sent_at").value_or(exchange.at.ns()));
    const auto earlier = [](const record::Event& one, Instant at) { return one.at < at; };
    const auto later = [](Instant at, const record::Event& one) { return at < one.at; };
    const auto first = std::lower_bound(events_.begin(), events_.end(), from, earlier);
    const auto last = std::upper_bound(first, events_.end(), exchange.at, later);
    return {first, last};
  }

  const std::vector<record::Event>& events_;
  const Words& words_;
  Line line_, usual_;
  std::string prompted_by_;
};

bool counts(const record::Event& event) {
  static constexpr std::string_view kTypes[] = {"tx",    "rx",  "exchange", "server",
                                                "relay", "dns", "device",   "recover"};
  return std::find(std::begin(kTypes), std::end(kTypes), event.type) != std::end(kTypes);
}

std::map<std::string, std::vector<record::Event>> by_device(std::span<const record::Event> events) {
  std::map<std::string, std::vector<record::Event>> all;
  for (const auto& event : events)
    if (counts(event)) all[text(event.fields, "device")].push_back(event);
  for (auto& [device, own] : all)
    std::stable_sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return all;
}

Quantile quantile(std::span<const double> samples, std::string_view name, double q, double confidence) {
  return {statistic({samples.begin(), samples.end()}, name).value_or(0),
          quantile_interval(samples, q, confidence)};
}

}  // namespace

std::vector<double> CommandLatency::part(Split::Part Split::*which) const {
  std::vector<double> all;
  for (const auto& one : samples)
    if (const auto& span = one.split.*which) all.push_back(static_cast<double>(span->count()));
  return all;
}

std::vector<double> CommandLatency::total() const {
  std::vector<double> all;
  for (const auto& one : samples) all.push_back(static_cast<double>(one.split.total.count()));
  return all;
}

std::vector<CommandLatency> latencies(std::span<const record::Event> events) {
  Words words;
  for (const auto& event : events)
    if (event.type == "run.begin") words.take(event);
  Device::Found found;
  for (const auto& [device, own] : by_device(events)) Device(own, words).split_into(found);
  std::vector<CommandLatency> all;
  for (auto& [key, samples] : found) all.push_back({key.first, key.second, std::move(samples)});
  return all;
}

std::optional<Quantiles> quantiles(std::span<const double> samples, double confidence) {
  if (samples.empty()) return {};
  return Quantiles{samples.size(), quantile(samples, "p50", 0.50, confidence),
                   quantile(samples, "p95", 0.95, confidence), quantile(samples, "p99", 0.99, confidence)};
}

Line line_of(std::string_view link) {
  Line line{.baud = link.starts_with("serial:") ? 115200U : 0U};
  unsigned data = 8, stop = 1;
  bool parity = false;
  const auto query = link.find('?');
  if (query == std::string_view::npos) return line;
  for (const auto option : attest::split(link.substr(query + 1), '&')) {
    const auto value = option.substr(std::min(option.size(), option.find('=') + 1));
    if (option.starts_with("baud=")) line.baud = number_in(value).value_or(line.baud);
    if (option.starts_with("bits=")) data = number_in(value).value_or(data);
    if (option.starts_with("stop=")) stop = number_in(value).value_or(stop);
    if (option.starts_with("parity=")) parity = value != "none";
  }
  line.bits_per_byte = bits_per_byte(data, stop, parity);
  return line;
}

}  // namespace attest::measure

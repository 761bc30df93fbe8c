#include "reports/text/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "harness/base/bytes.hpp"
#include "reports/text/escape.hpp"

namespace attest::reports {
namespace {

using record::Event;
using Line = std::optional<std::string>;

std::string text_in(const Event& event, std::string_view field, std::size_t most) {
  return shown(record::text_of(event, field), most);
}

std::string bytes_of(const Event& event, std::string_view field, std::size_t most) {
  const auto found = event.fields.find(std::string(field));
  if (found == event.fields.end() || !found->is_string()) return {};
  const auto bytes = from_latin1_json(found->get_ref<const std::string&>());
  return bytes ? visible(*bytes, most) : text_in(event, field, most);
}

Line line_of(const Event& e, const TranscriptLimits& limits) {
  const auto most = limits.bytes;
  if (e.type == "tx") return fmt::format("> {}", bytes_of(e, "bytes", most));
  if (e.type == "rx") return fmt::format("< {}", bytes_of(e, "bytes", most));
  if (e.type == "step" || e.type == "note") return fmt::format("# {}", text_in(e, "text", 2 * most));
  if (e.type == "deviation")
    return fmt::format("! {} ({}): {}: {}", text_in(e, "id", most), text_in(e, "requirement", most),
                       text_in(e, "summary", 2 * most), text_in(e, "evidence", most));
  if (e.type == "unexplained") return fmt::format("! unexplained: {}", bytes_of(e, "bytes", most));
  if (e.type == "check" && text_in(e, "verdict", most) != "pass")
    return fmt::format("! {} {}: {}: owed {}, got {}", text_in(e, "requirement", most),
                       text_in(e, "verdict", most), text_in(e, "what", 2 * most),
                       text_in(e, "owed", 2 * most), text_in(e, "got", 2 * most));
  if (e.type == "recover")
    return fmt::format("~ {}: {}", text_in(e, "rung", most), text_in(e, "detail", 2 * most));
  if (e.type == "fault" || e.type == "gap") return fmt::format("! {}", text_in(e, "what", 2 * most));
  return std::nullopt;
}

bool is_empty(const nlohmann::json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

Line journal_line_of(const Event& e, const TranscriptLimits& limits) {
  static constexpr std::array<std::string_view, 6> kSeen{"server", "relay", "dns", "ble", "airkiss", "ap"};
  if (std::find(kSeen.begin(), kSeen.end(), e.type) == kSeen.end()) return std::nullopt;
  auto out = e.type;
  if (e.fields.contains("event")) out += fmt::format(" {}", text_in(e, "event", limits.bytes));
  // The head as it came says it all, and what is empty says nothing.
  static const std::set<std::string_view> kInTheHead{"headers", "method", "target", "version"};
  const bool has_head = e.fields.contains("head");
  for (const auto& [key, value] : e.fields.items()) {
    if (key == "event" || key == "case" || key == "device" || is_empty(value)) continue;
    if (has_head && kInTheHead.contains(key)) continue;
    const auto text =
        value.is_string()
            ? fmt::format("\"{}\"", text_in(e, key, limits.bytes))
            : visible(value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace), limits.bytes);
    out += fmt::format(" {}={}", key, text);
  }
  return out;
}

template <class Tell>
std::string told(std::span<const Event> events, const TranscriptLimits& limits, Tell tell) {
  std::vector<std::string> lines;
  for (const auto& event : events)
    if (const auto line = tell(event, limits))
      lines.push_back(fmt::format("{:10.3f} ms  {}\n",
                                  static_cast<double>((event.at - events.front().at).count()) / 1e6, *line));
  std::string out;
  const auto half = limits.lines / 2;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines.size() > limits.lines && i == half) {
      out += fmt::format("  … {} lines are left out: the record has them …\n", lines.size() - 2 * half);
      i = lines.size() - half;
    }
    out += lines[i];
  }
  return out;
}

}  // namespace

std::string transcript(std::span<const Event> events, const TranscriptLimits& limits) {
  return told(events, limits, &line_of);
}

std::string journal(std::span<const Event> events, const TranscriptLimits& limits) {
  return told(events, limits, &journal_line_of);
}

}  // namespace attest::reports

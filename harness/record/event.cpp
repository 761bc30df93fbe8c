#include "harness/record/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "harness/base/bytes.hpp"

namespace attest::record {

namespace embedded {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

constexpr std::array<std::string_view, 5> kVerdicts{"none", "pass", "inconc", "fail", "error"};
constexpr auto kReplace = nlohmann::json::error_handler_t::replace;

/// `t`, `e` and `h` are the line's own; a field of that name would make two keys of one.
nlohmann::json own_fields(const nlohmann::json& fields) {
  nlohmann::json out = fields.is_object() ? fields : nlohmann::json{{"value", fields}};
  out.erase("t");
  out.erase("e");
  out.erase("h");
  return out;
}

tl::unexpected<Error> not_an_event(std::string_view why, std::string_view line) {
  return fail(Fault::usage, fmt::format("not an event of a record: {}: {}", why, visible(line, 60)),
              "is this file a record (record.jsonl), and unchanged?");
}

std::optional<std::int64_t> time_of(const nlohmann::json& object) {
  const auto t = object.find("t");
  if (t == object.end() || !t->is_number_integer()) return std::nullopt;
  if (t->is_number_unsigned() &&
      t->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  return t->get<std::int64_t>();
}

/// Deeper than anything that is written here; what is read is gone through by recursion later.
constexpr int kDeepest = 64;

bool is_too_deep(std::string_view line) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_text && c == '\\')
      ++i;
    else if (c == '"')
      in_text = !in_text;
    else if (!in_text && (c == '[' || c == '{') && ++depth > kDeepest)
      return true;
    else if (!in_text && (c == ']' || c == '}'))
      --depth;
  }
  return false;
}

bool is_utf8(const std::string& text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace

std::string to_line(const Event& event) {
  const auto& given = event.fields;
  const bool plain =
      given.is_object() && !given.contains("t") && !given.contains("e") && !given.contains("h");
  const std::string fields =
      plain ? given.dump(-1, ' ', false, kReplace) : own_fields(given).dump(-1, ' ', false, kReplace);
  std::string line = fmt::format(R"({{"t":{},"e":{})", event.at.ns(),
                                 nlohmann::json(event.type).dump(-1, ' ', false, kReplace));
  if (fields.size() > 2) line += ',';
  line.append(fields, 1);
  return line;
}

Result<Event> parse_line(std::string_view line) {
  const auto opened = std::count_if(line.begin(), line.end(), [](char c) { return c == '[' || c == '{'; });
  if (opened > kDeepest && is_too_deep(line)) return not_an_event("nested too deep", line);
  auto object = nlohmann::json::parse(line, nullptr, false);
  if (object.is_discarded()) return not_an_event("no JSON", line);
  if (!object.is_object()) return not_an_event("no JSON object", line);
  const auto at = time_of(object);
  if (!at) return not_an_event("no time t in whole nanoseconds", line);
  const auto type = object.find("e");
  if (type == object.end() || !type->is_string() || type->get_ref<const std::string&>().empty())
    return not_an_event("no event type e", line);
  Event event{Instant(*at), type->get<std::string>(), {}};
  object.erase("t");
  object.erase("e");
  object.erase("h");
  event.fields = std::move(object);
  return event;
}

std::string text_of(const Event& event, std::string_view field) {
  if (!event.fields.is_object()) return {};
  const auto found = event.fields.find(field);
  if (found == event.fields.end() || !found->is_string()) return {};
  const auto& written = found->get_ref<const std::string&>();
  auto bytes = from_latin1_json(written);
  return bytes && is_utf8(*bytes) ? std::move(*bytes) : written;
}

std::string_view name_of(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

std::optional<Verdict> verdict_named(std::string_view name) {
  const auto found = std::find(kVerdicts.begin(), kVerdicts.end(), name);
  if (found == kVerdicts.end()) return std::nullopt;
  return static_cast<Verdict>(found - kVerdicts.begin());
}

std::string_view schema() {
  return embedded::file("record.schema.json");
}

}  // namespace attest::record

#include "harness/record/line.hpp"

#include <charconv>
#include <cstdint>

namespace attest::record {
namespace {

constexpr std::string_view kTime = R"({"t":)", kType = R"(,"e":")", kDevice = R"(,"device":")";

std::string_view device_at(std::string_view rest) {
  if (!rest.starts_with(kDevice)) return {};
  rest.remove_prefix(kDevice.size());
  const auto end = rest.find_first_of("\"\\");
  return end != std::string_view::npos && rest[end] == '"' ? rest.substr(0, end) : std::string_view();
}

}  // namespace

std::optional<LineHead> head_of(std::string_view text) {
  if (!text.starts_with(kTime) || !text.ends_with('}')) return std::nullopt;
  std::int64_t ns = 0;
  const auto [end, wrong] = std::from_chars(text.data() + kTime.size(), text.data() + text.size(), ns);
  const auto after = static_cast<std::size_t>(end - text.data());
  if (wrong != std::errc() || !text.substr(after).starts_with(kType)) return std::nullopt;
  const auto begin = after + kType.size();
  const auto type_end = text.find_first_of("\"\\", begin);
  if (type_end == std::string_view::npos || type_end == begin || text[type_end] != '"') return std::nullopt;
  const auto rest = text.substr(type_end + 1);
  if (rest.front() != ',' && rest.size() > 1) return std::nullopt;
  return LineHead{Instant(ns), text.substr(begin, type_end - begin), device_at(rest)};
}

std::optional<Line> Line::read(std::string_view text) {
  const auto head = head_of(text);
  if (!head) return std::nullopt;
  Line line;
  line.text_ = text;
  line.at_ = head->at;
  line.type_begin_ = static_cast<std::size_t>(head->type.data() - text.data());
  line.type_size_ = head->type.size();
  return line;
}

void Line::add(std::string_view name, std::string_view value) {
  auto field = nlohmann::json{{name, value}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  field.front() = ',';  // without its braces it stands between the type and what follows that
  field.pop_back();
  text_.insert(type_begin_ + type_size_ + 1, field);
}

}  // namespace attest::record

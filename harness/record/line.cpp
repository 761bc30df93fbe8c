#include "harness/record/line.hpp"

#include <charconv>
#include <cstdint>

namespace attest::record {
namespace {

constexpr std::string_view kTime = R"({"t":)", kType = R"(,"e":")";

}  // namespace

std::optional<Line> Line::read(std::string_view text) {
  if (!text.starts_with(kTime) || !text.ends_with('}')) return std::nullopt;
  std::int64_t ns = 0;
  const auto [end, wrong] = std::from_chars(text.data() + kTime.size(), text.data() + text.size(), ns);
  const auto after = static_cast<std::size_t>(end - text.data());
  if (wrong != std::errc() || !text.substr(after).starts_with(kType)) return std::nullopt;
  const auto type_begin = after + kType.size();
  const auto type_end = text.find_first_of("\"\\", type_begin);
  if (type_end == std::string_view::npos || type_end == type_begin || text[type_end] != '"')
    return std::nullopt;
  if (text[type_end + 1] != ',' && type_end + 2 != text.size()) return std::nullopt;
  Line line;
  line.text_ = text;
  line.at_ = Instant(ns);
  line.type_begin_ = type_begin;
  line.type_size_ = type_end - type_begin;
  return line;
}

void Line::add(std::string_view name, std::string_view value) {
  auto field = nlohmann::json{{name, value}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  field.front() = ',';  // without its braces it stands between the type and what follows that
  field.pop_back();
  text_.insert(type_begin_ + type_size_ + 1, field);
}

}  // namespace attest::record

#include "reports/text/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "reports/text/xml_text.hpp"

namespace attest::reports {
namespace {

/// How many bytes at the begin of the text turn the direction of writing: U+061C, U+200E, U+200F,
/// U+202A..U+202E and U+2066..U+2069 as they stand in UTF-8; 0: none.
std::size_t turning(std::string_view text) {
  if (text.starts_with("\xd8\x9c")) return 2;
  if (text.size() < 3 || text[0] != '\xe2') return 0;
  const auto a = static_cast<unsigned char>(text[1]), b = static_cast<unsigned char>(text[2]);
  const bool turns = (a == 0x80 && (b == 0x8e || b == 0x8f || (b >= 0xaa && b <= 0xae))) ||
                     (a == 0x81 && b >= 0xa6 && b <= 0xa9);
  return turns ? 3 : 0;
}

std::string_view escape_of(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {};
  }
}

std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

/// Not within a character.
std::size_t cut_at(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  std::size_t end = most;
  while (end > 0 && most - end < 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return end;
}

}  // namespace

std::string shown(std::string_view text, std::size_t most) {
  const auto end = cut_at(text, most);
  const auto safe = xml_text(text.substr(0, end));
  std::string out;
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const auto marks = turning(std::string_view(safe).substr(i));
    for (std::size_t k = 0; k < marks; ++k)
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(safe[i + k]));
    if (marks > 0)
      i += marks - 1;
    else if (const auto known = escape_of(safe[i]); !known.empty())
      out += known;
    else
      out += safe[i];
  }
  if (end < text.size()) fmt::format_to(std::back_inserter(out), " … and {} more bytes", text.size() - end);
  return out;
}

std::string html_text(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : shown(text, most)) {
    if (const auto known = entity_of(c); !known.empty())
      out += known;
    else
      out += c;
  }
  return out;
}

std::string json_in_html(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0, next; at < json.size(); at = next) {
    next = std::min(json.find('<', at), json.size());
    out.append(json.substr(at, next - at));
    if (next == json.size()) break;
    out.append("\\u003c");
    ++next;
  }
  return out;
}

std::string uri_component(std::string_view utf8) {
  static constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
  std::string out;
  for (const char c : utf8) {
    if (kPlain.find(c) != std::string_view::npos)
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace attest::reports

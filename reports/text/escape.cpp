#include "reports/text/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "reports/text/xml_text.hpp"

namespace attest::reports {
namespace {

/// U+200E, U+200F, U+202A..U+202E, U+2066..U+2069 as they stand in UTF-8.
bool turns_direction(std::string_view three) {
  if (three.size() != 3 || three[0] != '\xe2') return false;
  const auto a = static_cast<unsigned char>(three[1]), b = static_cast<unsigned char>(three[2]);
  if (a == 0x80) return b == 0x8e || b == 0x8f || (b >= 0xaa && b <= 0xae);
  return a == 0x81 && b >= 0xa6 && b <= 0xa9;
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
    const std::string_view three = std::string_view(safe).substr(i, 3);
    if (turns_direction(three)) {
      for (const char c : three)
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
      i += 2;
    } else if (const auto known = escape_of(safe[i]); !known.empty()) {
      out += known;
    } else {
      out += safe[i];
    }
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

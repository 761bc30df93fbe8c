// `+NAME:<size>,` and the ways in which devices get it wrong.
#include <algorithm>
#include <limits>

#include "harness/at/classify.hpp"
#include "harness/base/bytes.hpp"

namespace attest::at {
namespace {

/// No head is longer: what has no comma by then is a line like any other.
constexpr std::size_t kLongestHead = 96;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

std::size_t blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

int digit_of(char c) {
  if (is_digit(c)) return c - '0';
  const char u = upper(c);
  return u >= 'A' && u <= 'F' ? u - 'A' + 10 : 99;
}

/// The number at the beginning, and how many characters it has.
std::pair<std::uint64_t, std::size_t> number(std::string_view text, int base) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  std::size_t at = 0;
  for (; at < text.size() && digit_of(text[at]) < base; ++at) {
    const auto digit = static_cast<std::uint64_t>(digit_of(text[at]));
    const auto wide = static_cast<std::uint64_t>(base);
    value = value > (kMost - digit) / wide ? kMost : value * wide + digit;
  }
  return {value, at};
}

std::string_view without_brackets(std::string_view text, WrittenSize& size) {
  static constexpr std::string_view kOpen = "<[({\"'", kClose = ">])}\"'";
  while (text.size() >= 2) {
    const auto at = kOpen.find(text.front());
    if (at == std::string_view::npos || text.back() != kClose[at]) break;
    size.brackets = true;
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

std::optional<std::uint64_t> not_decimal(std::string_view text) {
  const bool prefixed = text.size() > 2 && text[0] == '0' && upper(text[1]) == 'X';
  const auto digits = prefixed ? text.substr(2) : text;
  const auto [hex, hex_length] = number(digits, 16);
  if (!digits.empty() && hex_length == digits.size()) return hex;
  const auto [decimal, length] = number(text, 10);
  return length > 0 ? std::optional(decimal) : std::nullopt;
}

}  // namespace

WrittenSize written_size(std::string_view text) {
  WrittenSize size;
  auto bare = without_brackets(trimmed(text), size);
  size.padded = trimmed(text).size() != text.size() || trimmed(bare).size() != bare.size();
  bare = trimmed(bare);
  if (bare.starts_with('+')) {
    size.padded = true;
    bare.remove_prefix(1);
  }
  const auto [value, length] = number(bare, 10);
  if (bare.empty() || length != bare.size()) {
    size.not_decimal = true;
    size.value = not_decimal(bare);
    return size;
  }
  size.padded = size.padded || (bare.size() > 1 && bare[0] == '0');
  size.value = value;
  return size;
}

std::optional<NamedLine> named(std::string_view line, const InfoName& owed) {
  const auto& [mark, name] = owed;
  NamedLine found;
  std::size_t at = blanks(line, 0);
  const bool marked = line.substr(at).starts_with(mark);
  found.other_spelling = at > 0 || !marked;
  if (marked) at += mark.size();
  const auto written = line.substr(std::min(at, line.size()), name.size());
  if (!same_ignoring_case(written, name)) return std::nullopt;
  found.other_case = written != name;
  at += name.size();
  const auto colon = blanks(line, at);
  if (colon >= line.size() || (line[colon] != ':' && line[colon] != '=')) return std::nullopt;
  found.other_spelling = found.other_spelling || colon != at || line[colon] != ':';
  found.value = colon + 1;
  return found;
}

SizedHead sized_head(std::string_view text, const InfoName& owed) {
  const auto& [mark, name] = owed;
  SizedHead head;
  std::size_t at = blanks(text, 0);
  const bool marked = text.substr(at, mark.size()) == std::string_view(mark).substr(0, text.size() - at);
  if (marked) at = std::min(at + mark.size(), text.size());
  const auto begun = text.substr(at, name.size());
  if (!same_ignoring_case(begun, std::string_view(name).substr(0, begun.size()))) return head;
  const auto window = text.substr(0, kLongestHead);
  const auto end = window.find_first_of(",\r\n");
  if (end == std::string_view::npos) {
    if (window.size() < kLongestHead) head.is = SizedHead::Is::unfinished;
    return head;
  }
  const auto found = named(text.substr(0, end), owed);
  if (!found) return head;
  head.name = *found;
  head.size = written_size(text.substr(found->value, end - found->value));
  head.breaks = text[end] != ',';
  if (head.breaks && !head.size.value) return head;
  head.length = end + (head.breaks ? 0 : 1);
  head.is = SizedHead::Is::head;
  return head;
}

}  // namespace attest::at

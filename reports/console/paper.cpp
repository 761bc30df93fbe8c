#include "reports/console/paper.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "reports/console/columns.hpp"

namespace attest::reports {
namespace {

bool set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

/// How many bytes take so many columns, or less where the last character would take too many.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto one = first_character(text.substr(at));
    if (columns_of(one) > columns) break;
    columns -= columns_of(one);
    at += one.bytes;
  }
  return at;
}

}  // namespace

Paper Paper::of(std::FILE* stream) {
  Paper out;
  const int fd = ::fileno(stream);
  out.terminal = fd >= 0 && ::isatty(fd) != 0;
  if (!out.terminal) return out;
  const char* term = std::getenv("TERM");
  out.terminal = term != nullptr && std::string_view(term) != "dumb";
  out.colours = out.terminal && !set("NO_COLOR");
  if (const auto wide = columns(stream)) out.width = std::clamp<std::size_t>(*wide, 40, 160);
  return out;
}

std::optional<std::size_t> Paper::columns(std::FILE* stream) {
  winsize size{};
  if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

std::string Paper::painted(std::string_view code, std::string_view text) const {
  return colours ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::string Paper::verdict(record::Verdict verdict, std::string_view text) const {
  static constexpr std::string_view kColours[] = {"2", "32", "33", "1;31", "1;35"};
  return painted(kColours[static_cast<std::size_t>(verdict)], text);
}

std::string loud(record::Verdict verdict) {
  std::string out(record::name_of(verdict));
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (Character one; !text.empty(); text.remove_prefix(one.bytes)) {
    one = first_character(text);
    const auto bytes = text.substr(0, one.bytes);
    if (one.code == '\n')
      out += out.empty() || out.back() == ' ' ? "" : " ";
    else if (is_hostile(one))
      for (const char c : bytes)
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    else
      out += bytes;
  }
  return out;
}

std::size_t length(std::string_view utf8) {
  return columns_of(utf8);
}

std::string cut(std::string_view utf8, std::size_t most) {
  if (bytes_of(utf8, most) == utf8.size()) return std::string(utf8);
  if (most == 0) return {};
  return std::string(utf8.substr(0, bytes_of(utf8, most - 1))) + "…";
}

std::string padded(std::string_view utf8, std::size_t to) {
  const auto has = length(utf8);
  return std::string(utf8) + std::string(has < to ? to - has : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view utf8, std::size_t width) {
  std::vector<std::string> out;
  for (std::size_t most; (most = bytes_of(utf8, width)) < utf8.size();) {
    if (most == 0) most = first_character(utf8).bytes;  // it is wider than all the width
    const auto blank = utf8.rfind(' ', most);
    const bool hard = blank == std::string_view::npos || blank == 0;
    out.emplace_back(utf8.substr(0, hard ? most : blank));
    utf8.remove_prefix(hard ? most : blank + 1);
  }
  if (!utf8.empty() || out.empty()) out.emplace_back(utf8);
  return out;
}

std::string some_of(const std::vector<std::string>& names, std::size_t most) {
  // "and 1 more" takes as much room as the name.
  if (names.size() == most + 1) ++most;
  std::string out;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i) out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most) out += fmt::format(" and {} more", names.size() - most);
  return out;
}

std::string so_many(std::size_t number, std::string_view thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

}  // namespace attest::reports

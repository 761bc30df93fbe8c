#include "reports/console/paper.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace attest::reports {
namespace {

bool set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// How many bytes the first `count` characters take.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (continues(text[at])) continue;
    if (count-- == 0) break;
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
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    out.width = std::clamp<std::size_t>(size.ws_col, 40, 160);
  return out;
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
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '\n')
      out += out.empty() || out.back() == ' ' ? "" : " ";
    else if (u < 0x20 || u == 0x7f)
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", u);
    else
      out += c;
  }
  return out;
}

std::size_t length(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return !continues(c); }));
}

std::string cut(std::string_view utf8, std::size_t most) {
  if (length(utf8) <= most) return std::string(utf8);
  if (most == 0) return {};
  return std::string(utf8.substr(0, bytes_of(utf8, most - 1))) + "…";
}

std::string padded(std::string_view utf8, std::size_t to) {
  const auto has = length(utf8);
  return std::string(utf8) + std::string(has < to ? to - has : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view utf8, std::size_t width) {
  std::vector<std::string> out;
  width = std::max<std::size_t>(width, 1);
  while (length(utf8) > width) {
    const auto most = bytes_of(utf8, width);
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

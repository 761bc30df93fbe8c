#include "server/http/head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/bytes.hpp"

namespace attest::server {
namespace {

constexpr bool control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

constexpr bool token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kTokenMarks.find(c) != std::string_view::npos;
}

/// Cuts the next line off `rest`, without its line end, and notes what is wrong with that.
std::string_view next_line(std::string_view& rest, std::size_t number, Head& head) {
  const auto end = rest.find('\n');
  auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  else if (end != std::string_view::npos)
    head.faults.push_back(fmt::format("bare LF at the end of line {}", number));
  return line;
}

void judge_characters(Head& head, std::string_view line, std::size_t number) {
  const auto bad = std::find_if(line.begin(), line.end(), control);
  if (bad == line.end()) return;
  head.faults.push_back(
      fmt::format("control character 0x{:02x} in line {}", static_cast<unsigned char>(*bad), number));
}

/// The request line, split at white space: the first word is the method, a last one like HTTP/… the version.
void read_request_line(Head& head, std::string_view line) {
  const auto first = line.find_first_of(" \t");
  head.method = line.substr(0, first);
  if (first == std::string_view::npos) return;
  auto rest = trimmed(line.substr(first));
  const auto last = rest.find_last_of(" \t");
  const auto word = last == std::string_view::npos ? rest : rest.substr(last + 1);
  if (word.starts_with("HTTP/")) {
    head.version = word;
    rest = trimmed(rest.substr(0, rest.size() - word.size()));
  }
  head.target = rest;
}

void read_field(Head& head, std::string_view line, std::size_t number) {
  if (line.front() == ' ' || line.front() == '\t') {
    head.faults.push_back(fmt::format("line {} continues a header on a line of its own (obs-fold)", number));
    if (!head.headers.empty()) head.headers.back().second.append(" ").append(trimmed(line));
    return;
  }
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  if (colon == std::string_view::npos)
    head.faults.push_back(
        fmt::format("line {} is no header, it has no colon: {}", number, visible(line, 60)));
  else if (name.empty() || !std::all_of(name.begin(), name.end(), token_char))
    head.faults.push_back(fmt::format("header name that is no token: {}", visible(name, 60)));
  const auto value = colon == std::string_view::npos ? std::string_view{} : trimmed(line.substr(colon + 1));
  head.headers.emplace_back(std::string(trimmed(name)), std::string(value));
}

}  // namespace

std::optional<std::size_t> head_length(std::string_view bytes, std::size_t from) {
  // Line ends in front of the request line do not end the head.
  const auto start = bytes.find_first_not_of("\r\n");
  if (start == std::string_view::npos) return std::nullopt;
  for (auto at = bytes.find('\n', std::max(start, from > 2 ? from - 2 : 0)); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    const auto next = bytes.substr(at + 1, 2);
    if (next.starts_with('\n')) return at + 2;
    if (next == "\r\n") return at + 3;
  }
  return std::nullopt;
}

Head parse_head(std::string_view raw) {
  Head head;
  const auto start = std::min(raw.find_first_not_of("\r\n"), raw.size());
  if (start > 0)
    head.faults.push_back(fmt::format("{} before the request line", visible(raw.substr(0, start))));
  raw.remove_prefix(start);
  const auto request_line = next_line(raw, 1, head);
  judge_characters(head, request_line, 1);
  read_request_line(head, request_line);
  for (std::size_t number = 2; !raw.empty(); ++number) {
    const auto line = next_line(raw, number, head);
    if (line.empty()) break;
    judge_characters(head, line, number);
    read_field(head, line, number);
  }
  judge_request_line(head, request_line);
  judge_fields(head);
  return head;
}

std::string_view path_of(std::string_view target) {
  const auto scheme = target.find("://");
  if (!target.starts_with('/') && scheme != std::string_view::npos) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return target.substr(0, target.find_first_of("?#"));
}

bool like_a_request(std::string_view bytes) {
  static constexpr std::array<std::string_view, 9> kMethods{"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                            "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  const auto space = bytes.find(' ');
  if (space == std::string_view::npos)
    return std::any_of(kMethods.begin(), kMethods.end(),
                       [&](auto method) { return method.starts_with(bytes); });
  const auto method = bytes.substr(0, space);
  const auto target = bytes.substr(space + 1, 1);
  return !method.empty() &&
         std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         (target.empty() || target == "/" || target == "*" || target == "h");
}

bool may_be_a_head(std::string_view bytes) {
  const auto start = bytes.find_first_not_of("\r\n");
  return start == std::string_view::npos || token_char(bytes[start]);
}

}  // namespace attest::server

// What RFC 9112 and RFC 9110 ask of a request line and of the headers that say where a message goes and ends.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "server/http/head.hpp"

namespace attest::server {
namespace {

constexpr bool digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool hex_digit(char c) {
  return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::string_view> values(const Head& head, std::string_view name) {
  std::vector<std::string_view> found;
  for (const auto& [written, value] : head.headers)
    if (same_ignoring_case(written, name)) found.push_back(value);
  return found;
}

bool lists(const Head& head, std::string_view name, std::string_view word) {
  for (const auto value : values(head, name))
    for (const auto item : split(value, ','))
      if (same_ignoring_case(trimmed(item), word)) return true;
  return false;
}

/// RFC 3986 section 3.3 and 3.4: what a path and a query may hold unencoded.
bool uri_char(char c) {
  return alpha(c) || digit(c) || std::string_view("-._~!$&'()*+,;=:@/?%").find(c) != std::string_view::npos;
}

bool bad_escape(std::string_view target) {
  for (auto at = target.find('%'); at != std::string_view::npos; at = target.find('%', at + 1))
    if (at + 2 >= target.size() || !hex_digit(target[at + 1]) || !hex_digit(target[at + 2])) return true;
  return false;
}

/// RFC 9112 section 3.2: to an origin server the target is in origin form (or `*` for OPTIONS).
void judge_target(Head& head) {
  const std::string_view target = head.target;
  if (target == "*" && head.method == "OPTIONS") return;
  if (target.find("://") != std::string_view::npos && !target.starts_with('/'))
    head.faults.push_back(
        fmt::format("absolute-form target {} (origin form is owed to a server)", visible(target, 80)));
  else if (!target.starts_with('/'))
    head.faults.push_back(fmt::format("target {} does not begin with a slash", visible(target, 80)));
  const auto odd = std::find_if_not(target.begin(), target.end(), uri_char);
  if (odd != target.end())
    head.faults.push_back(
        fmt::format("'{}' in the target, which must be percent-encoded", visible({&*odd, 1})));
  if (bad_escape(target)) head.faults.emplace_back("'%' in the target without two hex digits");
}

/// RFC 9110 section 7.2: uri-host [":" port]
bool is_host(std::string_view value) {
  const auto bracket = value.starts_with('[') ? value.find(']') : std::string_view::npos;
  const auto colon = value.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const auto host = value.substr(0, colon);
  const auto port = colon == std::string_view::npos ? std::string_view{} : value.substr(colon + 1);
  const auto fits = [&](char c) {
    return alpha(c) || digit(c) || std::string_view("-._~!$&'()*+,;=%").find(c) != std::string_view::npos ||
           (bracket != std::string_view::npos && (c == '[' || c == ']' || c == ':'));
  };
  return !host.empty() && std::all_of(host.begin(), host.end(), fits) &&
         std::all_of(port.begin(), port.end(), digit);
}

void judge_host(Head& head) {
  const auto hosts = values(head, "Host");
  if (hosts.empty()) head.faults.emplace_back("no Host header");
  if (hosts.size() > 1) head.faults.push_back(fmt::format("{} Host headers", hosts.size()));
  for (const auto host : hosts)
    if (!is_host(host))
      head.faults.push_back(fmt::format("Host is not host[:port]: '{}'", visible(host, 80)));
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void judge_length(Head& head) {
  const auto lengths = values(head, "Content-Length");
  if (lengths.empty()) return;
  head.content_length = number(lengths.front());
  if (lengths.size() > 1) head.faults.push_back(fmt::format("{} Content-Length headers", lengths.size()));
  if (!head.content_length)
    head.faults.push_back(fmt::format("Content-Length is no number: '{}'", visible(lengths.front(), 40)));
  const bool agree =
      std::all_of(lengths.begin(), lengths.end(), [&](auto l) { return l == lengths.front(); });
  head.framed = head.framed && head.content_length && agree;
}

/// RFC 9112 section 6.1: chunked is the last coding, and excludes Content-Length.
void judge_coding(Head& head) {
  const auto codings = values(head, "Transfer-Encoding");
  if (codings.empty()) return;
  head.chunked = same_ignoring_case(trimmed(split(codings.back(), ',').back()), "chunked");
  if (!head.chunked) head.faults.emplace_back("Transfer-Encoding whose last coding is not chunked");
  if (head.content_length) head.faults.emplace_back("both Transfer-Encoding and Content-Length");
  head.framed = head.framed && head.chunked && !head.content_length;
}

void judge_body(Head& head) {
  const bool body = head.chunked || head.content_length.value_or(0) > 0;
  const bool owed = head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
  const bool none = head.method == "GET" || head.method == "HEAD" || head.method == "DELETE";
  if (owed && !head.chunked && values(head, "Content-Length").empty())
    head.faults.push_back(fmt::format("{} with neither Content-Length nor Transfer-Encoding", head.method));
  if (none && body) head.faults.push_back(fmt::format("a body on {}", head.method));
}

}  // namespace

void judge_request_line(Head& head, std::string_view line) {
  if (line != fmt::format("{} {} {}", head.method, head.target, head.version) || head.method.empty() ||
      head.target.empty() || head.version.empty())
    head.faults.push_back(fmt::format("bad request line: {}", visible(line, 120)));
  else if (head.version != "HTTP/1.1")
    head.faults.push_back(fmt::format("version {} instead of HTTP/1.1", visible(head.version, 20)));
  if (!std::all_of(head.method.begin(), head.method.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    head.faults.push_back(
        fmt::format("method {} is none (they are upper-case words)", visible(head.method, 40)));
  if (!head.target.empty()) judge_target(head);
}

void judge_fields(Head& head) {
  judge_host(head);
  judge_length(head);
  judge_coding(head);
  judge_body(head);
  const bool persists = head.version == "HTTP/1.1" || lists(head, "Connection", "keep-alive");
  head.keep_alive = persists && !lists(head, "Connection", "close");
  head.expects_continue = head.version == "HTTP/1.1" && lists(head, "Expect", "100-continue");
}

}  // namespace attest::server

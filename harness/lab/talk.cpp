#include "harness/lab/talk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/bytes.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;

/// Silence that ends a reply of which no end is known, and silence after a known one, for a prompt to follow.
constexpr Nanos kQuiet = 400ms, kSettle = 60ms;
/// No answer to a question of the probe is longer.
constexpr std::size_t kMost = std::size_t{64} << 10;

[[noreturn]] void broke(const transport::Link& link, const Error& error) {
  throw Failure({Fault::bench, fmt::format("{}: the link to the device broke: {}", link.name(), error.what),
                 "check cable, power and adapter, and start again"});
}

std::string line_end_at(std::string_view raw, std::size_t stop) {
  const auto end = raw.substr(stop, 2);
  return end == "\r\n" ? "CR LF" : end.starts_with('\n') ? "LF" : "CR";
}

}  // namespace

bool Heard::readable() const {
  return std::all_of(raw.begin(), raw.end(),
                     [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\r' || c == '\n' || c == '\t'; });
}

Heard heard_from(std::string raw, std::string_view sent) {
  Heard out;
  std::size_t at = 0;
  for (auto stop = raw.find_first_of("\r\n"); stop != std::string::npos;
       stop = raw.find_first_of("\r\n", at)) {
    const auto line = trimmed(std::string_view(raw).substr(at, stop - at));
    at = stop + 1;
    if (line.empty()) continue;
    if (!sent.empty() && line == trimmed(sent)) {
      out.echoed = true;
      continue;
    }
    out.lines.emplace_back(line);
    out.line_end = line_end_at(raw, stop);
  }
  out.rest = trimmed(std::string_view(raw).substr(at));
  out.raw = std::move(raw);
  return out;
}

void Talk::check_time() const {
  if (most_.passed(clock_))
    throw Failure({Fault::bench,
                   fmt::format("{}: the probe did not come to its end in its time; it was at \"{}\"",
                               link_.name(), visible(last_sent_, 60)),
                   "the device answers too slowly or too seldom to be probed: look at it with a terminal"});
}

void Talk::send(std::string_view bytes) {
  check_time();
  last_sent_ = trimmed(bytes);
  const auto written = link_.write(bytes, Deadline::in(clock_, 5s));
  if (!written) broke(link_, written.error());
}

/// False: nothing came by then.
bool Talk::read_into(std::string& raw, Deadline deadline) {
  std::array<char, 4096> bytes{};
  const auto arrived = link_.read(bytes, deadline.sooner(most_));
  if (!arrived) broke(link_, arrived.error());
  raw.append(bytes.data(), arrived->count);
  if (raw.size() > kMost)
    throw Failure(
        {Fault::bench,
         fmt::format("{}: the device does not stop sending: \"{}\"", link_.name(), visible(raw, 60)),
         "is this the AT port, and not that of a log?"});
  return arrived->count > 0;
}

bool Talk::has_end(const Heard& heard) const {
  return std::any_of(heard.lines.begin(), heard.lines.end(), [&](const std::string& line) {
    return std::find(words_.begin(), words_.end(), line) != words_.end();
  });
}

Heard Talk::without_ignored(std::string raw, std::string_view sent) const {
  auto heard = heard_from(std::move(raw), sent);
  std::erase_if(heard.lines, [&](const std::string& line) {
    return std::find(ignored_.begin(), ignored_.end(), line) != ignored_.end();
  });
  return heard;
}

/// A device that goes on chattering behind its answer is not waited for longer than one that gives none.
Heard Talk::hear(std::string_view sent, Nanos patience) {
  const auto limit = Deadline::in(clock_, patience);
  const Deadline at_most(limit.at() + kQuiet);
  std::string raw;
  while (true) {
    auto heard = without_ignored(raw, sent);
    const bool over = has_end(heard);
    const bool quiet_ends = over || (words_.empty() && !heard.lines.empty());
    if (at_most.passed(clock_)) return heard;
    const auto until = quiet_ends ? Deadline::in(clock_, over ? kSettle : kQuiet).sooner(at_most) : limit;
    if (read_into(raw, until)) continue;
    check_time();
    if (quiet_ends || limit.passed(clock_)) return heard;
  }
}

Heard Talk::ask(std::string_view line, Nanos patience) {
  send(std::string(line) + "\r\n");
  return hear(line, patience);
}

Heard Talk::give(std::string_view bytes, Nanos patience) {
  send(bytes);
  return hear({}, patience);
}

Heard Talk::listen(Nanos quiet) {
  std::string raw;
  while (read_into(raw, Deadline::in(clock_, quiet))) check_time();
  return heard_from(std::move(raw), {});
}

}  // namespace attest::lab

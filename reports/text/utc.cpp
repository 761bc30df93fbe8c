#include "reports/text/utc.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>

namespace attest::reports {
namespace {

/// Exactly so many digits at the begin of the text, and then that character; both are taken off.
std::optional<int> number(std::string_view& text, std::size_t digits, char then) {
  int value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + std::min(digits, text.size()), value);
  if (wrong != std::errc() || end != text.data() + digits || text.front() == '-') return {};
  text.remove_prefix(digits);
  if (then == '\0') return value;
  if (text.empty() || text.front() != then) return {};
  text.remove_prefix(1);
  return value;
}

/// ".25Z" is 250, "Z" is 0.
std::optional<std::int64_t> milliseconds(std::string_view text) {
  std::int64_t value = 0, unit = 100;
  if (text.starts_with('.'))
    for (text.remove_prefix(1); !text.empty() && text.front() >= '0' && text.front() <= '9';
         text.remove_prefix(1)) {
      value += unit * (text.front() - '0');
      unit /= 10;
    }
  return text == "Z" ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> epoch_ms(std::string_view utc) {
  using namespace std::chrono;
  const auto y = number(utc, 4, '-'), mo = number(utc, 2, '-'), d = number(utc, 2, 'T');
  const auto h = number(utc, 2, ':'), mi = number(utc, 2, ':'), s = number(utc, 2, '\0');
  if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 60) return {};
  const auto rest = milliseconds(utc);
  const year_month_day day(year(*y), month(static_cast<unsigned>(*mo)),
                           std::chrono::day(static_cast<unsigned>(*d)));
  if (!rest || !day.ok()) return {};
  return duration_cast<std::chrono::milliseconds>(sys_days(day).time_since_epoch()).count() +
         1000 * (3600 * *h + 60 * *mi + *s) + *rest;
}

std::string now_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace attest::reports

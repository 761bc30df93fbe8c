// Lengths of time as people write them: "5s", "250ms".
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "harness/spec/profile.hpp"

namespace attest::spec {
namespace {

/// The longest unit first, for the way back; "ms" before "s" would never be reached by a suffix match on "s"
/// alone.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
    {{"min", 60'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}, {"s", 1'000'000'000}}};
constexpr std::array<std::size_t, 5> kLargestFirst{0, 4, 1, 2, 3};
/// A hundred days: more is a slip of the pen.
constexpr double kMost = 100.0 * 24 * 3600 * 1e9;

}  // namespace

std::optional<Nanos> parse_span(std::string_view text) {
  for (const auto& [unit, ns] : kUnits) {
    if (!text.ends_with(unit)) continue;
    auto number = text.substr(0, text.size() - unit.size());
    if (number.ends_with(' ')) number.remove_suffix(1);
    double value = 0;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
    const double total = value * static_cast<double>(ns);
    if (!(total >= 0) || total > kMost) return std::nullopt;
    return Nanos(std::llround(total));
  }
  return std::nullopt;
}

std::string span_text(Nanos span) {
  for (const auto at : kLargestFirst) {
    const auto& [unit, ns] = kUnits[at];
    if (span.count() % ns == 0 && (span.count() != 0 || unit == "s"))
      return fmt::format("{}{}", span.count() / ns, unit);
  }
  return fmt::format("{}ns", span.count());
}

}  // namespace attest::spec

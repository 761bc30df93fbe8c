// HC-52 at every line rate that the bench says board and adapter can do (facts.line_rates): which is the
// highest without loss, and what comes of it.
#include <fmt/format.h>

#include <charconv>

#include "harness/measure/rate.hpp"
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"
#include "suites/support/stage.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

constexpr std::size_t kBody = 16384;

/// Both ends at another rate, and back at the end: by the command, else by a restart, after which the device
/// is at its own.
class AtRate {
 public:
  using Command = std::function<at::Exchange(const std::string&)>;
  AtRate(transport::Link& link, Command command)
      : link_(link), command_(std::move(command)), before_(link.line()) {}
  AtRate(const AtRate&) = delete;
  AtRate& operator=(const AtRate&) = delete;

  /// False: the device refuses it, and both stay where they are.
  [[nodiscard]] bool go(unsigned baud) {
    auto wanted = before_;
    wanted.baud = baud;
    if (!command_(fmt::format("AT+UART_CUR={},8,1,0,0", baud)).ok()) return false;
    // A line without a rate stays without one.
    if (before_.baud > 0 && !link_.set_line(wanted)) return false;
    return true;
  }
  [[nodiscard]] bool answers() { return command_("AT").ok(); }
  /// Both where they were; false: only the harness is.
  [[nodiscard]] bool back() {
    const bool told =
        command_(fmt::format("AT+UART_CUR={},8,1,0,0", before_.baud > 0 ? before_.baud : 115200)).ok();
    const bool set = link_.set_line(before_).has_value();
    return told && set && answers();
  }

 private:
  transport::Link& link_;
  Command command_;
  transport::LineSettings before_;
};

unsigned number(std::string_view text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class LineRateCase : public Case {
 protected:
  [[nodiscard]] std::size_t size() const {
    return std::min<std::size_t>(kBody, profile().facts().body_limit);
  }
  /// A GET at the rate of now, which is measured if it has a name.
  [[nodiscard]] bool comes_whole(unsigned baud = 0) {
    const auto body = random().word(size());
    const auto page = serve({.content_type = "text/plain", .body = body});
    const auto exchange = command(http_get(*page, origin()).line());
    if (!exchange.ok() || data_of(exchange) != body) return false;
    if (baud > 0)
      measure(fmt::format("GET of {} bytes at {} baud", size(), baud), "HC-52", "B/s",
              {measure::bytes_per_second(size(), exchange.duration())});
    return true;
  }
};

ATTEST_CASE_ON(LineRateCase, LineRate, HighestWithoutLossIsFound, "HC-52") {
  const auto& rates = profile().facts().line_rates;
  if (rates.empty())
    throw NotApplicable(
        fmt::format("not applicable: profile {} names no line rates (facts.line_rates)", profile().name()));
  if (!session().link().name().starts_with("serial:"))
    throw CannotTell(session().link().name() +
                     " cannot change its line rate: name a serial link, or no facts.line_rates");
  blame("HC-52");
  if (!comes_whole())
    return owe("HC-52", "a line rate without loss is found")
        .cannot_tell("a body does not come as it is (HC-41)");
  AtRate line(session().link(), [this](const std::string& text) { return command(text); });
  double highest = 0;
  for (const auto& text : rates) {
    const unsigned baud = number(text);
    if (!line.go(baud)) {
      found(fmt::format("AT+UART_CUR={} is refused", baud));
      continue;
    }
    const bool whole = line.answers() && comes_whole(baud);
    owe("HC-52", fmt::format("at {} baud a GET of {} bytes loses nothing", baud, size()))
        .met(whole, "the body", "no reply, or other bytes");
    if (whole) highest = std::max(highest, static_cast<double>(baud));
    if (!line.back()) restart();
    if (!whole) break;
  }
  owe("HC-52", "a line rate without loss is found")
      .met(highest > 0, fmt::format("one of {}", fmt::join(rates, ", ")), "none");
  measure("highest line rate without loss", "HC-52", "baud", {highest});
}

}  // namespace

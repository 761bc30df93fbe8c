// GEN-13, GEN-14: many commands in a row, and how long the shortest one takes.
#include <fmt/format.h>

#include <algorithm>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

/// The value below which that share of them lies.
double quantile(std::vector<double> values, double share) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

class Mix : public Case {
 protected:
  static constexpr int kKinds = 5;
  /// The i-th command of the mix did what it should.
  [[nodiscard]] bool right(int i) {
    if (!page_) page_ = serve({.body = "hello"});
    switch (i % kKinds) {
      case 0:
        return timed_at();
      case 1:
        return (last = command("AT+GMR")).ok();
      case 2:
        return (last = command("ATE0")).ok();
      case 3:
        return data_of(last = command(http_get(*page_, origin()).line())) == "hello";
      default:
        return (last = command(http_get_size(page_->url()))).number_of("HTTPGETSIZE") == 5U;
    }
  }
  std::vector<double> latencies;
  at::Exchange last;

 private:
  [[nodiscard]] bool timed_at() {
    last = command("AT");
    latencies.push_back(milliseconds(last.duration()));
    return last.ok();
  }
  std::unique_ptr<server::Resource> page_;
};

ATTEST_CASE_ON(Mix, ManyCommands, LeaveReplyAndLatencyUnchanged, "GEN-13") {
  blame("GEN-13");
  constexpr int kCommands = 500;
  int done = 0;
  while (done < kCommands && right(done)) ++done;
  auto all_right = owe("GEN-13", "500 mixed commands in a row are all answered right");
  if (done >= kKinds) all_right.alone();  // each kind of command has been right before
  all_right.given(last).met(done == kCommands, "500 right replies",
                            fmt::format("{} right replies, then a wrong one", done));
  if (done < kCommands) return;
  const auto quarter = static_cast<std::ptrdiff_t>(latencies.size() / 4);
  // A device that pauses now and then has a wide spread from the start; one that drifts leaves it.
  const double early = quantile({latencies.begin(), latencies.begin() + quarter}, 0.75);
  const double late = quantile({latencies.end() - quarter, latencies.end()}, 0.25);
  measure("AT latency over 500 commands", "GEN-13", "ms", latencies);
  // A drift is both a share of the latency and more than a busy host makes of it.
  const double drift = std::max(30.0, 0.25 * early);
  owe("GEN-13", "the reply latency does not drift")
      .alone()
      .met(late - early <= drift,
           fmt::format(
               "three quarters of the last quarter at most {:.1f} ms beyond three quarters of the first",
               drift),
           fmt::format("from {:.2f} ms to {:.2f} ms", early, late));
}

ATTEST_CASE(Latency, OfAtIsMeasured, "GEN-14") {
  std::vector<double> samples;
  at::Exchange exchange;
  for (int i = 0; i < 50 && (exchange = command("AT")).ok(); ++i)
    samples.push_back(milliseconds(exchange.duration()));
  measure("AT to OK", "GEN-14", "ms", samples);
  owe("GEN-14", "AT is answered OK 50 times").given(exchange).that(samples.size(), Eq(50U));
}

const bool smoke = in_smoke({"Latency.OfAtIsMeasured"});

}  // namespace

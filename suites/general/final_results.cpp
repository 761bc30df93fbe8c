// GEN-01, GEN-02, GEN-03: every command line is answered by exactly one final result, in time, and by nothing
// after it.
#include <algorithm>

#include "harness/base/bytes.hpp"
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"
#include "suites/support/stimuli.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

/// The command's exchange up to its final result; for HTTPCPOST that of its data.
class OneOfEach : public Case {
 protected:
  [[nodiscard]] at::Exchange exchange_of(Stimulus::What what) {
    using What = Stimulus::What;
    page_ = serve({.content_type = "text/plain", .body = "hello"});
    switch (what) {
      case What::at:
        return command("AT");
      case What::gmr:
        return command("AT+GMR");
      case What::get:
        return command(http_get(*page_, origin()).line());
      case What::post:
        return command(http_post(*page_, origin(), "hello").line());
      case What::getsize:
        return command(http_get_size(page_->url()));
      case What::cpost:
        break;
    }
    auto asked = command(http_cpost(page_->url(), 5));
    return asked.outcome == at::Outcome::prompted ? data("hello") : asked;
  }

 private:
  std::unique_ptr<server::Resource> page_;
};

std::string departures(const at::Exchange& exchange, std::string_view requirement) {
  std::string all;
  for (const auto& deviation : exchange.deviations)
    if (deviation.requirement == requirement)
      all += (all.empty() ? "" : ", ") + deviation.id + " \"" + deviation.evidence + "\"";
  return all;
}

ATTEST_SWEEP_ON(OneOfEach, FinalResult, StandsAloneOnALineEndedByCrLf, kOneOfEach, "GEN-01") {
  const auto exchange = exchange_of(row.what);
  owe("GEN-01", "one final result, alone on its line, ended by CR LF")
      .given(exchange)
      .met(departures(exchange, "GEN-01").empty(), "no departure", departures(exchange, "GEN-01"));
}

ATTEST_SWEEP_ON(OneOfEach, FinalResult, ComesWithinTheDeadline, kOneOfEach, "GEN-02") {
  const auto exchange = exchange_of(row.what);
  // Silence, and a restart in the middle, are deviations of GEN-02 once it is known that the device still
  // lives.
  owe("GEN-02", "a final result within the command's deadline")
      .given(exchange)
      .met(exchange.final.has_value(), "a final result", came_to(exchange));
}

ATTEST_SWEEP_ON(OneOfEach, FinalResult, IsTheLastOfTheReply, kOneOfEach, "GEN-03") {
  const auto exchange = exchange_of(row.what);
  const auto after = listen(150ms, 1s);
  const bool clean = std::all_of(after.items.begin(), after.items.end(), [](const at::Item& item) {
    return item.kind == at::Kind::unsolicited || item.kind == at::Kind::framing;
  });
  owe("GEN-03", "nothing but unsolicited lines after the final result")
      .given(exchange)
      .met(clean, "silence", visible(after.received));
}

const bool smoke =
    in_smoke({"FinalResult.StandsAloneOnALineEndedByCrLf/AT", "FinalResult.ComesWithinTheDeadline/AT",
              "FinalResult.IsTheLastOfTheReply/HTTPCLIENT_GET", "FinalResult.IsTheLastOfTheReply/HTTPCPOST"});

}  // namespace

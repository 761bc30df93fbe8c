// CP-04, CP-05, CP-17, CP-18: what the final result says, and how long it takes.
#include <fmt/format.h>

#include <set>

#include "harness/measure/rate.hpp"
#include "suites/support/cpost.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

ATTEST_CASE_ON(CPost, HttpCPostResult, IsSendOkOnceTheServerHasTheBody, "CP-04") {
  blame("CP-04");
  const auto page = serve({.body = "thanks"});
  const auto posted = post(*page, random().word(2000));
  owe("CP-04", "on success the final result is SEND OK").send_ok(posted.answered);
  const auto seen = request_of(*page);
  const auto early = seen.body_done - posted.answered.ended_at;
  owe("CP-04", "and only after the server has received the whole body")
      .given(posted.answered)
      .only_if(posted.answered.final == at::FinalCode::send_ok, came_to(posted.answered))
      .met(seen.body_complete && early < 5ms, "the body first",
           seen.body_complete ? fmt::format("SEND OK {} before it", human(early)) : "no whole body at all");
}

struct Failing {
  std::string_view name;
  server::NetFault fault;
};
const std::vector<Failing> kFailing{
    {"TheConnectionIsRefused", {.kind = server::Trouble::refuse}},
    {"TheConnectionIsReset", {.kind = server::Trouble::reset}},
    {"TheResponseIsCut", {.kind = server::Trouble::cut, .place = {server::Place::From::start, 9}}},
    {"TheServerStaysSilent", {.kind = server::Trouble::stall}}};

ATTEST_SWEEP_ON(CPost, HttpCPostResult, IsSendFailWhere, kFailing, "CP-05") {
  blame("CP-05");
  const auto page = serve();
  const auto trouble = disturb(row.fault);
  const auto posted = post_to(relay().url(*page), "hello");
  owe("CP-05", "a transfer that fails is SEND FAIL").send_fail(posted.answered);
}

ATTEST_CASE_ON(CPost, HttpCPostResult, TellsAnErrorStatusFromATransferFailure, "CP-17") {
  blame("CP-17");
  std::set<std::string> told;
  for (const int status : {400, 404, 500, 503, 404}) {
    const auto page = serve({.status = status, .content_type = "text/plain", .body = "no"});
    told.insert(came_to(post(*page, "hello").answered));
  }
  const auto all = fmt::format("{}", fmt::join(told, "; "));
  found("HTTPCPOST answered with 4xx and 5xx: " + all);
  owe("CP-17", "4xx and 5xx lead to the same result each time").that(told, SizeIs(1));
  owe("CP-17", "which is not that of a transfer failure")
      .met(!told.contains("SEND FAIL"), "anything but SEND FAIL", all);
}

ATTEST_CASE_ON(CPost, HttpCPostLatency, AndThroughputAreMeasured, "CP-18") {
  need_within(2048, profile().facts().post_limit, "facts.post_limit");
  std::vector<double> to_prompt, to_result, rates;
  Posted posted;
  for (const std::size_t size : {64U, 512U, 2048U}) {
    const auto page = serve();
    posted = post(*page, random().word(size));
    if (posted.answered.final != at::FinalCode::send_ok) break;
    const auto wire = session().link().line().wire_time(size);
    to_prompt.push_back(milliseconds(posted.asked.duration()));
    to_result.push_back(milliseconds(posted.answered.duration() - wire));
    rates.push_back(measure::bytes_per_second(size, posted.answered.duration()));
  }
  measure("HTTPCPOST from the last byte to SEND OK", "CP-18", "ms", to_result);
  measure("HTTPCPOST to the prompt", "CP-18", "ms", to_prompt);
  measure("HTTPCPOST of 64, 512 and 2048 bytes", "CP-18", "B/s", rates);
  owe("CP-18", "HTTPCPOST of three sizes works").given(posted.answered).that(rates.size(), Eq(3U));
}

const bool smoke = in_smoke({"HttpCPostResult.IsSendOkOnceTheServerHasTheBody"});

}  // namespace

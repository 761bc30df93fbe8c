// HC-10, HC-11, HC-12, HC-38, HC-42, HC-43, HC-44: the reply, and what it says of the server's answer.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

struct Text {
  std::string_view name;
  std::string body;
};
const std::vector<Text> kTexts{{"Ascii", std::string(321, 'a')}, {"Utf8", "Größe: 5 €, 尺寸"}};

ATTEST_SWEEP(HttpClientReply, StatesTheSizeInPlainDecimal, kTexts, "HC-10") {
  const auto page = serve({.content_type = "text/plain", .body = row.body});
  const auto exchange = command(http_get(*page, origin()).line());
  const auto payload = exchange.payload();
  owe("HC-10", "there is a line +HTTPCLIENT:<size>,<data>")
      .given(exchange)
      .only_if(exchange.ok(), came_to(exchange))
      .met(payload.has_value(), "+HTTPCLIENT:<size>,<data>", visible(exchange.received));
  if (!payload) return;
  owe("HC-10", "<size> is the byte count of <data>").that(payload->claimed, Eq(payload->data.size()));
  owe("HC-10", "in bytes, not in letters").that(payload->claimed, Eq(row.body.size()));
}

ATTEST_CASE(HttpClientReply, CarriesTheBodyThatTheServerSent, "HC-11") {
  const std::string body = "The body, as the server sent it: 0123456789.";
  const auto page = serve({.content_type = "text/plain", .body = body});
  const auto exchange = command(http_get(*page, origin()).line());
  owe("HC-11", "<data> equals the body")
      .given(exchange)
      .only_if(exchange.payload().has_value(), "no data were reported")
      .same_bytes(data_of(exchange), body);
}

ATTEST_CASE(HttpClientReply, EndsInOk, "HC-12") {
  const auto page = serve({.content_type = "text/plain", .body = "hello"});
  const auto exchange = command(http_get(*page, origin()).line());
  owe("HC-12", "after the data the final result is OK").ok(exchange);
}

ATTEST_CASE(HttpClientReply, ToAnEmptyBodyHasSizeZero, "HC-38") {
  const auto page = serve({.body = ""});
  const auto exchange = command(http_get(*page, origin()).line());
  owe("HC-38", "an empty body ends in OK").ok(exchange);
  const auto payload = exchange.payload();
  owe("HC-38", "and is reported with size 0")
      .given(exchange)
      .met(payload && payload->claimed == 0, "size 0",
           payload ? fmt::format("size {}", payload->claimed) : visible(exchange.received));
}

/// "OK with the body", "OK with other data", "ERROR": what a status leads to.
std::string behaviour(const at::Exchange& exchange, std::string_view body) {
  if (!exchange.ok()) return came_to(exchange);
  return data_of(exchange) == body ? "OK with the body" : "OK with other data";
}

ATTEST_CASE(HttpClientReply, ToAnErrorStatusIsTheSameForAll, "HC-42") {
  blame("HC-42");
  std::set<std::string> behaviours;
  std::string told;
  auto status_owed =
      owe("HC-42", "every 4xx and 5xx leads to the body with OK, or to ERROR, the same for all");
  for (const int status : {400, 401, 403, 404, 410, 500, 502, 503}) {
    const std::string body = fmt::format("status {}", status);
    const auto page = serve({.status = status, .content_type = "text/plain", .body = body});
    const auto exchange = command(http_get(*page, origin()).line());
    status_owed.given(exchange);
    behaviours.insert(behaviour(exchange, body));
    told += fmt::format("{}{}: {}", told.empty() ? "" : ", ", status, behaviour(exchange, body));
  }
  found("4xx and 5xx: " + told);
  status_owed.met(
      behaviours == std::set<std::string>{"OK with the body"} || behaviours == std::set<std::string>{"ERROR"},
      "one of the two, always the same", told);
}

struct Redirect {
  std::string_view name;
  int status;
};
const std::vector<Redirect> kRedirects{{"301", 301}, {"302", 302}, {"303", 303}, {"307", 307}, {"308", 308}};

ATTEST_SWEEP(HttpClientReply, ToARedirectIsTheSameEachTime, kRedirects, "HC-43") {
  blame("HC-43");
  const auto target = serve({.content_type = "text/plain", .body = "arrived"});
  const auto page = serve({.status = row.status,
                           .headers = {{"Location", target->url()}},
                           .content_type = "text/plain",
                           .body = "moved"});
  std::set<std::string> behaviours;
  auto owed = owe("HC-43", "a redirect is followed or reported, the same each time");
  for (int i = 0; i < 2; ++i) {
    const auto exchange = command(http_get(*page, origin()).line());
    owed.given(exchange);
    behaviours.insert(data_of(exchange) == "arrived" ? "followed" : behaviour(exchange, "moved"));
  }
  found(fmt::format("{}: {}", row.status, *behaviours.begin()));
  const bool known = behaviours.contains("followed") || behaviours.contains("OK with the body") ||
                     behaviours.contains("ERROR");
  owed.met(behaviours.size() == 1 && known, "one behaviour", fmt::format("{}", fmt::join(behaviours, "; ")));
}

ATTEST_CASE(HttpClientReply, ToARedirectLoopComesToAnEnd, "HC-43") {
  blame("HC-43");
  const std::string path = fmt::format("/loop-{}", random().word(16));
  server::Response loop{.status = 302, .content_type = "text/plain", .body = "round"};
  loop.headers.emplace_back("Location", fmt::format("http://{}{}", origin().authority(), path));
  const auto page = must(origin().add_at(std::move(loop), path));
  const auto exchange = command(http_get(*page, origin()).line());
  owe("HC-43", "a redirect to itself is not followed for ever")
      .given(exchange)
      .that(page->requests().size(), Le(30U));
}

ATTEST_CASE(HttpClientHead, CompletesWithoutWaitingForABody, "HC-44") {
  blame("HC-44");
  // The connection stays open behind a header that announces 1000 bytes: who waits for them waits for its own
  // time.
  const auto page = serve({.content_type = "text/plain",
                           .body = std::string(1000, 'b'),
                           .hold_open = profile().deadlines().network});
  const auto exchange = command(http_client("1", *page, origin()).line());
  owe("HC-44", "HEAD is answered OK").ok(exchange);
  const auto payload = exchange.payload();
  owe("HC-44", "with a size that agrees with the data (none, or the header block: E10)")
      .given(exchange)
      .met(!payload || payload->claimed == payload->data.size(), "size = bytes of data",
           payload ? fmt::format("size {}, {} bytes", payload->claimed, payload->data.size()) : "");
  if (payload)
    reads("E10", payload->claimed == 0 ? "HEAD reports no data" : "HEAD reports the header block as data");
  // Where there is no body to wait for, the same request shows how long this device takes.
  const auto empty = serve({.body = ""});
  const auto control = command(http_client("1", *empty, origin()).line());
  const auto limit = 2 * control.duration() + 300ms;
  owe("HC-44", "without waiting for a body")
      .given(exchange)
      .given(control)
      .met(exchange.duration() < limit,
           fmt::format("less than {} (twice what HEAD of an empty resource takes, and 300 ms)", human(limit)),
           human(exchange.duration()));
}

const bool smoke =
    in_smoke({"HttpClientReply.StatesTheSizeInPlainDecimal/Ascii",
              "HttpClientReply.CarriesTheBodyThatTheServerSent", "HttpClientReply.EndsInOk",
              "HttpClientReply.ToAnEmptyBodyHasSizeZero", "HttpClientHead.CompletesWithoutWaitingForABody"});

}  // namespace

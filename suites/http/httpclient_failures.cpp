// HC-32 … HC-35, HC-50: what a server does wrong is told, and nothing is left behind.
#include <fmt/format.h>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

/// A GET of the page through the relay.
HttpClient by_way_of(const server::Relay& relay, const server::Resource& page) {
  HttpClient request;
  request.url = relay.url(page);
  request.host = relay.authority();
  request.path = page.path();
  return request;
}

ATTEST_CASE(HttpClientFailure, OfARefusedConnectionIsError, "HC-32") {
  blame("HC-32");
  const auto page = serve();
  const auto refusing = disturb({.kind = server::Trouble::refuse});
  const auto exchange = command(by_way_of(relay(), *page).line());
  owe("HC-32", "a refused connection is ERROR within the deadline").error(exchange);
}

struct Reset {
  std::string_view name;
  server::Place place;
  server::Response::Framing framing = server::Response::Framing::content_length;
};
const std::vector<Reset> kResets{
    {"BeforeTheStatusLine", {server::Place::From::start, 0}},
    {"InTheStatusLine", {server::Place::From::start, 9}},
    {"InTheHeaders", {server::Place::From::start, 40}},
    {"BeforeTheBody", {server::Place::From::body, 0}},
    {"InTheBody", {server::Place::From::body, 700}},
    {"InABodyEndedByClose", {server::Place::From::body, 700}, server::Response::Framing::until_close}};

ATTEST_SWEEP(HttpClientFailure, OfAConnectionThatIsResetIsError, kResets, "HC-33") {
  blame("HC-33");
  const std::string body(1500, 'r');
  const auto page = serve({.content_type = "text/plain", .body = body, .framing = row.framing});
  const auto reset = disturb({.kind = server::Trouble::reset, .place = row.place});
  const auto exchange = command(by_way_of(relay(), *page).line());
  owe("HC-33", "a connection that the server resets ends in ERROR").error(exchange);
  const auto payload = exchange.payload();
  if (payload && !exchange.error())
    owe("HC-33", "no partial data is reported as complete").that(payload->data.size(), Eq(body.size()));
}

ATTEST_CASE(HttpClientFailure, OfASilentServerIsErrorInTime, "HC-34") {
  blame("HC-34");
  const auto page = serve({.never = true});
  owe("HC-34", "a server that accepts and stays silent ends in ERROR")
      .error(command(http_get(*page, origin()).line()));
}

ATTEST_CASE(HttpClientFailure, OfABodyCutShortIsError, "HC-35") {
  blame("HC-35");
  const std::string body(500, 'c');
  const auto page = serve({.content_type = "text/plain", .body = body, .claimed_length = 900});
  const auto exchange = command(http_get(*page, origin()).line());
  owe("HC-35", "a body shorter than its Content-Length ends in ERROR").error(exchange);
  if (const auto payload = exchange.payload())
    owe("HC-35", "<size> never claims bytes that did not arrive").that(payload->claimed, Le(body.size()));
}

struct Requests {
  std::string_view name;
  int status, count;
};
const std::vector<Requests> kRequests{{"OfSuccesses", 200, 200}, {"OfErrorStatuses", 404, 60}};

ATTEST_SWEEP(HttpClientConnections, AreNotLeftBehind, kRequests, "HC-50") {
  blame("HC-50");
  const auto page = serve({.status = row.status, .content_type = "text/plain", .body = "hello"});
  const auto line = http_get(*page, origin()).line();
  int done = 0;
  at::Exchange exchange;
  const auto answered = [&] { return exchange.ok() || (row.status != 200 && exchange.error()); };
  while (done < row.count && (exchange = command(line), answered())) ++done;
  // One connection may be kept for the next request (HTTP/1.1); the rest must be gone. The origin gives up on
  // a peer that does not close after a second, so a leak shows in those of the last second.
  const auto deadline = Deadline::in(clock(), 300ms);
  while (origin().open_connections() > 1 && !deadline.passed(clock())) (void)listen(20ms, 20ms);
  owe("HC-50", fmt::format("{} requests are answered", row.count)).given(exchange).that(done, Eq(row.count));
  owe("HC-50", "and leave at most one connection open").that(origin().open_connections(), Le(1U));
}

}  // namespace

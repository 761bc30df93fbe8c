// HC-32, HC-34, HC-35, HC-50: what a server does wrong is told, and nothing is left behind.
#include <fmt/format.h>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

ATTEST_CASE(HttpClientFailure, OfARefusedConnectionIsError, "HC-32") {
  blame("HC-32");
  const auto closed = must(server::RefusingPort::open(origin().advertised_host()));
  HttpClient request;
  request.url = fmt::format("http://{}:{}/x", origin().advertised_host(), closed.port());
  request.host = fmt::format("{}:{}", origin().advertised_host(), closed.port());
  request.path = "/x";
  (void)origin().strangers();
  const auto exchange = command(request.line());
  owe("HC-32", "a refused connection is ERROR within the deadline")
      .only_if(origin().strangers().empty(),
               "the device left the port out and came to the origin: it parses no ports in URLs")
      .error(exchange);
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

ATTEST_CASE(HttpClientConnections, AreNotLeftBehind, "HC-50") {
  blame("HC-50");
  const auto page = serve({.content_type = "text/plain", .body = "hello"});
  const auto line = http_get(*page, origin()).line();
  int done = 0;
  at::Exchange exchange;
  while (done < 200 && (exchange = command(line)).ok()) ++done;
  // One connection may be kept for the next request (HTTP/1.1); the rest must be gone. The origin gives up on
  // a peer that does not close after a second, so a leak shows in those of the last second.
  const auto deadline = Deadline::in(clock(), 300ms);
  while (origin().open_connections() > 1 && !deadline.passed(clock())) (void)listen(20ms, 20ms);
  owe("HC-50", "200 requests are answered").given(exchange).that(done, Eq(200));
  owe("HC-50", "and leave at most one connection open").that(origin().open_connections(), Le(1U));
}

}  // namespace

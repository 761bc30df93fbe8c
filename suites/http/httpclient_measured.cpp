// HC-51, HC-52: how long a small GET takes and where, and what the line makes of larger ones.
#include <fmt/format.h>

#include "harness/measure/rate.hpp"
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

ATTEST_CASE(HttpClientLatency, OfASmallGetIsSplit, "HC-51") {
  std::vector<double> whole, command_on_wire, to_server, at_server, after_server, reply_on_wire;
  const auto& wire = session().link().line();
  at::Exchange exchange;
  for (int i = 0; i < 20; ++i) {
    const auto page = serve({.content_type = "text/plain", .body = "hello"});
    exchange = command(http_get(*page, origin()).line());
    const auto seen = request_of(*page);
    if (!exchange.ok() || !seen.response_last) break;
    const auto out = wire.wire_time(exchange.sent.size()), in = wire.wire_time(exchange.received.size());
    whole.push_back(milliseconds(exchange.duration()));
    command_on_wire.push_back(milliseconds(out));
    to_server.push_back(milliseconds(seen.accepted - exchange.sent_at - out));
    at_server.push_back(milliseconds(*seen.response_last - seen.accepted));
    after_server.push_back(milliseconds(exchange.ended_at - *seen.response_last - in));
    reply_on_wire.push_back(milliseconds(in));
  }
  measure("small GET", "HC-51", "ms", whole);
  measure("small GET: command on the wire", "HC-51", "ms", command_on_wire);
  measure("small GET: device before connecting", "HC-51", "ms", to_server);
  measure("small GET: server", "HC-51", "ms", at_server);
  measure("small GET: device after the last byte", "HC-51", "ms", after_server);
  measure("small GET: reply on the wire", "HC-51", "ms", reply_on_wire);
  owe("HC-51", "a small GET works 20 times").given(exchange).that(whole.size(), Eq(20U));
}

ATTEST_CASE(HttpClientThroughput, OfGetIsMeasured, "HC-52") {
  std::vector<double> rates, shares;
  at::Exchange exchange;
  for (const std::size_t size : {64U, 1024U, 8192U}) {
    const auto page = serve({.content_type = "text/plain", .body = std::string(size, 'd')});
    exchange = command(http_get(*page, origin()).line());
    if (!exchange.ok() || data_of(exchange).size() != size) break;
    const auto on_the_line = session().link().line().wire_time(size);
    rates.push_back(measure::bytes_per_second(size, exchange.duration()));
    shares.push_back(100 * milliseconds(on_the_line) / milliseconds(exchange.duration()));
  }
  measure("GET of 64, 1024 and 8192 bytes", "HC-52", "B/s", rates);
  measure("GET of 64, 1024 and 8192 bytes: share of the line rate", "HC-52", "%", shares);
  owe("HC-52", "GETs of three sizes are delivered").given(exchange).that(rates.size(), Eq(3U));
}

}  // namespace

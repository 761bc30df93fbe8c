// GS-01, GS-02, GS-04 … GS-10: AT+HTTPGETSIZE.
#include <fmt/format.h>

#include <algorithm>

#include "harness/base/bytes.hpp"
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

std::string reported(const at::Exchange& exchange) {
  const auto number = exchange.number_of("HTTPGETSIZE");
  return number ? fmt::format("{}", *number) : fmt::format("no size; {}", came_to(exchange));
}

struct Size {
  std::string_view name;
  std::size_t size;
};
const std::vector<Size> kSizes{{"1", 1}, {"7", 7}, {"1234", 1234}, {"65536", 65536}};

ATTEST_SWEEP(HttpGetSize, ReportsTheSizeInPlainDecimal, kSizes, "GS-01") {
  const auto page = serve({.content_type = "image/gif", .body = std::string(row.size, 'g')}, "/logo.gif");
  const auto exchange = command(http_get_size(page->url()));
  owe("GS-01", "<size> is the resource's size in bytes")
      .given(exchange)
      .met(exchange.number_of("HTTPGETSIZE") == row.size, fmt::format("{}", row.size), reported(exchange));
}

ATTEST_CASE(HttpGetSize, EndsInOk, "GS-02") {
  const auto page = serve({.body = "hello"});
  owe("GS-02", "after the size the final result is OK").ok(command(http_get_size(page->url())));
}

ATTEST_CASE(HttpGetSize, OfAnEmptyResourceIsZero, "GS-04") {
  blame("GS-04");
  const auto page = serve({.body = ""});
  const auto exchange = command(http_get_size(page->url()));
  owe("GS-04", "0 bytes are reported as 0")
      .given(exchange)
      .met(exchange.number_of("HTTPGETSIZE") == 0U, "0", reported(exchange));
}

struct Large {
  std::string_view name;
  std::uint64_t size;
};
const std::vector<Large> kLarge{{"1MiB", 1ULL << 20},
                                {"16MiB", 16ULL << 20},
                                {"2147483648", 2147483648ULL},
                                {"4294967295", 4294967295ULL}};

ATTEST_SWEEP(HttpGetSize, OfALargeResourceIsExact, kLarge, "GS-05") {
  blame("GS-05");
  const auto page = serve({.generated_length = row.size});
  const bool small = row.size < (16ULL << 20);
  // Of a small one buffers on the way would take much, so that it is let through slowly.
  const auto before = relay().connections().size();
  const auto slow = small ? disturb({.kind = server::Trouble::limit, .rate = 1e6})
                          : std::unique_ptr<server::Relay::Applied>();
  const auto exchange = command(http_get_size(small ? relay().url(*page) : page->url()));
  owe("GS-05", "a large size is reported exactly")
      .given(exchange)
      .met(exchange.number_of("HTTPGETSIZE") == row.size, fmt::format("{}", row.size), reported(exchange));
  std::uint64_t taken = 0;
  for (const auto& one : page->requests())
    if (!small) taken += one.body_bytes_sent;
  for (const auto& one : relay().connections())
    if (small && one.connection > before) taken += one.to_client;
  owe("GS-05", "without the body being downloaded").that(taken, Lt(row.size / 2));
}

ATTEST_CASE(HttpGetSize, NeverShowsTheBody, "GS-06") {
  blame("GS-06");
  const std::string mark = "BODY-" + random().word(12);
  const auto page = serve({.content_type = "text/plain", .body = mark});
  auto exchange = command(http_get_size(page->url()));
  const auto after = listen(100ms, 1s);
  owe("GS-06", "the body never appears on the UART")
      .given(exchange)
      .met((exchange.received + after.received).find(mark) == std::string::npos, "no byte of the body",
           visible(exchange.received + after.received));
}

ATTEST_CASE(HttpGetSizeFailure, OfAMissingResourceIsError, "GS-07") {
  blame("GS-07");
  const auto page = serve({.status = 404, .content_type = "text/plain", .body = "not here"});
  owe("GS-07", "a missing resource (404) is ERROR").error(command(http_get_size(page->url())));
}

ATTEST_CASE(HttpGetSizeFailure, OfARefusedConnectionIsError, "GS-07") {
  blame("GS-07");
  const auto closed = refusing_port();
  const auto exchange =
      command(http_get_size(fmt::format("http://{}:{}/x", origin().advertised_host(), closed.port)));
  owe("GS-07", "an unreachable host is ERROR").error(exchange);
}

struct Line {
  std::string_view name, text;
};
const std::vector<Line> kWrong{{"NoParameter", "AT+HTTPGETSIZE="},
                               {"NoEqualsSign", "AT+HTTPGETSIZE"},
                               {"NoHost", "AT+HTTPGETSIZE=http://"},
                               {"Ftp", "AT+HTTPGETSIZE=ftp://127.0.0.1/x"}};

ATTEST_SWEEP(HttpGetSizeFailure, OfAWrongLineIsError, kWrong, "GS-07") {
  blame("GS-07");
  owe("GS-07", fmt::format("{} is ERROR", row.text)).error(command(row.text));
}

ATTEST_CASE(HttpGetSizeFailure, OfAnExtraParameterIsError, "GS-07") {
  blame("GS-07");
  const auto page = serve({.body = "hello"});
  owe("GS-07", "an extra parameter is ERROR").error(command(http_get_size(page->url()) + ",1"));
}

ATTEST_CASE(HttpGetSize, OfAChunkedResourceIsReported, "GS-08") {
  blame("GS-08");
  const auto page =
      serve({.content_type = "text/plain", .body = "hello", .framing = server::Response::Framing::chunked});
  const auto exchange = command(http_get_size(page->url()));
  found("a resource without Content-Length: " + reported(exchange));
  owe("GS-08", "a resource with no Content-Length").given(exchange).characterised(reported(exchange));
}

ATTEST_CASE(HttpGetSizeLatency, IsMeasured, "GS-10") {
  const auto page = serve({.body = "hello"});
  std::vector<double> samples;
  at::Exchange exchange;
  for (int i = 0; i < 20 && (exchange = command(http_get_size(page->url()))).ok(); ++i)
    samples.push_back(static_cast<double>(exchange.duration().count()) / 1e6);
  measure("HTTPGETSIZE", "GS-10", "ms", samples);
  owe("GS-10", "HTTPGETSIZE works 20 times").given(exchange).that(samples.size(), Eq(20U));
}

/// Supported or refused, both are right; plain HTTP in its place is not.
ATTEST_CASE(HttpGetSizeHttps, IsSupportedOrRefused, "GS-09") {
  blame("GS-09");
  const auto page = serve_securely(server::Leaf::good, {.body = "hello"});
  const auto before = secure_origin().handshakes().size();
  const auto reply = command(http_get_size(page->url()));
  const auto handshakes = secure_origin().handshakes();
  // One that cannot use its certificates may leave without a word.
  const bool in_the_clear =
      std::any_of(handshakes.begin() + static_cast<std::ptrdiff_t>(before), handshakes.end(),
                  [](const auto& one) { return !one.hello && one.received > 0; });
  owe("GS-09", "what goes to an https server is TLS").met(!in_the_clear, "a TLS hello", "something else");
  const bool sized = reply.ok() && reply.number_of("HTTPGETSIZE") == 5U;
  owe("GS-09", "an https URL has its size, or is ERROR")
      .given(reply)
      .met(sized || reply.error(), "the size 5 and OK, or ERROR", reported(reply));
  found(sized ? "HTTPGETSIZE supports https" : "HTTPGETSIZE refuses https, or does not trust the server");
}

const bool smoke =
    in_smoke({"HttpGetSize.ReportsTheSizeInPlainDecimal/1234", "HttpGetSize.EndsInOk",
              "HttpGetSize.OfAnEmptyResourceIsZero", "HttpGetSize.OfALargeResourceIsExact/4294967295",
              "HttpGetSize.NeverShowsTheBody", "HttpGetSizeFailure.OfAMissingResourceIsError"});

}  // namespace

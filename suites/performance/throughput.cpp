// HC-52, CP-18: what the line makes of bodies from a line's length to a megabyte. Every byte is compared: a
// rate of bytes that are not those is none.
#include <fmt/format.h>

#include "harness/measure/rate.hpp"
#include "suites/support/case.hpp"
#include "suites/support/cpost.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

struct Size {
  std::string_view name;
  std::size_t bytes;
};

/// A sample of small ones costs little and says little; a large one is an average by itself.
int samples_of(std::size_t bytes) {
  return bytes <= 4096 ? 5 : bytes <= 65536 ? 2 : 1;
}

/// In bytes per second, and as a share of what the line could carry in that time.
struct Rates {
  std::vector<double> rates, shares;
  void add(std::size_t bytes, Nanos took, const transport::LineSettings& line) {
    rates.push_back(measure::bytes_per_second(bytes, took));
    if (line.baud > 0) shares.push_back(milliseconds(line.wire_time(bytes)) / milliseconds(took));
  }
};

const std::vector<Size> kBodies{{"64", 64},       {"256", 256},     {"1024", 1024},     {"4096", 4096},
                                {"16384", 16384}, {"65536", 65536}, {"262144", 262144}, {"1048576", 1048576}};

ATTEST_SWEEP(Throughput, OfGetBySize, kBodies, "HC-52") {
  need_within(row.bytes, profile().facts().body_limit, "facts.body_limit");
  blame("HC-52");
  Rates rates;
  for (int i = 0; i < samples_of(row.bytes); ++i) {
    const auto body = random().word(row.bytes);
    const auto page = serve({.content_type = "text/plain", .body = body});
    const auto exchange = command(http_get(*page, origin()).line());
    const bool whole = exchange.ok() && data_of(exchange) == body;
    owe("HC-52", fmt::format("the rate of a GET of {} bytes is measured", row.bytes))
        .only_if(whole, fmt::format("the body does not come as it is (HC-39, HC-41): {}", came_to(exchange)))
        .met(whole, "the body", "other bytes");
    if (!whole) return;
    rates.add(row.bytes, exchange.duration(), session().link().line());
  }
  measure(fmt::format("GET of {} bytes", row.bytes), "HC-52", "B/s", rates.rates);
  if (!rates.shares.empty())
    measure(fmt::format("GET of {} bytes: of the line rate", row.bytes), "HC-52", "1", rates.shares);
}

const std::vector<Size> kLengths{{"16", 16}, {"64", 64}, {"256", 256}, {"1024", 1024}, {"2048", 2048}};

ATTEST_SWEEP_ON(CPost, Throughput, OfHttpCPostByLength, kLengths, "CP-18") {
  need_within(row.bytes, profile().facts().post_limit, "facts.post_limit");
  blame("CP-18");
  Rates rates;
  for (int i = 0; i < samples_of(row.bytes); ++i) {
    const auto body = random().word(row.bytes);
    const auto page = serve();
    const auto posted = post(*page, body);
    const bool whole = posted.answered.final == at::FinalCode::send_ok && request_of(*page).body == body;
    owe("CP-18", fmt::format("the rate of an HTTPCPOST of {} bytes is measured", row.bytes))
        .only_if(whole,
                 fmt::format("the data do not come as they are (CP-03, CP-06): {}", came_to(posted.answered)))
        .met(whole, "the data", "other bytes");
    if (!whole) return;
    rates.add(row.bytes, posted.answered.duration(), session().link().line());
  }
  measure(fmt::format("HTTPCPOST of {} bytes", row.bytes), "CP-18", "B/s", rates.rates);
  if (!rates.shares.empty())
    measure(fmt::format("HTTPCPOST of {} bytes: of the line rate", row.bytes), "CP-18", "1", rates.shares);
}

}  // namespace

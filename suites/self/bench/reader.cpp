// What the AT reader takes in, beside a bare copy of the same bytes in the same run: `ratio` is copy time
// over reader time, so that a slow machine moves both.
#include <benchmark/benchmark.h>

#include <string>

#include "harness/at/reader.hpp"
#include "harness/at/session.hpp"

namespace {
using namespace attest;

/// One reply, fed in pieces of that size, as reads from a port bring them.
void read_reply(benchmark::State& state, std::string_view command, const std::string& reply,
                std::size_t piece) {
  const at::Dialect dialect;
  at::Reader reader(dialect);
  at::Reading reading;
  reading.expectation = at::expectation_for(command, dialect);
  for (auto _ : state) {
    reader.begin(reading);
    for (std::size_t from = 0; from < reply.size(); from += piece)
      reader.feed(std::string_view(reply).substr(from, piece), Instant(1));
    reader.finish();
    const auto exchange = reader.take();
    if (!exchange.ok()) state.SkipWithError("the reply was not understood");
    benchmark::DoNotOptimize(exchange.items.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(reply.size()));
}

std::string body_reply() {
  const std::string body(1 << 20, 'b');
  return "+HTTPCLIENT:" + std::to_string(body.size()) + "," + body + "\r\nOK\r\n";
}

std::string lines_reply() {
  std::string reply;
  for (int i = 0; i < 10000; ++i) reply += "AT version: 1.0.0 line " + std::to_string(i) + "\r\n";
  return reply + "OK\r\n";
}

void Body1MiB(benchmark::State& state) {
  read_reply(state, "AT+HTTPCLIENT=2,0,http://h/,h,/,1", body_reply(), 65536);
}
void ShortLines(benchmark::State& state) {
  read_reply(state, "AT+GMR", lines_reply(), 65536);
}

/// What no reader can be faster than: the append into the exchange.
void BareCopy(benchmark::State& state) {
  const std::string reply = body_reply();
  for (auto _ : state) {
    std::string received;
    for (std::size_t from = 0; from < reply.size(); from += 65536) received.append(reply, from, 65536);
    benchmark::DoNotOptimize(received.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(reply.size()));
}

BENCHMARK(Body1MiB);
BENCHMARK(ShortLines);
BENCHMARK(BareCopy);

}  // namespace

BENCHMARK_MAIN();

// What the record's hash chain adds to an event, beside the serialisation that is done anyway.
#include <benchmark/benchmark.h>

#include <string>

#include "harness/base/file.hpp"
#include "harness/record/chain.hpp"
#include "harness/record/writer.hpp"

namespace attest::record {
namespace {

/// As a case writes the most of: some eighty bytes of a reply.
Event event() {
  return {Instant(123'456'789'012),
          "rx",
          {{"device", "dut0"},
           {"case", "HttpClientGet.DeliversTheBody"},
           {"begin", 12345},
           {"bytes", "+HTTPCLIENT:64,0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"}}};
}

void serialise(benchmark::State& state) {
  const auto one = event();
  for (auto _ : state) benchmark::DoNotOptimize(to_line(one));
}
BENCHMARK(serialise);

void serialise_and_chain(benchmark::State& state) {
  const auto one = event();
  Chain chain;
  for (auto _ : state) {
    auto line = to_line(one);
    chain.link(line);
    benchmark::DoNotOptimize(line);
  }
}
BENCHMARK(serialise_and_chain);

void write(benchmark::State& state) {
  const TempDir folder;
  const auto writer = must(FileWriter::create(folder.path() / "r", FileWriter::Durability::written));
  const auto one = event();
  for (auto _ : state) writer->append(one);
}
BENCHMARK(write);

void verify(benchmark::State& state) {
  const TempDir folder;
  const auto path = folder.path() / "r";
  auto writer = must(FileWriter::create(path, FileWriter::Durability::written));
  const auto one = event();
  for (int i = 0; i < 100'000; ++i) writer->append(one);
  writer.reset();
  for (auto _ : state) benchmark::DoNotOptimize(must(verify_chain(path)));
  state.SetItemsProcessed(state.iterations() * 100'000);
}
BENCHMARK(verify);

}  // namespace
}  // namespace attest::record

BENCHMARK_MAIN();

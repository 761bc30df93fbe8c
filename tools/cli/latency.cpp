// attest latency: where the time of each command went, from a record.
#include <fmt/format.h>

#include "harness/measure/latency.hpp"
#include "harness/record/reader.hpp"
#include "tools/cli/commands.hpp"

namespace attest::cli {
namespace {

using measure::CommandLatency;
using measure::Quantile;

double in_ms(double nanoseconds) {
  return nanoseconds / 1e6;
}

nlohmann::json to_json(const Quantile& quantile) {
  nlohmann::json json{{"value", quantile.value}};
  if (quantile.interval) json.update({{"low", quantile.interval->low}, {"high", quantile.interval->high}});
  return json;
}

/// Null where no exchange has the part.
nlohmann::json to_json(const std::vector<double>& samples) {
  const auto q = measure::quantiles(samples);
  if (!q) return nullptr;
  return {{"samples", samples}, {"p50", to_json(q->p50)}, {"p95", to_json(q->p95)}, {"p99", to_json(q->p99)}};
}

nlohmann::json to_json(const CommandLatency& one) {
  nlohmann::json parts = nlohmann::json::object();
  for (const auto& [name, part] : measure::parts()) parts[std::string(name)] = to_json(one.part(part));
  return {{"command", one.command},
          {"ending", one.ending},
          {"total", to_json(one.total())},
          {"parts", std::move(parts)}};
}

std::string with_interval(const Quantile& quantile) {
  if (!quantile.interval) return fmt::format("{:.2f}", in_ms(quantile.value));
  return fmt::format("{:.2f} ({:.2f}-{:.2f})", in_ms(quantile.value), in_ms(quantile.interval->low),
                     in_ms(quantile.interval->high));
}

/// "before 0.47, server 0.17": the medians of the parts that are there.
std::string medians_of(const CommandLatency& one) {
  std::string text;
  for (const auto& [name, part] : measure::parts())
    if (const auto q = measure::quantiles(one.part(part)))
      text += fmt::format("{}{} {:.2f}", text.empty() ? "" : ", ", name, in_ms(q->p50.value));
  return text;
}

void print(const std::vector<CommandLatency>& all) {
  fmt::print("milliseconds; in brackets the 95 % interval, where so many samples give one\n\n");
  fmt::print("{:<16} {:<10} {:>6}  {:<22} {:<24} {:<24}\n", "command", "ending", "count", "p50", "p95",
             "p99");
  for (const auto& one : all) {
    const auto q = measure::quantiles(one.total());
    if (!q) continue;
    fmt::print("{:<16} {:<10} {:>6}  {:<22} {:<24} {:<24}\n", one.command, one.ending, q->count,
               with_interval(q->p50), with_interval(q->p95), with_interval(q->p99));
    fmt::print("{:<16} {}\n", "", medians_of(one));
  }
}

}  // namespace

int latency(const std::filesystem::path& record, bool json) {
  const auto file = std::filesystem::is_directory(record) ? record / "record.jsonl" : record;
  const auto recorded = must(record::read_all(file));
  const auto all = measure::latencies(recorded.events);
  if (!json) {
    print(all);
    return kPassed;
  }
  auto commands = nlohmann::json::array();
  for (const auto& one : all) commands.push_back(to_json(one));
  print_json({{"schema", "attest-latency-1"}, {"unit", "ns"}, {"commands", std::move(commands)}});
  return kPassed;
}

}  // namespace attest::cli

#include "harness/measure/latency.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "harness/measure/budget.hpp"
#include "harness/measure/device_latency.hpp"
#include "harness/measure/fields.hpp"

namespace attest::measure {
namespace {

Quantile quantile(std::span<const double> samples, std::string_view name, double q, double confidence) {
  return {statistic({samples.begin(), samples.end()}, name).value_or(0),
          quantile_interval(samples, q, confidence)};
}

}  // namespace

std::vector<double> CommandLatency::part(Split::Part Split::*which) const {
  std::vector<double> all;
  for (const auto& one : samples)
    if (const auto& span = one.split.*which) all.push_back(static_cast<double>(span->count()));
  return all;
}

std::vector<double> CommandLatency::total() const {
  std::vector<double> all;
  for (const auto& one : samples) all.push_back(static_cast<double>(one.split.total.count()));
  return all;
}

struct Latencies::State {
  Words words;
  std::map<std::string, DeviceLatency> devices;
  Found found;
};

Latencies::Latencies(std::size_t most) : state_(std::make_unique<State>()) {
  state_->found.most = most;
}
Latencies::~Latencies() = default;
Latencies::Latencies(Latencies&&) noexcept = default;
Latencies& Latencies::operator=(Latencies&&) noexcept = default;

bool Latencies::heeds(std::string_view type) {
  static constexpr std::string_view kTypes[] = {"run.begin", "tx",  "rx",     "exchange", "server",
                                                "relay",     "dns", "device", "recover"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

void Latencies::take(const record::Event& event) {
  if (!heeds(event.type)) return;
  if (event.type == "run.begin") return state_->words.take(event);
  state_->devices[text(event.fields, "device")].take(event, state_->words, state_->found);
}

std::vector<CommandLatency> Latencies::result() const {
  auto end = *state_;
  for (auto& [device, one] : end.devices)
    one.settle(Instant(std::numeric_limits<std::int64_t>::max()), end.words, end.found);
  std::vector<CommandLatency> all;
  for (const auto& [key, kept] : end.found.by_command_and_ending)
    all.push_back({key.first, key.second, kept.samples(), kept.count()});
  return all;
}

std::vector<CommandLatency> latencies(std::span<const record::Event> events) {
  Latencies all;
  for (const auto& event : events) all.take(event);
  return all.result();
}

std::optional<Quantiles> quantiles(std::span<const double> samples, double confidence) {
  if (samples.empty()) return {};
  return Quantiles{samples.size(), quantile(samples, "p50", 0.50, confidence),
                   quantile(samples, "p95", 0.95, confidence), quantile(samples, "p99", 0.99, confidence)};
}

}  // namespace attest::measure

#include "reports/html/performance_data.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace attest::reports {
namespace {

using Json = nlohmann::json;

Json quantile_json(const measure::Quantile& one) {
  return {{"value", one.value},
          {"low", one.interval ? Json(one.interval->low) : Json()},
          {"high", one.interval ? Json(one.interval->high) : Json()}};
}

/// Nothing of no samples.
Json quantiles_json(const std::vector<double>& samples) {
  const auto found = measure::quantiles(samples);
  if (!found) return nullptr;
  return {{"p50", quantile_json(found->p50)},
          {"p95", quantile_json(found->p95)},
          {"p99", quantile_json(found->p99)}};
}

Json command_json(const measure::CommandLatency& one) {
  auto parts = Json::array();
  for (const auto& [name, part] : measure::parts()) {
    const auto samples = one.part(part);
    auto json = quantiles_json(samples);
    if (json.is_null()) continue;
    json.update({{"name", name}, {"count", samples.size()}});
    parts.push_back(std::move(json));
  }
  const auto total = one.total();
  auto json = quantiles_json(total);
  json.update({{"command", one.command},
               {"ending", one.ending},
               {"count", one.count},
               {"samples", total},
               {"parts", std::move(parts)}});
  return json;
}

/// A number that stands before `unit` at the begin of the text, which is left behind them.
std::optional<std::uint64_t> number_of(std::string_view& text, std::string_view unit) {
  std::uint64_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc()) return {};
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (!rest.starts_with(unit)) return {};
  text = rest.substr(unit.size());
  return number;
}

struct Named {
  std::string_view what;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> baud;
};

std::optional<Named> named(std::string_view name) {
  static constexpr std::string_view kOf = " of ", kAt = " at ";
  const auto of = name.find(kOf);
  if (of == std::string_view::npos) return {};
  Named out{name.substr(0, of), 0, {}};
  auto rest = name.substr(of + kOf.size());
  const auto bytes = number_of(rest, " bytes");
  if (!bytes) return {};
  out.bytes = *bytes;
  if (rest.empty()) return out;
  if (!rest.starts_with(kAt)) return {};
  rest.remove_prefix(kAt.size());
  out.baud = number_of(rest, " baud");
  return out.baud && rest.empty() ? std::optional(out) : std::nullopt;
}

/// Bytes per second that the line of a run carries; nothing where it has no rate.
std::optional<double> own_rate(const spec::RunInfo& run, std::string_view device) {
  for (const auto& one : run.devices) {
    if (one.name != device) continue;
    const bool unpaced = one.is_virtual && run.options.is_object() && run.options.value("baud", Json()) == 0;
    const auto line = measure::line_of(one.link);
    if (!unpaced && line.baud > 0) return static_cast<double>(line.baud) / line.bits_per_byte;
  }
  return {};
}

}  // namespace

nlohmann::json latency_json(const std::vector<measure::CommandLatency>& all) {
  auto out = Json::array();
  for (const auto& one : all)
    if (!one.samples.empty()) out.push_back(command_json(one));
  return out;
}

nlohmann::json throughput_json(const spec::Judgement& judgement) {
  auto out = Json::array();
  for (const auto& one : judgement.measurements) {
    const auto name = named(one.name);
    if (one.unit != "B/s" || !name) continue;
    const auto rate = name->baud ? std::optional(static_cast<double>(*name->baud) / 10)
                                 : own_rate(judgement.run, one.device);
    out.push_back({{"what", name->what},
                   {"bytes", name->bytes},
                   {"baud", name->baud ? Json(*name->baud) : Json()},
                   {"line_rate", rate ? Json(*rate) : Json()},
                   {"values", one.values},
                   {"case", one.case_id}});
  }
  return out;
}

}  // namespace attest::reports

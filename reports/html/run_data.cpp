#include "reports/html/run_data.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "harness/spec/catalogue.hpp"
#include "harness/spec/errata.hpp"
#include "reports/html/performance_data.hpp"
#include "reports/json/result.hpp"
#include "reports/json/utf8.hpp"

namespace attest::reports {

namespace embedded_html {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

using Json = nlohmann::json;

Json catalogue_json() {
  auto out = Json::object();
  for (const auto& one : spec::Catalogue::embedded().all())
    out[one.id] = {{"source", one.source}, {"evidence", one.evidence}};
  return out;
}

Json errata_json() {
  auto out = Json::object();
  for (const auto& one : spec::errata())
    out[one.id] = {{"where", one.where}, {"says", one.says}, {"reading", one.reading}};
  return out;
}

bool takes_a_value(std::string_view option) {
  static constexpr std::array<std::string_view, 8> kDropped{"-s",    "--select", "--exclude", "-o",
                                                            "--out", "--seed",   "--repeat",  "--live-port"};
  return std::find(kDropped.begin(), kDropped.end(), option) != kDropped.end();
}

bool is_dropped(std::string_view option) {
  static constexpr std::array<std::string_view, 6> kDropped{"--quick", "-q",     "--quiet",
                                                            "--json",  "--live", "--no-shuffle"};
  return std::find(kDropped.begin(), kDropped.end(), option) != kDropped.end();
}

/// The run's own words without what selects, repeats and shows, and with its seed.
Json again(const spec::RunInfo& run) {
  auto out = Json::array();
  const auto words =
      run.command.is_array() ? run.command.get<std::vector<Json>>() : std::vector<Json>{"attest", "run"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = words[i].is_string() ? words[i].get<std::string>() : words[i].dump();
    const auto name = word.substr(0, word.find('='));
    const bool joined = word.size() > 2 && (word.starts_with("-s") || word.starts_with("-o"));  // "-oDIR"
    if (i > 0 && takes_a_value(name)) {
      if (name == word) ++i;
    } else if (i == 0 || !(joined || is_dropped(word))) {
      out.push_back(word);
    }
  }
  out.push_back("--seed");
  out.push_back(std::to_string(run.seed));
  return out;
}

Json timelines_json(const TimelineIndex& index, const RunDataOptions& options) {
  auto attempts = Json::array();
  std::size_t kept = 0;
  for (const auto& one : index.attempts()) {
    const bool is_kept = options.kept.empty() || options.kept[one.key];
    kept += is_kept ? 1 : 0;
    attempts.push_back({{"key", one.key},
                        {"case", one.case_id},
                        {"attempt", one.number},
                        {"device", one.device},
                        {"begin_ns", one.begin.ns()},
                        {"end_ns", one.end.ns()},
                        {"bytes", one.bytes},
                        {"kept", is_kept},
                        {"cut", !options.cut.empty() && options.cut[one.key]}});
  }
  const auto all = attempts.size();
  return {{"kept", kept}, {"left_out", all - kept}, {"attempts", std::move(attempts)}};
}

Json floor_json(const Json& floor) {
  if (!floor.is_object()) return nullptr;
  const auto list = [&](const char* name) {
    const auto found = floor.find(name);
    return found != floor.end() && found->is_array() ? *found : Json::array();
  };
  const auto u = floor.find("u");
  return {{"unit", floor.value("unit", Json("ns"))},
          {"values", list("values")},
          {"lateness", list("lateness")},
          {"u", u != floor.end() && u->is_number() ? *u : Json()}};
}

/// Leaves out attempts that the page does not show, and says how many.
std::map<std::string, std::size_t> shorten(spec::Judgement& judgement) {
  std::map<std::string, std::size_t> left_out;
  for (auto& one : judgement.cases) {
    if (one.attempts.size() <= kAttemptsShown) continue;
    left_out[one.id] = one.attempts.size() - kAttemptsShown;
    std::vector<std::size_t> order(one.attempts.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const auto va = one.attempts[a].verdict, vb = one.attempts[b].verdict;
      return va != vb ? vb < va : b < a;
    });
    order.resize(kAttemptsShown);
    std::sort(order.begin(), order.end());
    std::vector<spec::Attempt> shown;
    for (const auto i : order) shown.push_back(std::move(one.attempts[i]));
    one.attempts = std::move(shown);
  }
  return left_out;
}

using Verdicts = std::map<std::string, record::Verdict>;

Verdicts verdicts(const spec::Judgement& judgement) {
  Verdicts out;
  for (const auto& one : judgement.cases) out[one.id] = one.verdict;
  return out;
}

Json changed(const Verdicts& before, const Verdicts& now) {
  const auto word = [](const Verdicts& all, const std::string& id) {
    const auto found = all.find(id);
    return found == all.end() ? Json() : Json(record::name_of(found->second));
  };
  std::set<std::string> ids;
  for (const auto& [id, verdict] : before) ids.insert(id);
  for (const auto& [id, verdict] : now) ids.insert(id);
  auto out = Json::array();
  for (const auto& id : ids)
    if (const auto was = word(before, id), is = word(now, id); was != is)
      out.push_back({{"case", id}, {"was", was}, {"now", is}});
  return out;
}

}  // namespace

nlohmann::json run_data(const RunReading& reading, const spec::Judgement& judgement,
                        const RunDataOptions& options) {
  auto shown = judgement;
  const auto left_out = shorten(shown);
  Json out{{"schema", kPageSchema},
           {"form", options.live ? "live" : "run"},
           {"made", options.made},
           {"attempts_left_out", left_out},
           {"catalogue", catalogue_json()},
           {"errata", errata_json()},
           {"again", again(judgement.run)},
           {"latency", latency_json(reading.latencies().result())},
           {"floor", floor_json(reading.floor())},
           {"throughput", throughput_json(judgement)},
           {"comparison", options.comparison},
           {"timelines", timelines_json(reading.timelines(), options)}};
  out = in_utf8(out);
  out["result"] = result_json(shown);
  return out;
}

nlohmann::json comparison_json(const nlohmann::json& decision, const spec::Judgement& baseline,
                               const spec::Judgement& candidate, std::string_view baseline_name,
                               std::string_view policy_name) {
  return {{"baseline", baseline_name},
          {"policy", policy_name},
          {"outcome", decision.at("outcome")},
          {"reasons", decision.at("reasons")},
          {"changed", changed(verdicts(baseline), verdicts(candidate))},
          {"compared", decision.at("compared")}};
}

std::string_view page_schema() {
  return embedded_html::file("page.schema.json");
}

}  // namespace attest::reports

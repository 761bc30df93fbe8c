#include "reports/json/result.hpp"

#include <string>

#include "harness/base/file.hpp"
#include "reports/json/utf8.hpp"

namespace attest::reports {

namespace embedded_json {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

using Json = nlohmann::json;
using record::name_of;
using spec::Verdict;

template <class Items, class Make>
Json list_of(const Items& items, Make make) {
  auto out = Json::array();
  for (const auto& item : items) out.push_back(make(item));
  return out;
}

Json device_json(const spec::DeviceInfo& device) {
  return {{"name", device.name},
          {"link", device.link},
          {"virtual", device.is_virtual},
          {"firmware", device.firmware}};
}

Json run_json(const spec::Judgement& judgement) {
  const auto& run = judgement.run;
  return {{"attest", run.attest},
          {"seed", run.seed},
          {"wall", run.wall},
          {"command", run.command},
          {"options", run.options},
          {"devices", list_of(run.devices, device_json)},
          {"profile", run.profile},
          {"bench", run.bench},
          {"ended", run.ended},
          {"duration_ns", (run.last - run.begun).count()},
          {"exit", judgement.exit_code},
          {"decision", judgement.decision}};
}

Json attempt_json(const spec::Attempt& attempt) {
  return {{"number", attempt.number},
          {"device", attempt.device},
          {"verdict", name_of(attempt.verdict)},
          {"reason", attempt.reason},
          {"duration_ns", (attempt.ended - attempt.begun).count()},
          {"deviations", attempt.deviations},
          {"unexplained", attempt.unexplained},
          {"steps", attempt.steps},
          {"lost_bytes", attempt.lost_bytes},
          {"interrupted", attempt.interrupted}};
}

Json checks_json(const spec::CaseResult& one) {
  auto out = Json::array();
  for (const auto& attempt : one.attempts)
    for (const auto& check : attempt.checks)
      out.push_back({{"attempt", attempt.number},
                     {"requirement", check.requirement},
                     {"verdict", name_of(check.verdict)},
                     {"what", check.what},
                     {"owed", check.owed},
                     {"got", check.got},
                     {"exchange", check.exchange}});
  return out;
}

Json case_fields(const spec::CaseResult& one) {
  return {{"id", one.id},
          {"command", one.command},
          {"verdict", name_of(one.verdict)},
          {"requirements", one.requirements},
          {"deviations", one.deviations},
          {"reason", one.reason},
          {"blocked", one.blocked},
          {"applicable", one.applicable},
          {"duration_ns", one.duration.count()},
          {"attempts", list_of(one.attempts, attempt_json)},
          {"checks", checks_json(one)}};
}

Json requirement_json(const spec::RequirementResult& one) {
  return {{"id", one.id},
          {"level", one.level},
          {"command", one.command},
          {"statement", one.statement},
          {"verdict", name_of(one.verdict)},
          {"applicable", one.applicable},
          {"cases", one.cases},
          {"deviations", one.deviations}};
}

Json deviation_json(const spec::DeviationResult& one) {
  const auto evidence = [](const spec::Evidence& piece) {
    return Json{{"case", piece.case_id},
                {"device", piece.device},
                {"exchange", piece.exchange},
                {"bytes", piece.bytes}};
  };
  return {{"id", one.id},
          {"requirement", one.requirement},
          {"summary", one.summary},
          {"cases", one.cases},
          {"count", one.count},
          {"certain", one.certain},
          {"evidence", list_of(one.evidence, evidence)}};
}

Json measurement_json(const spec::Measurement& one) {
  return {{"name", one.name},
          {"requirement", one.requirement},
          {"case", one.case_id},
          {"device", one.device},
          {"unit", one.unit},
          {"values", one.values},
          {"of", one.of.empty() ? Json() : Json(one.of)},
          {"limit", one.limit ? Json(*one.limit) : Json()},
          {"u", one.u ? Json(*one.u) : Json()}};
}

Json fault_json(const spec::FaultResult& one) {
  return {{"fault", one.kind},
          {"what", one.what},
          {"cure", one.cure},
          {"device", one.device},
          {"current", one.of_last_run}};
}

Json erratum_json(const spec::ErratumFound& one) {
  return {{"id", one.erratum}, {"found", one.found}};
}

Json counts_json(const spec::Counts& counts) {
  Json out;
  for (const auto verdict : {Verdict::none, Verdict::pass, Verdict::inconc, Verdict::fail, Verdict::error}) {
    const auto found = counts.find(verdict);
    out[std::string(name_of(verdict))] = found == counts.end() ? 0 : found->second;
  }
  return out;
}

}  // namespace

nlohmann::json result_json(const spec::Judgement& judgement) {
  const Json out{{"schema", kResultSchema},
                 {"run", run_json(judgement)},
                 {"counts",
                  {{"cases", counts_json(judgement.case_counts)},
                   {"requirements", counts_json(judgement.requirement_counts)}}},
                 {"cases", list_of(judgement.cases, case_fields)},
                 {"requirements", list_of(judgement.requirements, requirement_json)},
                 {"deviations", list_of(judgement.deviations, deviation_json)},
                 {"faults", list_of(judgement.faults, fault_json)},
                 {"measurements", list_of(judgement.measurements, measurement_json)},
                 {"errata", list_of(judgement.errata, erratum_json)}};
  return in_utf8(out);
}

nlohmann::json case_json(const spec::CaseResult& one) {
  return in_utf8(case_fields(one));
}

Status write_result_json(const spec::Judgement& judgement, const std::filesystem::path& path) {
  return write_file_whole(path, result_json(judgement).dump(1) + "\n");
}

std::string_view result_schema() {
  return embedded_json::file("result.schema.json");
}

}  // namespace attest::reports

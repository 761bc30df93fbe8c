#include "reports/ctrf/ctrf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "reports/json/utf8.hpp"
#include "reports/text/escape.hpp"
#include "reports/text/utc.hpp"

namespace attest::reports {

namespace embedded_ctrf {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

using Json = nlohmann::json;
using record::Verdict;

constexpr std::size_t kMost = 4000;  // of a text

std::int64_t in_ms(Nanos span) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}

const char* status_of(const spec::CaseResult& one) {
  switch (one.verdict) {
    case Verdict::pass:
      return "passed";
    case Verdict::fail:
    case Verdict::error:
      return "failed";
    case Verdict::inconc:
      return "other";
    case Verdict::none:
      break;
  }
  return one.blocked || !one.applicable ? "skipped" : "pending";
}

std::size_t attempts_with(const spec::CaseResult& one, Verdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(one.attempts.begin(), one.attempts.end(),
                    [&](const auto& attempt) { return attempt.verdict == verdict; }));
}

std::vector<std::string> all_shown(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  for (const auto& one : texts) out.push_back(shown(one, kMost));
  return out;
}

/// The failed checks, a line each.
std::string trace_of(const spec::CaseResult& one) {
  std::string out;
  for (const auto& attempt : one.attempts)
    for (const auto& check : attempt.checks)
      if (check.verdict != Verdict::pass && out.size() < kMost)
        out += shown(check.requirement, 300) + " " + shown(check.what, 300) + ": owed " +
               shown(check.owed, 300) + ", got " + shown(check.got, 300) + "\n";
  return out;
}

class Report {
 public:
  explicit Report(const spec::Judgement& judgement)
      : judgement_(judgement), start_(epoch_ms(judgement.run.wall).value_or(0)) {}

  Json json() {
    for (const auto& one : judgement_.cases) add(test(one));
    if (judgement_.exit_code != 0 && summary_["failed"] == 0) add(run());
    summary_["start"] = start_;
    summary_["stop"] = start_ + in_ms(judgement_.run.last - judgement_.run.begun);
    return {{"reportFormat", "CTRF"},
            {"specVersion", "0.0.0"},
            {"generatedBy", "attest"},
            {"results",
             {{"tool", {{"name", "attest"}, {"version", judgement_.run.attest}}},
              {"summary", summary_},
              {"tests", tests_},
              {"environment", environment()}}}};
  }

 private:
  void add(Json test) {
    auto& count = summary_[test["status"].get<std::string>()];
    count = count.get<int>() + 1;
    summary_["tests"] = tests_.size() + 1;
    tests_.push_back(std::move(test));
  }

  [[nodiscard]] Json test(const spec::CaseResult& one) const {
    Json out{{"name", shown(one.id, kMost)},
             {"status", status_of(one)},
             {"duration", in_ms(one.duration)},
             {"suite", one.command.empty() ? "unknown" : shown(one.command, kMost)},
             {"rawStatus", record::name_of(one.verdict)},
             {"tags", all_shown(one.requirements)},
             {"flaky", attempts_with(one, Verdict::pass) > 0 && attempts_with(one, Verdict::fail) > 0},
             {"retries", one.attempts.empty() ? 0 : one.attempts.size() - 1},
             {"extra",
              {{"requirements", all_shown(one.requirements)}, {"deviations", all_shown(one.deviations)}}}};
    if (!one.reason.empty()) out["message"] = shown(one.reason, kMost);
    if (auto trace = trace_of(one); !trace.empty()) out["trace"] = std::move(trace);
    if (!one.attempts.empty()) {
      out["start"] = at(one.attempts.front().begun);
      out["stop"] = at(one.attempts.back().ended);
    }
    return out;
  }

  [[nodiscard]] Json run() const {
    return {{"name", "run"},
            {"status", "failed"},
            {"duration", 0},
            {"suite", "run"},
            {"rawStatus", "exit " + std::to_string(judgement_.exit_code)},
            {"message", shown(judgement_.decision, kMost)}};
  }

  [[nodiscard]] std::int64_t at(Instant moment) const {
    return start_ + in_ms(moment - judgement_.run.begun);
  }

  [[nodiscard]] Json environment() const {
    auto devices = Json::array();
    std::vector<std::string> firmware;
    for (const auto& one : judgement_.run.devices) {
      devices.push_back({{"name", shown(one.name, kMost)},
                         {"link", shown(one.link, kMost)},
                         {"virtual", one.is_virtual},
                         {"firmware", shown(one.firmware, kMost)}});
      if (std::find(firmware.begin(), firmware.end(), one.firmware) == firmware.end())
        firmware.push_back(one.firmware);
    }
    Json out{{"appName", "BK7238 AT firmware"},
             {"extra",
              {{"seed", judgement_.run.seed},
               {"devices", std::move(devices)},
               {"exit", judgement_.exit_code},
               {"decision", shown(judgement_.decision, kMost)}}}};
    if (!firmware.empty()) out["appVersion"] = shown(fmt::format("{}", fmt::join(firmware, " + ")), kMost);
    return out;
  }

  const spec::Judgement& judgement_;
  std::int64_t start_;
  Json tests_ = Json::array();
  Json summary_{{"tests", 0}, {"passed", 0}, {"failed", 0}, {"pending", 0}, {"skipped", 0}, {"other", 0}};
};

}  // namespace

nlohmann::json ctrf_json(const spec::Judgement& judgement) {
  return in_utf8(Report(judgement).json());
}

std::string_view ctrf_schema() {
  return embedded_ctrf::file("ctrf.schema.json");
}

}  // namespace attest::reports

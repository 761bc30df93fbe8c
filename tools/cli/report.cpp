// attest report: the page of a run, or of what all runs together say. This file reads its part of the command
// line, too.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "reports/gate/decision.hpp"
#include "reports/html/page.hpp"
#include "reports/html/run_data.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/outputs.hpp"

namespace attest::cli {
namespace {
namespace fs = std::filesystem;

struct Read {
  reports::RunReading reading;
  spec::Judgement judgement;
  explicit Read(const fs::path& record) : reading(record) {
    must(reading.advance());
    judgement = reading.judge().result();
  }
};

/// What the gate says of the run beside the baseline, by the policy.
nlohmann::json comparison(const Read& run, const ReportArguments& a) {
  const auto policy = must(reports::load_policy(a.policy.empty() ? "nightly" : a.policy));
  const Read baseline(record_in(a.baseline));
  const auto chain = must(record::verify_chain(run.reading.record()));
  const auto baseline_chain = must(record::verify_chain(baseline.reading.record()));
  const reports::KnownFailures known;
  reports::Question question{{run.judgement, chain}, {}, policy, known, {}, {}};
  question.baseline.emplace(reports::Judged{baseline.judgement, baseline_chain});
  question.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return reports::comparison_json(reports::decision_json(reports::decide(question)), baseline.judgement,
                                  run.judgement, a.baseline, policy.name);
}

int report_run(const ReportArguments& a) {
  const auto record = record_in(a.record);
  const Read run(record);
  const auto out = a.out.empty() ? record.parent_path() / "report.html" : fs::path(a.out);
  reports::PageOptions options{.made = now_utc()};
  if (!a.baseline.empty()) options.comparison = comparison(run, a);
  const auto written = must(reports::write_page(run.reading, run.judgement, out, options));
  fmt::print("{}\n", out.string());
  if (written.timelines_left_out > 0)
    fmt::print(
        "  with the timelines of {} attempts; those of {} more are too much for one file, and stay in {}\n",
        written.timelines, written.timelines_left_out, record.string());
  return kPassed;
}

}  // namespace

void add_report(CLI::App& app, ReportArguments& a) {
  app.add_option("record", a.record, "record.jsonl, or the folder of a run")
      ->required()
      ->check(CLI::ExistingPath);
  app.add_option("-o,--out", a.out, "The page (default: report.html beside the record)");
  auto* baseline =
      app.add_option("--baseline", a.baseline, "A run to compare with: its record.jsonl or its folder")
          ->check(CLI::ExistingPath);
  app.add_option("--policy", a.policy, "What the comparison goes by (default: nightly)")->needs(baseline);
}

int report(const ReportArguments& a) {
  return report_run(a);
}

}  // namespace attest::cli

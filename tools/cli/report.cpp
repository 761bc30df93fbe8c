// attest report: the page of a run and other forms of it, or the page of what all runs together say. This
// file reads its part of the command line, too.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "harness/base/file.hpp"
#include "reports/ctrf/ctrf.hpp"
#include "reports/gate/decision.hpp"
#include "reports/history/history.hpp"
#include "reports/html/history/history_data.hpp"
#include "reports/html/page.hpp"
#include "reports/html/run_data.hpp"
#include "reports/markdown/markdown.hpp"
#include "reports/pcapng/pcapng.hpp"
#include "tools/cli/commands.hpp"

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
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  reports::Question question{{run.judgement, chain}, {}, policy, known, today, {}};
  question.baseline.emplace(reports::Judged{baseline.judgement, baseline_chain});
  return reports::comparison_json(reports::decision_json(reports::decide(question)), baseline.judgement,
                                  run.judgement, a.baseline, policy.name);
}

/// To a file, whose name is told, or to standard output.
void put(const std::string& text, const fs::path& out) {
  if (out == "-") {
    fmt::print("{}", text);
    return;
  }
  must(write_file_whole(out, text));
  fmt::print(stderr, "{}\n", out.string());
}

void write_run_page(const Read& run, const ReportArguments& a) {
  const auto record = run.reading.record();
  const auto out = a.out.empty() ? record.parent_path() / "report.html" : fs::path(a.out);
  reports::PageOptions options{.made = now_utc()};
  if (!a.baseline.empty()) options.comparison = comparison(run, a);
  const auto written = must(reports::write_page(run.reading, run.judgement, out, options));
  fmt::print(stderr, "{}\n", out.string());
  if (written.timelines_left_out > 0)
    fmt::print(
        stderr,
        "  with the timelines of {} attempts; those of {} more are too much for one file, and stay in {}\n",
        written.timelines, written.timelines_left_out, record.string());
}

int report_run(const ReportArguments& a) {
  const Read run(record_in(a.record));
  const bool other = !a.markdown.empty() || !a.ctrf.empty() || !a.pcapng.empty();
  if (!other || !a.out.empty() || !a.baseline.empty()) write_run_page(run, a);
  if (!a.markdown.empty()) put(reports::markdown_summary(run.judgement, {.page = a.page}), a.markdown);
  if (!a.ctrf.empty()) put(reports::ctrf_json(run.judgement).dump(1) + "\n", a.ctrf);
  if (!a.pcapng.empty()) {
    const auto keys = a.tls_keys.empty() ? std::nullopt : std::optional<fs::path>(a.tls_keys);
    const auto written = must(reports::write_pcapng(run.reading.record(), keys, a.pcapng));
    fmt::print(stderr, "{}: {} packets, {} bytes of UART, {} requests\n", a.pcapng, written.packets,
               written.uart_bytes, written.requests);
  }
  return kPassed;
}

int report_history(const ReportArguments& a) {
  const fs::path database(a.history);
  auto history = must(reports::History::open(database, reports::History::Access::read));
  const auto data =
      must(reports::history_data(history, database.filename().string(), now_utc(), {.runs = a.last}));
  put(reports::history_page(data), a.out.empty() ? database.parent_path() / "history.html" : fs::path(a.out));
  return kPassed;
}

}  // namespace

void add_report(CLI::App& app, ReportArguments& a) {
  auto* record =
      app.add_option("record", a.record, "record.jsonl, or the folder of a run")->check(CLI::ExistingPath);
  auto* history =
      app.add_option("--history", a.history, "Of all runs in this history instead (see `attest history`)")
          ->check(CLI::ExistingFile)
          ->excludes(record);
  app.add_option("--last", a.last, "Of a history: so many of the latest runs")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str()
      ->needs(history);
  app.add_option("-o,--out", a.out,
                 "The page (default: report.html beside the record, history.html beside the history)");
  auto* baseline =
      app.add_option("--baseline", a.baseline, "A run to compare with: its record.jsonl or its folder")
          ->check(CLI::ExistingPath)
          ->needs(record);
  app.add_option("--policy", a.policy, "What the comparison goes by (default: nightly)")->needs(baseline);
  auto* markdown = app.add_option("--markdown", a.markdown,
                                  "Also, or only: a summary for a pull request; - for standard output")
                       ->needs(record);
  app.add_option("--page", a.page, "Where the summary's links lead: the page's URL")
      ->capture_default_str()
      ->needs(markdown);
  app.add_option("--ctrf", a.ctrf,
                 "Also, or only: the Common Test Report Format (JSON); - for standard output")
      ->needs(record);
  auto* pcapng =
      app.add_option("--pcapng", a.pcapng, "Also, or only: UART, HTTP and DNS as packets, for Wireshark")
          ->needs(record);
  app.add_option("--tls-keys", a.tls_keys,
                 "Secrets of TLS sessions that go into the packets' file: tls-keys.log")
      ->check(CLI::ExistingFile)
      ->needs(pcapng);
}

int report(const ReportArguments& a) {
  if (a.record.empty() && a.history.empty())
    throw Failure({Fault::usage, "neither a run nor a history is named",
                   "name a record.jsonl, the folder of a run, or --history DB"});
  return a.history.empty() ? report_run(a) : report_history(a);
}

}  // namespace attest::cli

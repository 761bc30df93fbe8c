// attest history: what all runs together say. This file reads its part of the command line, too.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "reports/history/history.hpp"
#include "reports/history/tables.hpp"
#include "tools/cli/commands.hpp"

namespace attest::cli {
namespace {
namespace fs = std::filesystem;
using reports::History;

CLI::App* query(CLI::App& app, HistoryArguments& a, const std::string& name, const std::string& says) {
  auto* out = app.add_subcommand(name, says);
  out->callback([&a, name] { a.query = name; });
  out->add_option("--db", a.db,
                  "The history's file (default: $ATTEST_HISTORY, else history.db in this folder)");
  out->add_option("--format", a.format, "text, csv or json")
      ->check(CLI::IsMember({"text", "csv", "json"}))
      ->capture_default_str();
  return out;
}

void add_last(CLI::App& app, HistoryArguments& a) {
  app.add_option("--last", a.last, "Only so many of the latest (default: all)")->check(CLI::PositiveNumber);
}

fs::path database_of(const HistoryArguments& a) {
  if (!a.db.empty()) return a.db;
  const char* named = std::getenv("ATTEST_HISTORY");
  return named != nullptr && *named != '\0' ? named : "history.db";
}

void print(const reports::Table& table, const HistoryArguments& a) {
  const auto text = reports::written(table, must(reports::format_named(a.format)));
  const bool taken =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!taken) throw Failure({Fault::bench, "write to standard output failed", {}});
}

int said(const Error& error) {
  fmt::print(stderr, "attest: {}\n", error.what);
  if (!error.cure.empty()) fmt::print(stderr, "        {}\n", error.cure);
  return error.fault == Fault::usage ? kUsage : kBench;
}

/// A record that cannot be imported does not keep out the others; the first error decides the exit code.
int import(const HistoryArguments& a) {
  auto history = must(History::open(database_of(a), History::Access::write));
  std::vector<reports::ImportedRecord> done;
  std::optional<int> wrong;
  for (const auto& path : a.records) {
    const auto record = record_in(path);
    auto one = history.import(record);
    if (one) {
      done.push_back({record.string(), *one});
    } else {
      const int exit = said(one.error());
      if (!wrong) wrong = exit;
    }
  }
  print(reports::import_table(done), a);
  return wrong.value_or(kPassed);
}

template <class Row>
std::vector<Row> latest(std::vector<Row> rows, std::size_t most) {
  if (most > 0 && rows.size() > most)
    rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(most));
  return rows;
}

reports::Table answer(History& history, const HistoryArguments& a) {
  if (a.query == "runs") return reports::runs_table(must(history.runs(a.last)));
  if (a.query == "trend")
    return reports::trend_table(a.subject, latest(must(history.trend(a.subject)), a.last));
  if (a.query == "first-bad") return reports::first_bad_table(a.subject, must(history.first_bad(a.subject)));
  if (a.query == "flakes")
    return reports::flakes_table(a.subject,
                                 must(history.flakes(a.subject, a.all || !a.subject.empty(), a.confidence)));
  if (a.query == "deviations") return reports::deviations_table(must(history.deviations()));
  if (a.query == "changes") return reports::changes_table(must(history.changes(a.run, a.baseline)));
  if (a.subject.empty()) return reports::measurements_table(must(history.measurements()));
  return reports::measurement_table(a.subject, latest(must(history.measurement_trend(a.subject)), a.last));
}

}  // namespace

void add_history(CLI::App& app, HistoryArguments& a) {
  app.require_subcommand(1);
  query(app, a, "import", "Put records in; one that is in it already changes nothing")
      ->add_option("records", a.records, "record.jsonl of runs, or their folders")
      ->required();
  add_last(*query(app, a, "runs", "The runs, latest first"), a);
  auto* trend = query(app, a, "trend", "A case from run to run");
  trend->add_option("case", a.subject, "The case's id")->required();
  add_last(*trend, a);
  query(app, a, "first-bad", "Where the latest series of fails began, and the last good run before it")
      ->add_option("id", a.subject, "Of a case or of a requirement")
      ->required();
  query(app, a, "deviations", "Since which run each deviation is there, or since which it is gone");
  auto* flakes = query(app, a, "flakes", "How often cases fail that both passed and failed on one firmware");
  flakes->add_option("case", a.subject, "Only this case, whatever its rate");
  flakes->add_flag("--all", a.all, "Also cases that always passed or always failed");
  flakes->add_option("--confidence", a.confidence, "Of the rate's interval")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str();
  auto* measurements =
      query(app, a, "measurements", "What was measured; with a name: that one from run to run");
  measurements->add_option("name", a.subject, "The measurement's name");
  add_last(*measurements, a);
  auto* changes =
      query(app, a, "changes", "Cases that are new in a run, and cases that have vanished from it");
  changes->add_option("run", a.run, "Its number in the history (default: the latest)");
  changes->add_option(
      "--baseline", a.baseline,
      "Vanished from this run's (default: the run before it that asked for the same selection)");
}

std::map<std::string, Nanos> usual_durations(const RunArguments& a) {
  if (!a.history.empty())
    return must(must(History::open(a.history, History::Access::read)).usual_durations());
  const char* own = std::getenv("ATTEST_HISTORY");
  std::error_code error;
  if (own == nullptr || a.hurry || !fs::is_regular_file(own, error)) return {};
  auto known = History::open(own, History::Access::read).and_then([](History history) {
    return history.usual_durations();
  });
  if (!known) fmt::print(stderr, "attest: how long cases take is not known: {}\n", known.error().text());
  return known.value_or(std::map<std::string, Nanos>{});
}

int history(const HistoryArguments& a) {
  if (a.query == "import") return import(a);
  auto history = must(History::open(database_of(a), History::Access::read));
  print(answer(history, a), a);
  return kPassed;
}

}  // namespace attest::cli

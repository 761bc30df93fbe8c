// What a history costs: importing so many case results, and each question beside a full scan of the table
// that holds the answer, in the same run, so that a slow machine moves both. `ratio` is the scan's time over
// the question's. The data of the page, which asks for everything at once, stand beside the import of all of
// it.
//
//     history_bench [RESULTS] [RUNS]        100000 results in 250 runs by default; prints tables
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/file.hpp"
#include "harness/record/event.hpp"
#include "harness/record/testing.hpp"
#include "reports/history/database.hpp"
#include "reports/history/history.hpp"
#include "reports/html/history/history_data.hpp"

namespace {
using namespace attest;
using reports::History;

constexpr int kRequirements = 40;

std::string case_name(int number) {
  return fmt::format("Suite{}.DeliversWhatWasAskedFor/{}", number / 20, number);
}

std::string requirement_name(int number) {
  return fmt::format("HC-{:02}", 1 + number % kRequirements);
}

/// Three cases in a hundred fail by chance, and one in fifty since a firmware.
bool fails(int number, int run, std::mt19937& random) {
  return number % 50 == 7 ? run > 100 : random() % 100 < 3;
}

void add_case(record::Script& script, int number, int run, std::mt19937& random) {
  const auto id = case_name(number);
  const bool bad = fails(number, run, random);
  script.begin(id, {requirement_name(number)});
  for (int i = 0; i < 3; ++i) script.check(id, requirement_name(number + i), bad && i == 0 ? "fail" : "pass");
  if (bad) script.deviation(id, "size-in-brackets", requirement_name(number));
  script.end(id, bad ? "fail" : "pass");
}

void add_measurements(record::Script& script, std::mt19937& random) {
  std::lognormal_distribution<double> time(1, 0.3);
  for (int i = 0; i < 10; ++i) {
    std::vector<double> values(200);
    std::generate(values.begin(), values.end(), [&] { return time(random); });
    script.put("measure", {{"device", "dut0"},
                           {"name", fmt::format("latency {}", i)},
                           {"requirement", "GEN-14"},
                           {"unit", "ms"},
                           {"values", values}});
  }
}

std::string record_of(int run, int cases) {
  std::mt19937 random(static_cast<unsigned>(run));
  std::vector<std::pair<std::string, record::Script::Ids>> plan;
  for (int i = 0; i < cases; ++i) plan.push_back({case_name(i), {requirement_name(i)}});
  record::Script script;
  script.run(plan, {{"wall", fmt::format("2024-{:02}-{:02}T00:00:00Z", 1 + run / 28 % 12, 1 + run % 28)},
                    {"seed", run}});
  script.put("device",
             {{"device", "dut0"}, {"link", "virtual"}, {"firmware", fmt::format("1.{}", run / 10)}});
  for (int i = 0; i < cases; ++i) add_case(script, i, run, random);
  add_measurements(script, random);
  std::string out;
  for (const auto& event : script.done().events()) out += record::to_line(event) + "\n";
  return out;
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = steady_clock().now();
  work();
  return std::chrono::duration<double>(steady_clock().now() - begin).count();
}

double median_of(int times, const std::function<void()>& work) {
  std::vector<double> all;
  for (int i = 0; i < times; ++i) all.push_back(seconds_of(work));
  std::nth_element(all.begin(), all.begin() + times / 2, all.end());
  return all[static_cast<std::size_t>(times / 2)];
}

struct Import {
  double first = 0, again = 0;
  std::uintmax_t bytes = 0;
};

Import import_all(History& history, const std::filesystem::path& record, int runs, int cases) {
  Import out;
  for (int run = 0; run < runs; ++run) {
    must(write_file_whole(record, record_of(run, cases)));
    out.bytes += std::filesystem::file_size(record);
    out.first += seconds_of([&] { (void)must(history.import(record)); });
    out.again += seconds_of([&] { (void)must(history.import(record)); });
  }
  return out;
}

struct Question {
  const char* name;
  const char* table;  ///< that a scan would have to go through
  std::function<void(History&)> ask;
};

std::vector<Question> questions() {
  return {
      {"runs", "runs", [](History& h) { (void)must(h.runs()); }},
      {"trend of a case", "results", [](History& h) { (void)must(h.trend(case_name(7))); }},
      {"first bad run of a case", "results", [](History& h) { (void)must(h.first_bad(case_name(7))); }},
      {"first bad run of a requirement", "requirement_results",
       [](History& h) { (void)must(h.first_bad("HC-08")); }},
      {"flake rate of a case", "attempts", [](History& h) { (void)must(h.flakes(case_name(8))); }},
      {"flake rates of all cases", "attempts", [](History& h) { (void)must(h.flakes()); }},
      {"new and vanished cases", "results", [](History& h) { (void)must(h.changes()); }},
      {"names of measurements", "measurements", [](History& h) { (void)must(h.measurements()); }},
      {"trend of a measurement", "samples", [](History& h) { (void)must(h.measurement_trend("latency 3")); }},
      {"usual durations", "attempts", [](History& h) { (void)must(h.usual_durations()); }},
      {"deviations", "results", [](History& h) { (void)must(h.deviations()); }},
      {"all first bad runs", "results", [](History& h) { (void)must(h.all_first_bad(30)); }},
      {"all measurements", "samples", [](History& h) { (void)must(h.all_measurements()); }},
      {"firmwares", "samples", [](History& h) { (void)must(h.firmwares()); }}};
}

/// Every row, and of each a value that no index holds.
double scan(History& history, const std::string& table) {
  const std::string value = table == "samples"               ? "value"
                            : table == "measurements"        ? "u"
                            : table == "runs"                ? "decision"
                            : table == "requirement_results" ? "applicable"
                                                             : "reason";
  return median_of(5, [&] {
    (void)history.database().integer(
        fmt::format("SELECT count(*) + max(length({})) FROM {} NOT INDEXED", value, table));
  });
}

void ask_all(History& history) {
  fmt::print("\n{:<34}{:>10}{:>12}{:>10}\n", "question", "ms", "scan, ms", "ratio");
  for (const auto& question : questions()) {
    const double took = median_of(9, [&] { question.ask(history); });
    const double scanned = scan(history, question.table);
    fmt::print("{:<34}{:>10.2f}{:>12.2f}{:>10.2f}\n", question.name, took * 1e3, scanned * 1e3,
               scanned / took);
  }
}

void ask_for_the_page(History& history, double import) {
  nlohmann::json data;
  const double took = median_of(3, [&] { data = must(reports::history_data(history, "history.db", "")); });
  fmt::print("\nthe page's data {:.2f} s, {:.1f} MB of JSON; its import took {:.0f} times as long\n", took,
             static_cast<double>(data.dump().size()) / 1e6, import / took);
}

int measure_all(int results, int runs) {
  const TempDir folder("attest-history");
  const auto db = folder.path() / "history.db";
  {
    auto history = must(History::open(db, History::Access::write));
    const auto took = import_all(history, folder.path() / "record.jsonl", runs, std::max(1, results / runs));
    fmt::print("{} case results in {} records, {:.1f} MB\n",
               history.database().integer("SELECT count(*) FROM results"), runs,
               static_cast<double>(took.bytes) / 1e6);
    fmt::print("import {:.2f} s; the same again, which changes nothing, {:.2f} s\n", took.first, took.again);
    ask_all(history);
    ask_for_the_page(history, took.first);
  }
  const double open = median_of(5, [&] { (void)must(History::open(db, History::Access::read)); });
  const double sound = median_of(5, [&] { (void)must(History::open(db, History::Access::write)); });
  fmt::print("\nopen to ask {:.2f} ms, to import (looks for damage) {:.2f} ms; the file has {:.1f} MB\n",
             open * 1e3, sound * 1e3, static_cast<double>(std::filesystem::file_size(db)) / 1e6);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  return measure_all(argc > 1 ? std::atoi(argv[1]) : 100'000,
                     argc > 2 ? std::max(1, std::atoi(argv[2])) : 250);
} catch (const std::exception& e) {
  fmt::print(stderr, "history_bench: {}\n", e.what());
  return 1;
}

// For tests of the history: records as files, and runs that are made up in one line.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/file.hpp"
#include "harness/record/event.hpp"
#include "harness/record/testing.hpp"
#include "reports/history/history.hpp"

namespace attest::reports {

/// On that day of May, with the same firmware on its one device.
inline record::Script a_run(int day, const std::string& firmware, const std::vector<std::string>& cases,
                            nlohmann::json options = nlohmann::json::object()) {
  std::vector<std::pair<std::string, std::vector<std::string>>> plan;
  for (const auto& id : cases) plan.emplace_back(id, std::vector<std::string>{"HC-01"});
  record::Script out;
  out.run(plan, {{"attest", "0.1.0"},
                 {"wall", fmt::format("2024-05-{:02}T07:08:09Z", day)},
                 {"seed", day},
                 {"options", std::move(options)},
                 {"profile", {{"name", "bk7238"}}}});
  return out.put("device",
                 {{"device", "dut0"}, {"link", "virtual"}, {"virtual", true}, {"firmware", firmware}});
}

/// One attempt, with one check of that verdict.
inline void attempt(record::Script& run, const std::string& id, const std::string& verdict, int number = 1) {
  run.begin(id, {"HC-01"}, number).check(id, "HC-01", verdict).end(id, verdict);
}

/// A run of these cases with these verdicts.
inline record::Script a_run_of(int day, const std::string& firmware,
                               const std::vector<std::pair<std::string, std::string>>& verdicts,
                               nlohmann::json options = nlohmann::json::object()) {
  std::vector<std::string> cases;
  for (const auto& [id, verdict] : verdicts) cases.push_back(id);
  auto out = a_run(day, firmware, cases, std::move(options));
  for (const auto& [id, verdict] : verdicts) attempt(out, id, verdict);
  return out.done();
}

inline void measure(record::Script& run, const std::string& name, const std::vector<double>& values,
                    const std::string& id = {}) {
  run.put("measure", {{"device", "dut0"},
                      {"case", id},
                      {"name", name},
                      {"requirement", "GEN-14"},
                      {"unit", "ms"},
                      {"values", values},
                      {"of", "p95"},
                      {"limit", 50},
                      {"u", 0.5}});
}

inline std::string lines_of(const record::Script& run) {
  std::string out;
  for (const auto& event : run.events()) out += record::to_line(event) + "\n";
  return out;
}

/// A folder with a history and records in it.
class Shelf {
 public:
  [[nodiscard]] std::filesystem::path at(const std::string& name) const { return folder_.path() / name; }
  [[nodiscard]] std::filesystem::path db() const { return at("history.db"); }
  [[nodiscard]] History open() const { return must(History::open(db(), History::Access::write)); }
  std::filesystem::path keep(const std::string& text, const std::string& name = "record.jsonl") const {
    must(write_file_whole(at(name), text));
    return at(name);
  }
  std::filesystem::path keep(const record::Script& run, const std::string& name = "record.jsonl") const {
    return keep(lines_of(run), name);
  }

 private:
  TempDir folder_;
};

/// Imports each of them, and gives the number of the last run.
inline std::int64_t import_all(History& history, const Shelf& shelf,
                               const std::vector<record::Script>& runs) {
  std::int64_t last = 0;
  for (const auto& run : runs) last = must(history.import(shelf.keep(run))).run;
  return last;
}

}  // namespace attest::reports

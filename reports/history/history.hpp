// What all runs together say: an SQLite database that records are imported into, and the questions that one
// run cannot answer. The records stay the truth: a history can be made again from them at any time.
//
// Runs stand in the order in which they began (the record's `wall`, UTC), whatever the order of the imports.
// Errors are results: Fault::usage for a name that the history does not know, a record that is none and a
// file that is no history or damaged; Fault::bench for a full disk and a lock that nobody gives back. After
// any of them the history is as it was before. Not thread-safe; any number of processes may have one history
// open, and import into it, at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/measure/compare.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/history/overview.hpp"

namespace attest::reports {

class Database;

/// What an import has done.
enum class Import {
  added,
  unchanged,  ///< the same record was in it
  replaced,   ///< an earlier state of the record was in it; the run keeps its number
  older       ///< a later state of the record is in it, and stays
};
[[nodiscard]] std::string_view name_of(Import what);

struct Imported {
  Import what = Import::added;
  std::int64_t run = 0;   ///< its number in this history
  bool complete = false;  ///< false: the record is torn, or the run was cut before its end
  std::size_t cases = 0, failed = 0;
};

struct RunRow {
  RunRef run;
  std::string profile, attest, record;
  std::string ended;      ///< "done" | "stopped" | "bench"; empty: cut
  bool complete = false;  ///< its end is in the record, and the last line is whole
  int exit = 3;
  Nanos duration{};
  spec::Counts cases;
};

/// A case in one run. The firmware is that of the devices which the case ran on.
struct CasePoint {
  RunRef run;
  spec::Verdict verdict = spec::Verdict::none;
  std::string reason;
  Nanos duration{};
  std::size_t attempts = 0, attempts_failed = 0;
};

struct MeasurementName {
  std::string name, unit;
  std::size_t runs = 0, samples = 0;
};

/// All samples of one measurement in one run, for each case and device by itself.
struct MeasurementPoint {
  RunRef run;
  std::string case_id, device, unit;
  std::size_t count = 0;
  double median = 0, least = 0, most = 0;  ///< in `unit`
  std::string of;                          ///< the statistic that the budget is of; empty: there is no budget
  std::optional<double> limit, u;
};

/// How often a case fails on one firmware. Attempts that say nothing of the device are left out.
struct Flake {
  std::string case_id, firmware;
  std::size_t failed = 0, attempts = 0;
  measure::Interval interval;  ///< of the rate, 0…1
};

struct Changes {
  RunRef run;
  std::vector<std::string> fresh;     ///< cases in its plan that no run before it had
  std::optional<RunRef> baseline;     ///< what `vanished` is held against
  std::vector<std::string> vanished;  ///< cases of the baseline that it does not have
};

class History {
 public:
  enum class Access { read, write };
  /// `write` makes the file if there is none.
  [[nodiscard]] static Result<History> open(const std::filesystem::path& path, Access access);
  History(History&&) noexcept;
  History& operator=(History&&) noexcept;
  ~History();

  /// Judges the record and puts in what it says; a torn one as far as it goes. One transaction.
  [[nodiscard]] Result<Imported> import(const std::filesystem::path& record);

  /// Latest first; `most` 0: all.
  [[nodiscard]] Result<std::vector<RunRow>> runs(std::size_t most = 0);
  /// In the order of time.
  [[nodiscard]] Result<std::vector<CasePoint>> trend(std::string_view case_id);
  /// By name.
  [[nodiscard]] Result<std::vector<MeasurementName>> measurements();
  /// In the order of time.
  [[nodiscard]] Result<std::vector<MeasurementPoint>> measurement_trend(std::string_view name);
  /// Of a case or of a requirement; nothing: it has never failed.
  [[nodiscard]] Result<std::optional<FirstBad>> first_bad(std::string_view id);
  /// The worst rate first; of one case, or of all. `steady` too: those that always passed or always failed.
  [[nodiscard]] Result<std::vector<Flake>> flakes(std::string_view case_id = {}, bool steady = false,
                                                  double confidence = 0.95);
  /// Of a run by its number; 0: the latest. Baseline 0: the latest run before it that asked for the same
  /// selection.
  [[nodiscard]] Result<Changes> changes(std::int64_t run = 0, std::int64_t baseline = 0);

  /// Of all cases and requirements that still fail, or have failed in one of the latest so many runs (0:
  /// ever). What fails still comes first, then the latest; by id among those.
  [[nodiscard]] Result<std::vector<NamedFirstBad>> all_first_bad(std::size_t within_latest = 0);
  /// What is there still comes first, then the latest; by id among those.
  [[nodiscard]] Result<std::vector<DeviationSeries>> deviations();
  /// All of them in the latest so many runs (0: in all), by name.
  [[nodiscard]] Result<std::vector<MeasurementSeries>> all_measurements(std::size_t in_latest = 0);
  /// Those that have a complete run, in the order in which they first came; `most`: the latest of them (0:
  /// all).
  [[nodiscard]] Result<std::vector<FirmwareSummary>> firmwares(std::size_t most = 0);
  /// By case: the median of its latest passes, up to so many (at least one). The latest are those of the
  /// latest imported runs. Cases that have never passed are not in it.
  [[nodiscard]] Result<std::map<std::string, Nanos>> usual_durations(std::size_t of_latest = 9);

  /// For tests and benchmarks, and for a Snapshot around several questions.
  [[nodiscard]] Database& database() { return *database_; }

 private:
  explicit History(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace attest::reports

// The subcommands of `attest`. Each takes its arguments as values and gives the exit code; errors are
// Failures.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "tools/job/job.hpp"
#include "tools/job/night.hpp"
#include "tools/job/outputs.hpp"

namespace CLI {
class App;
}

namespace attest::cli {

using job::bench_from, job::profile_from, job::DeviceArguments;
using job::dated_result, job::now_utc, job::prepare_folder, job::record_in, job::write_page_of,
    job::write_reports;

/// 0 all that counts passed; 1 the device failed; 2 usage or configuration; 3 the bench failed, so nothing is
/// known of the device; 4 stopped by the user.
enum Exit { kPassed = 0, kDeviceFailed = 1, kUsage = 2, kBench = 3, kStopped = 4 };

struct RunArguments : job::JobArguments {
  bool list = false, json = false, quiet = false;
  std::string
      history;  ///< that knows how long cases usually take; empty: $ATTEST_HISTORY, where that is a file
  bool live = false;                   ///< the page of the run is served on loopback while it goes on
  int live_port = 0;                   ///< 0: the kernel chooses
  std::string resume;                  ///< folder of a run that is gone on with; empty: a new one
  std::string interrupted = "repeat";  ///< or "error": what becomes of the case that the run ended in
};

struct SelftestArguments {
  std::vector<std::string> only;  ///< names of faults and oddities; empty: all
  int seeds = 1;                  ///< runs of each oddity, each with the next seed
  std::uint64_t seed = 1;
  int jobs = 0;  ///< runs at a time; 0: as many as the processors carry
  std::chrono::seconds limit{600};
  bool json = false, quiet = false;
  bool whole = false;  ///< every case for every fault
  bool keep = false;   ///< the runs that are on target too
  std::string out = "selftest";
  std::vector<std::string> run_options;  ///< handed to `attest run`
};

struct ProbeArguments : DeviceArguments {
  std::string out;     ///< the profile's path
  bool force = false;  ///< write over a file that is there
  bool json = false;
  std::vector<std::string> virtual_options;  ///< handed to bk7238-virtual as they are
};

struct DoctorArguments : DeviceArguments {
  bool contact = true;  ///< false: the device is left alone
  bool json = false;
  std::string out = "out";  ///< where runs will be written: its disk is looked at
};

struct ProvisionArguments : DeviceArguments {
  bool ble = false, airkiss = false;  ///< one of them
  std::string ssid;
  std::string password_file;  ///< "-": standard input
  bool open = false;          ///< a network without a password
  std::string ble_bus, ble_adapter, airkiss_to, airkiss_listen, airkiss_key_file;  ///< over the bench file's
  bool json = false, quiet = false;
  std::vector<std::string> virtual_options;  ///< handed to bk7238-virtual as they are
};

struct HistoryArguments {
  std::string query;                 ///< "import", "runs", "trend", …
  std::vector<std::string> records;  ///< of an import: files and folders
  std::string db;                    ///< empty: $ATTEST_HISTORY, else history.db in the current folder
  std::string format = "text";
  std::string subject;  ///< the case, requirement or measurement that is asked about
  std::size_t last = 0;
  bool all = false;
  double confidence = 0.95;
  std::int64_t run = 0, baseline = 0;
};

struct JudgeArguments {
  std::string record;               ///< or the folder of a run
  std::string out;                  ///< empty: `judged` beside the record
  std::vector<std::string> select;  ///< cases that are judged again; empty: all
  bool as_recorded = false;         ///< no case is run again: what the record says is summed up
  bool json = false;
};

struct ReportArguments {
  std::string record;            ///< or the folder of a run; empty: of a history
  std::string history;           ///< its database
  std::size_t last = 200;        ///< of a history: so many of the latest runs
  std::string out;               ///< of the page; empty: report.html beside the record, or the history
  std::string baseline, policy;  ///< compared as `attest gate` does
  std::string markdown, ctrf;    ///< files; "-": standard output
  std::string pcapng, tls_keys;
  std::string page = "report.html";  ///< where the Markdown's links lead
};

struct GateArguments {
  std::string record;  ///< or the folder of a run
  std::string policy, known_failures, baseline, firmware, firmware_version, key, out;
  std::string decision;  ///< a file for the decision as JSON; empty: none
  std::string date;      ///< ISO 8601; empty: today (UTC)
  bool json = false;
};

struct NightlyArguments {
  RunArguments run;
  std::string dir = "nightly";
  std::string policy = "nightly";
  std::string baseline = "last";  ///< "none", or a run
  std::string known_failures;
  job::Nights::Keep keep;
  bool flash = false;
  std::vector<std::string> parts;     ///< records of other hosts; empty: it is run here
  std::vector<std::string> expected;  ///< names of devices
  std::string soak;                   ///< a length of time; empty: one night
};

struct VerifyArguments {
  std::string envelope, key, firmware, record;
};

[[nodiscard]] int run(const RunArguments& arguments);
/// 0 a profile is written.
[[nodiscard]] int probe(const ProbeArguments& arguments);
/// 0 nothing is wrong, 3 something is.
[[nodiscard]] int doctor(const DoctorArguments& arguments);
/// 0 the device has told that it is in the network, 1 it did something else.
[[nodiscard]] int provision(const ProvisionArguments& arguments);
/// 0 the target is met, 1 it is not.
[[nodiscard]] int selftest(const SelftestArguments& arguments);
/// 0 go, 1 no go, 3 the bench failed or the record is not whole, so that nothing can be decided.
[[nodiscard]] int gate(const GateArguments& arguments);
/// 0 it is signed, is about that image and that record, and says PASSED; 1 any of that is not so.
[[nodiscard]] int verify(const VerifyArguments& arguments);
[[nodiscard]] int requirements(bool json);
/// What the virtual device can be told to be: "personalities" or "habits".
[[nodiscard]] int virtual_names(const std::string& what, bool json);
/// Runs a record's cases again and judges them; the exit code of what comes of it.
[[nodiscard]] int judge(const JudgeArguments& arguments);

/// The page of a run, or of a history, and other forms of it.
void add_report(CLI::App& app, ReportArguments& arguments);
[[nodiscard]] int report(const ReportArguments& arguments);

/// Where the time of each command went; `record` is a file or the folder of a run.
[[nodiscard]] int latency(const std::filesystem::path& record, bool json);

/// Its subcommands and options, and what they ask for.
void add_history(CLI::App& app, HistoryArguments& arguments);
[[nodiscard]] int history(const HistoryArguments& arguments);
/// By case, for telling how long a run will take. One that was named must be there; the user's own one is
/// told about if it cannot be read.
[[nodiscard]] std::map<std::string, Nanos> usual_durations(const RunArguments& arguments);

/// A whole night: flash, run or gather, import, report, decide, and let old nights go. The decision's exit
/// code.
void add_nightly(CLI::App& app, NightlyArguments& arguments);
[[nodiscard]] int nightly(const NightlyArguments& arguments);

/// To stdout, and an error if that cannot take it.
void print_json(const nlohmann::json& json);

/// The programs beside this one.
[[nodiscard]] std::filesystem::path beside(const char* program);

}  // namespace attest::cli

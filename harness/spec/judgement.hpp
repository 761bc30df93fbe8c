// The one fold from a record to results. A pure function: the same events give the same judgement, on any
// machine and at any time, and console, JUnit, JSON, HTML and gate all show what it says. The rules:
//
// An attempt (one case.begin … case.end) gets the worst of
//   - its checks;
//   - `fail` for a deviation in it that belongs to a requirement which its case declares. A deviation that
//   belongs to
//     another requirement is listed with the case and fails that requirement: one defect is one deviation;
//   - `inconc` if it had unexplained bytes;
//   - the word in its case.end: the host's or the runner's ("error" for a crash). "none" there means that it
//   was
//     stopped before its end: what it had passed until then is no pass;
//   - `error` if it passed without having made a single check, or was begun and never ended (interrupted).
// If bytes were lost on the link while it ran, all of that except `error` becomes `inconc`. Counters are
// those of the driver since the port was opened, so bytes were lost between two `counters` events of a device
// if the later one has lost=true and its numbers are not those of the earlier one (or it has none); a
// `device` event starts anew at zero.
//
// A case gets the worst of its attempts; planned and never begun, or blocked: `none`. One whose record says
// that the profile does not claim what it needs (`case.inapplicable`) and whose verdict is `none` is not
// applicable; so is a requirement that is `none` and has only such cases. Neither turns the exit code. A
// continued record (a second run.begin) runs interrupted cases again: the interrupted attempt then counts
// only as far as it had failed.
//
// A deviation that a case provoked (`blamed`) belongs to that case's requirement, unless the same is also
// seen where nobody provoked it: then it belongs where it belongs there.
//
// A requirement gets the worst of the checks that name it, and `fail` for each deviation that belongs to it.
// While a requirement that it presumes fails (catalogue.hpp), its own failed checks and provoked deviations
// are `inconc`. That does not hold for a check that stands alone. A failed check is `inconc` too where the
// device was found broken after the case (`unfit`) and the same case, made again after a restart, failed in
// nothing. A passed check counts as `inconc` where its attempt cannot pass for a reason of its own (bytes
// lost or unexplained, crashed, interrupted, stopped). Declared, run, and never checked: `inconc`. Declared
// and not run: `none`.
//
// Exit code, the first that fits:
//   4  the user stopped the run
//   3  a case or requirement is `error`, a fault of the bench (or of usage) is in the record, run.end says
//   "bench", or
//      there is no run.end: the run was cut
//   1  a case or requirement is `fail`
//   3  one is `inconc`; or a planned case neither ran nor was blocked; or nothing has passed
//   0  all that ran passed, and something ran
// Faults and run.end count as of the last run.begin. 2 is for usage and never comes from a record.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/event.hpp"
#include "harness/spec/catalogue.hpp"

namespace attest::spec {

using record::Verdict;

struct Check {
  std::string requirement, what, owed, got;
  Verdict verdict = Verdict::none;
  std::uint64_t exchange = 0;  ///< 0: it judges no single exchange
  bool alone = false;          ///< it says what it says whatever other requirements fail
};

struct Attempt {
  int number = 1;
  std::string device;
  Verdict verdict = Verdict::none;
  std::string reason;  ///< why it is not pass; empty for pass
  Instant begun, ended;
  std::vector<Check> checks;
  std::vector<std::string> steps;        ///< steps and notes, for people
  std::vector<std::string> deviations;   ///< ids, each once
  std::vector<std::string> unexplained;  ///< bytes, made visible
  bool lost_bytes = false;
  bool interrupted = false;
  bool repeated = false;  ///< interrupted, and run again by the continued run
  bool unfit = false;     ///< the device was found broken after it
  bool disowned = false;  ///< unfit, and nothing failed when it was made again on the restarted device
};

struct CaseResult {
  std::string id;
  std::string
      command;  ///< "HTTPCLIENT": as case.begin says, else of its first requirement; "" if nobody knows
  std::vector<std::string> requirements;
  Verdict verdict = Verdict::none;
  std::string reason;
  std::vector<Attempt> attempts;        ///< empty: never begun
  std::vector<std::string> deviations;  ///< ids of all that touched it, each once
  bool blocked = false;
  bool applicable = true;  ///< false: the profile does not claim what it needs; the reason names the key
  Nanos duration{};        ///< of all attempts together
};

struct RequirementResult {
  std::string id, level, statement, command;  ///< empty but for the id, where the catalogue does not know it
  Verdict verdict = Verdict::none;
  std::vector<std::string> cases;       ///< that declare it, whether they ran or not
  std::vector<std::string> deviations;  ///< ids
  bool applicable = true;               ///< false: none of its cases is
};

struct Evidence {
  std::string case_id, device;
  std::uint64_t exchange = 0;
  std::string bytes;  ///< made visible
};

/// Merged by id and requirement.
struct DeviationResult {
  std::string id, requirement;
  std::string summary;             ///< of the first
  std::vector<std::string> cases;  ///< touched, each once
  std::vector<Evidence> evidence;  ///< of the first three
  std::uint64_t count = 0;
  bool certain =
      false;  ///< seen at least once while no bytes were lost and nothing hid it; else it accuses nobody
};

struct FaultResult {
  std::string kind;  ///< "bench" | "device" | "usage" | "stopped"
  std::string what, cure, device;
  bool of_last_run = true;  ///< false: before the run was continued
};

struct Measurement {
  std::string name, requirement, case_id, device, unit;
  std::vector<double> values;
  std::string of;  ///< the statistic that a budget is of; empty: there is no budget
  std::optional<double> limit, u;
};

/// What a run found where the manual contradicts itself or is silent; once for each different finding.
struct ErratumFound {
  std::string erratum, found;
};

struct DeviceInfo {
  std::string name, link, firmware;
  bool is_virtual = false;
};

struct RunInfo {
  std::string attest, wall;  ///< version; UTC, ISO 8601
  std::uint64_t seed = 0;
  nlohmann::json command, options, profile, bench;  ///< as run.begin has them; null if it has not
  std::vector<DeviceInfo> devices;
  std::string ended;  ///< "done" | "stopped" | "bench"; empty: cut
  Instant begun, last;
};

/// How many have each verdict.
using Counts = std::map<Verdict, std::size_t>;

struct Judgement {
  RunInfo run;
  std::vector<CaseResult> cases;                ///< in the order of the plan, then as they came
  std::vector<RequirementResult> requirements;  ///< the catalogue's, in its order, then unknown ones
  std::vector<DeviationResult> deviations;      ///< in the order of their first appearance
  std::vector<FaultResult> faults;
  std::vector<Measurement> measurements;
  std::vector<ErratumFound> errata;  ///< in the order of their ids
  Counts case_counts, requirement_counts;
  int exit_code = 3;
  std::string decision;  ///< one sentence: why that exit code
};

/// The fold, fed event by event. Not thread-safe. The catalogue must outlive it.
class Judge {
 public:
  explicit Judge(const Catalogue& catalogue);
  ~Judge();
  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;

  /// An event with missing or odd fields never throws; what it does not say is not counted for the device.
  void take(const record::Event& event);
  /// Whether events of that type change anything but when the record ends. Most are evidence alone.
  [[nodiscard]] static bool heeds(std::string_view type);
  /// As if the record ended here.
  [[nodiscard]] Judgement result() const;
  /// One case as if the record ended here: for the live view, cheap. Nothing for an unknown id.
  [[nodiscard]] std::optional<CaseResult> case_result(std::string_view id) const;

  struct State;  // internal: judge_state.hpp

 private:
  std::unique_ptr<State> state_;
};

[[nodiscard]] Judgement judge(const std::vector<record::Event>& events, const Catalogue& catalogue);

}  // namespace attest::spec

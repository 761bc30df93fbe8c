// A run: a plan carried out on one or several devices, each with a case host of its own, into one record.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/record/line.hpp"
#include "harness/runner/plan.hpp"

namespace attest::runner {

struct DeviceUnderTest {
  std::string name;      ///< "dut0": stands on every event of it
  nlohmann::json order;  ///< what its host's "open" holds beside what every host's does
  std::string
      lease;  ///< what it is leased under while its host lives (lab::Lease); empty: nobody else can have it
  std::function<bool(const CaseEntry&)> takes;  ///< whether it has what the case needs; empty: it takes any
  Nanos link_returns_within =
      std::chrono::seconds(15);     ///< a link that broke is waited for so long; zero: not at all
  std::optional<Error> unfit = {};  ///< it is not to be used, and why: told as if it had been lost
};

struct RunSetup {
  std::filesystem::path host_program;  ///< attest-cases
  std::vector<DeviceUnderTest> devices;
  nlohmann::json host_order;  ///< what every host's "open" holds: bench, profile, seed
  nlohmann::json head;        ///< the fields of run.begin that the runner does not know itself
  Nanos case_limit = std::chrono::minutes(5);  ///< a case that takes longer hangs: its host is killed
  Nanos wake_limit = std::chrono::minutes(1);  ///< from starting a host to host.ready
  int stop_fd = -1;                            ///< becomes readable when the user wants to stop
};

enum class Ended { done, stopped, bench };

/// The fields of run.begin.
[[nodiscard]] nlohmann::json head_of(const RunSetup& setup, const std::vector<Step>& plan);

/// Writes the whole record, run.begin to run.end, into `sink`. What is not applicable is planned and not run.
/// A crash of a case is `error` for that case and the run goes on. A link that broke is waited for: the case
/// in it is `inconc`, and the device that is found again goes on. A device that is gone blocks what was still
/// to run on it, unless another device takes it; one that cannot reach its network is given cases only where
/// no other is left. Throws Failure if the record cannot be written.
[[nodiscard]] Ended run(const RunSetup& setup, const std::vector<Step>& plan, record::LineSink& sink,
                        const Clock& clock);

/// The same, step by step, for who has an order of his own (pytest). Not thread-safe.
class Stepwise {
 public:
  /// Writes run.begin. The sink and the clock must outlive it. The plan may be empty: of who does not know
  /// yet what comes.
  Stepwise(RunSetup setup, const std::vector<Step>& plan, record::LineSink& sink, const Clock& clock);
  ~Stepwise();
  Stepwise(const Stepwise&) = delete;
  Stepwise& operator=(const Stepwise&) = delete;

  /// Returns when the step is over: run, set aside as not applicable, or blocked because no device is left.
  /// The first step, and the first one after `release`, waits for the device as well. Throws Failure
  /// (stopped) where the user stopped it, and as `run` does.
  void carry_out(const Step& step);
  /// It will not be carried out, for a reason that is not the device's: it is blocked by that.
  void leave_out(const Step& step, const std::string& reason);
  /// Lets go of the devices, so that somebody else can open them.
  void release();
  /// Writes run.end. Steps of the plan that were never carried out count as stopped by the user. Once.
  Ended end();

 private:
  class Steps;
  std::unique_ptr<Steps> steps_;
};

}  // namespace attest::runner

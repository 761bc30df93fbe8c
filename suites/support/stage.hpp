// Everything that is open while cases run on one device: the link, the device, the origin, the recorder.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "harness/lab/dut.hpp"
#include "harness/record/event.hpp"
#include "harness/spec/profile.hpp"
#include "server/control/origin.hpp"
#include "suites/support/patience.hpp"
#include "suites/support/recorder.hpp"

namespace attest::suites {

struct StageSetup {
  std::string link;
  bool is_virtual = false;
  server::OriginConfig origin;
  spec::Profile profile;
  std::uint64_t seed = 0;
};

/// Thrown in a case that this bench cannot judge: its verdict is `inconc`.
class CannotTell : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Stage {
 public:
  /// Opens the link, starts the origin, wakes the device and asks for its version. All errors are bench
  /// faults.
  [[nodiscard]] static Result<std::unique_ptr<Stage>> open(StageSetup setup, record::Sink& sink,
                                                           const Clock& clock);

  [[nodiscard]] lab::Dut& dut() { return *dut_; }
  [[nodiscard]] server::Origin& origin() { return *origin_; }
  [[nodiscard]] const spec::Profile& profile() const { return setup_.profile; }
  [[nodiscard]] const StageSetup& setup() const { return setup_; }
  [[nodiscard]] Recorder& recorder() { return recorder_; }
  /// Nothing if the device has been seen to reach the origin; else why not. Where it cannot, no case that
  /// needs the network can say anything of the device.
  [[nodiscard]] const std::optional<Error>& unreachable() const { return unreachable_; }
  /// What the device answered to AT+GMR, as one text.
  [[nodiscard]] const std::string& firmware() const { return firmware_; }

  /// One command, or the data after its prompt, and the reply. Throws CannotTell for what has not been
  /// answered many times in a row.
  [[nodiscard]] at::Exchange command(std::string_view line, const at::Expectation& expectation);
  [[nodiscard]] at::Exchange data(std::string_view bytes, const at::Expectation& expectation);

  /// After each case: what still comes, the driver's counters, and the device back in a known state. Throws
  /// Failure if the device is gone.
  void tidy();
  /// The device was found broken after the last case, and has been restarted.
  [[nodiscard]] bool was_unfit() const { return was_unfit_; }

  /// An exception left the body of a case. The listener gives it a verdict.
  void broke(const std::exception& exception) {
    if (on_broken) on_broken(exception);
  }
  std::function<void(const std::exception&)> on_broken;

  /// The one that cases of this process run on.
  static Stage* current;

 private:
  Stage(StageSetup setup, record::Sink& sink, const Clock& clock)
      : setup_(std::move(setup)), clock_(clock), recorder_(sink, clock) {}
  [[nodiscard]] Status open_origin();
  [[nodiscard]] Status open_device();
  void probe_origin();
  void no_network(Error why);
  [[nodiscard]] bool arrives(const server::Resource& resource, const std::string& line);
  void count();
  void mind(const std::string& what);
  void minded(const std::string& what, const at::Exchange& exchange);
  /// One AT after a case that failed: a device that is broken by now says nothing by the failure.
  void examine();

  StageSetup setup_;
  const Clock& clock_;
  Recorder recorder_;
  std::unique_ptr<server::Origin> origin_;
  std::unique_ptr<transport::Link> link_;
  std::unique_ptr<lab::Dut> dut_;
  std::string firmware_;
  std::optional<Error> unreachable_;
  bool was_unfit_ = false;
  Patience patience_;
  std::string asked_;  ///< what the last command counts as
};

}  // namespace attest::suites

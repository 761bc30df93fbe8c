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
#include "suites/support/doors.hpp"
#include "suites/support/patience.hpp"
#include "suites/support/recorder.hpp"
#include "suites/support/setup.hpp"
#include "suites/support/tape.hpp"

namespace attest::suites {

/// Thrown in a case that this bench cannot judge: its verdict is `inconc`.
class CannotTell : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown in a case that needs what the profile does not claim: its verdict is `none`, and it is not
/// applicable.
class NotApplicable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Stage {
 public:
  /// Opens the doors, wakes the device and asks for its version. All errors are bench faults. With a tape
  /// that replays, nothing is opened, and the record answers.
  [[nodiscard]] static Result<std::unique_ptr<Stage>> open(StageSetup setup, record::Sink& sink,
                                                           std::unique_ptr<Tape> tape);

  [[nodiscard]] lab::Dut& dut() { return *dut_; }
  /// The ways out, as Doors has them.
  [[nodiscard]] server::Origin& origin() { return doors_->origin(); }
  [[nodiscard]] server::Origin& secure_origin(server::Leaf leaf, server::TlsTrouble trouble) {
    return doors_->secure_origin(leaf, trouble);
  }
  [[nodiscard]] server::Origin& secure_origin() { return doors_->secure_origin(); }
  [[nodiscard]] const server::Pki& pki() { return doors_->pki(); }
  [[nodiscard]] server::Relay& relay() { return doors_->relay(); }
  [[nodiscard]] server::Names* names() { return doors_->names(); }
  [[nodiscard]] lab::Power* power() { return doors_->power(); }
  [[nodiscard]] phone::Phone& phone() { return doors_->phone(); }
  [[nodiscard]] const lab::StationWatch* access_point() const { return doors_->access_point(); }
  /// A port where connecting is refused. Throws a Failure if there is none to be had.
  [[nodiscard]] HeldPort refusing_port() { return must(doors_->refusing_port()); }
  /// The run's time: of the machine, or of the record.
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Tape& tape() { return *tape_; }
  /// Holds still without reading; a replay does not.
  void pause(Nanos span) const;
  /// What the bench has in a file, or makes of it. A replay has as many zeros: what is served reaches nobody.
  [[nodiscard]] std::string bytes_of_bench(const std::function<std::string()>& made);

  /// Around each order to run a case: a replay goes to its place on the tape. `place` is of a replay.
  void begin_order(const std::string& id, int attempt, std::size_t place);
  void end_order();
  /// A case has given the device another network: come_home() has something to do.
  void moved() { moved_ = true; }
  /// Brings the device back to the network of the servers, if a case has moved it. Where that cannot be done
  /// there is no network for the rest of the run.
  void come_home();
  /// Whether a request of the device comes to the origin now. What the device says to the commands that ask
  /// is told to `overhear`.
  using Overhear = std::function<void(const at::Exchange&)>;
  [[nodiscard]] bool gets_through(int tries = 3, const Overhear& overhear = {});
  /// Whether http://name/ without a port leads to the relay, and https://name/ to the HTTPS origin.
  [[nodiscard]] bool has_standard_ports() const;
  [[nodiscard]] const spec::Profile& profile() const { return setup_.profile; }
  [[nodiscard]] const StageSetup& setup() const { return setup_; }
  [[nodiscard]] Recorder& recorder() { return recorder_; }
  /// Nothing if the device has been seen to reach the origin; else why not. Where it cannot, no case that
  /// needs the network can say anything of the device.
  [[nodiscard]] const std::optional<Error>& unreachable() const { return unreachable_; }
  /// u of a time that is measured on this line: what our own side takes of a round trip (p99), and the
  /// adapter.
  [[nodiscard]] double uncertainty_ms() const { return uncertainty_ms_; }
  /// The network, or the device's way to it, is gone for the rest of the run.
  void no_network(Error why);
  /// What the device answered to AT+GMR, as one text.
  [[nodiscard]] const std::string& firmware() const { return firmware_; }

  /// Throws NotApplicable where the profile does not claim the command of that line of the manual, or that
  /// feature.
  void need(std::string_view line) const;
  void need_feature(std::string_view feature) const;
  /// The reason why need() would throw; empty if it would not.
  [[nodiscard]] std::string unclaimed(std::string_view line) const;
  /// One command, or the data after its prompt, and the reply. Throws NotApplicable as need() does, and
  /// CannotTell for what has not been answered many times in a row.
  [[nodiscard]] at::Exchange command(std::string_view line, const at::Expectation& expectation);
  /// The device was given what a restart would take from it: until the case ends, none is made before a
  /// command that was silent in other cases.
  void gave_data() { gave_data_ = true; }
  [[nodiscard]] at::Exchange data(std::string_view bytes, const at::Expectation& expectation);

  /// After each case: what still comes, the driver's counters, and the device back in a known state. Throws
  /// Failure if the device is gone.
  void tidy();
  /// The device was found broken after the last case, and has been restarted.
  [[nodiscard]] bool was_unfit() const { return was_unfit_; }

  /// An exception left the body of a case. The listener gives it a verdict.
  void broke(const std::exception& exception);
  std::function<void(const std::exception&)> on_broken;

  /// The one that cases of this process run on.
  static Stage* current;

 private:
  Stage(StageSetup setup, record::Sink& sink, std::unique_ptr<Tape> tape)
      : setup_(std::move(setup)), tape_(std::move(tape)), clock_(*tape_), recorder_(sink, clock_) {}
  [[nodiscard]] Status open_doors();
  [[nodiscard]] Status begin_on_device();
  void make_dut();
  /// What the next case finds that the ones before have left behind; and the way back, in a replay that could
  /// not follow one of them.
  [[nodiscard]] nlohmann::json mark();
  void return_to(const nlohmann::json& mark);
  [[nodiscard]] bool reaches_origin(const Overhear& overhear = {});
  [[nodiscard]] bool brought_home();
  [[nodiscard]] Status open_device();
  [[nodiscard]] bool asks_servers() const;
  void probe_origin();
  [[nodiscard]] Status measure_floor();
  [[nodiscard]] bool arrives(const server::Resource& resource, const std::string& line,
                             const Overhear& overhear);
  [[nodiscard]] bool arrives_by_data(const server::Resource& page);
  void count();
  void mind(const std::string& what);
  void minded(const std::string& what, const at::Exchange& exchange);
  /// One AT after a case that failed: a device that is broken by now says nothing by the failure.
  void examine();

  StageSetup setup_;
  std::unique_ptr<Tape> tape_;
  TapeClock clock_;
  Recorder recorder_;
  std::unique_ptr<Doors> doors_;
  std::unique_ptr<lab::Dut> dut_;
  bool astray_ = false;         ///< a replay could not follow the case before
  std::size_t next_place_ = 0;  ///< of a replay
  bool moved_ = false;
  std::string firmware_;
  std::optional<Error> unreachable_;
  double uncertainty_ms_ = 0;
  bool was_unfit_ = false;
  bool gave_data_ = false;
  Patience patience_;
  std::string asked_;  ///< what the last command counts as
};

}  // namespace attest::suites

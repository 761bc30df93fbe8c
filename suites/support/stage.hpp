// Everything that is open while cases run on one device: the link, the device, the origin, the recorder.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "harness/lab/bench.hpp"
#include "harness/lab/dut.hpp"
#include "harness/lab/hostapd.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/lab/virtual_world.hpp"
#include "harness/phone/phone.hpp"
#include "harness/record/event.hpp"
#include "harness/spec/profile.hpp"
#include "server/control/faults.hpp"
#include "server/control/names.hpp"
#include "server/control/origin.hpp"
#include "suites/support/patience.hpp"
#include "suites/support/recorder.hpp"

namespace attest::suites {

struct StageSetup {
  std::string device;  ///< "dut0"
  lab::Bench bench;
  lab::VirtualOptions virtual_device;  ///< if the bench's device is one
  spec::Profile profile;
  std::uint64_t seed = 0;
  std::filesystem::path key_log;  ///< of TLS sessions; empty: none is kept
  std::filesystem::path keys;     ///< folder of the certificates' keys; empty: they are made anew
};

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
  /// Opens the link, starts the origin, wakes the device and asks for its version. All errors are bench
  /// faults.
  [[nodiscard]] static Result<std::unique_ptr<Stage>> open(StageSetup setup, record::Sink& sink,
                                                           const Clock& clock);

  [[nodiscard]] lab::Dut& dut() { return *dut_; }
  [[nodiscard]] server::Origin& origin() { return *origin_; }
  /// The HTTPS origin, with that certificate and that trouble from here on. Its certificates are made at the
  /// first call.
  [[nodiscard]] server::Origin& secure_origin(server::Leaf leaf, server::TlsTrouble trouble);
  /// The HTTPS origin as it is; with a good certificate at the first call.
  [[nodiscard]] server::Origin& secure_origin();
  /// Its certificates.
  [[nodiscard]] const server::Pki& pki();
  /// In front of the origin: where connections can be disturbed, and where port 80 of a virtual device's
  /// network leads.
  [[nodiscard]] server::Relay& relay() { return *relay_; }
  /// The name server that the device asks, or null.
  [[nodiscard]] server::Names* names() { return names_.get(); }
  /// The device's supply, or null.
  [[nodiscard]] lab::Power* power() { return power_; }
  /// What the bench has to provision the device with.
  [[nodiscard]] phone::Phone& phone() { return *phone_; }
  /// What the bench's access point tells of its stations, or null.
  [[nodiscard]] const lab::StationWatch* access_point() const { return station_watch_.get(); }
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
  void broke(const std::exception& exception) {
    if (on_broken) on_broken(exception);
  }
  std::function<void(const std::exception&)> on_broken;

  /// The one that cases of this process run on.
  static Stage* current;

 private:
  Stage(StageSetup setup, record::Sink& sink, const Clock& clock)
      : setup_(std::move(setup)), clock_(clock), recorder_(sink, clock) {}
  [[nodiscard]] Status open_servers();
  [[nodiscard]] Status open_origin(std::uint16_t port, std::uint16_t advertise_port);
  [[nodiscard]] Status open_relay(std::uint16_t port, std::uint16_t advertise_port);
  [[nodiscard]] bool open_by_way_of_80();
  [[nodiscard]] bool reaches_origin(const Overhear& overhear = {});
  [[nodiscard]] bool brought_home();
  [[nodiscard]] Result<std::string> start_virtual_device();
  [[nodiscard]] Status open_phone();
  [[nodiscard]] Status watch_access_point();
  [[nodiscard]] server::JournalListener journal_listener();
  [[nodiscard]] Status open_link();
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
  const Clock& clock_;
  Recorder recorder_;
  std::unique_ptr<server::Origin> origin_, secure_origin_;
  std::unique_ptr<server::Relay> relay_;
  std::unique_ptr<server::Names> names_;
  std::shared_ptr<const server::Pki> pki_;
  std::uint16_t secure_port_ = 0;
  std::optional<server::RefusingPort> secure_port_held_;  ///< until the HTTPS origin needs it
  std::optional<lab::VirtualWorld> world_;
  std::optional<lab::VirtualDevice> virtual_device_;
  std::unique_ptr<lab::Power> own_power_;
  lab::Power* power_ = nullptr;
  std::unique_ptr<transport::Link> link_;
  std::unique_ptr<lab::Dut> dut_;
  std::unique_ptr<phone::Phone> phone_;
  std::unique_ptr<lab::StationWatch> station_watch_;
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

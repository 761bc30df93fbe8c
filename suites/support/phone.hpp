// The phone of the bench, by which a person would give the device a network: its BLE, its AirKiss, and the
// access points around. What it sees and does goes into the record; names of made-up networks too, passwords
// never.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "harness/airkiss/sender.hpp"
#include "harness/base/secret.hpp"
#include "harness/ble/provision.hpp"
#include "harness/lab/access_point.hpp"
#include "harness/lab/bench.hpp"
#include "harness/spec/profile.hpp"
#include "suites/support/recorder.hpp"

namespace attest::suites {

/// Used from the case host's thread. Throws CannotTell where the bench fails, and NotApplicable where it has
/// declared that it has no such radio or the profile claims no such way.
class Phone {
 public:
  struct Setup {
    lab::Bench bench;                                ///< ble_*, airkiss_*, network_*
    std::unique_ptr<lab::AccessPoint> access_point;  ///< null: only the home, as it is
    std::optional<lab::Network> home;                ///< where the device is when nobody has moved it
    std::optional<Error> no_ble;                     ///< why there is no bus to look for BLE on
  };
  Phone(Setup setup, spec::Profile profile, Recorder& recorder, const Clock& clock)
      : setup_(std::move(setup)), profile_(std::move(profile)), recorder_(recorder), clock_(clock) {}

  void need_ble();
  void need_airkiss() const;
  /// need_ble() would not throw.
  [[nodiscard]] bool has_ble();
  [[nodiscard]] bool has_airkiss() const;

  /// A scan for as long as it lives.
  class Watch {
   public:
    explicit Watch(Phone& phone);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// The first advertisement under exactly the profile's name; nothing if there was none by the deadline.
    [[nodiscard]] std::optional<Instant> seen(Nanos within) const;
    /// Under a name that only begins with it.
    [[nodiscard]] std::optional<std::string> seen_longer_name() const;
    /// There is none any more: none came for the profile's advert_gone.
    [[nodiscard]] bool gone() const;

   private:
    Phone& phone_;
  };
  [[nodiscard]] Watch watch() { return Watch(*this); }

  /// Sees it advertised, connects and writes. Errors are the device's; those of the bench are thrown.
  [[nodiscard]] Result<ble::Delivered> write(std::string payload);

  /// Sends name and password by AirKiss until the device answers with `random` or `stop` is asked for, or the
  /// profile's deadline passes. Throws nothing, and may be called from another thread, after need_airkiss().
  [[nodiscard]] Result<airkiss::Outcome> kiss(const lab::Network& network, std::uint8_t random,
                                              const airkiss::Disturbance& disturbance,
                                              const std::stop_token& stop);

  /// What three bursts of it take.
  [[nodiscard]] Nanos three_rounds(const lab::Network& network) const;

  /// That network is there from here on, and no other but the home if `beside_home`.
  void make(const lab::Network& network, bool beside_home = false);
  void make_home_only();
  [[nodiscard]] bool can_make() const { return setup_.access_point != nullptr; }
  [[nodiscard]] const std::optional<lab::Network>& home() const { return setup_.home; }

 private:
  [[nodiscard]] ble::Central& central();
  [[nodiscard]] std::optional<Error> open();
  [[nodiscard]] airkiss::Plan kiss_plan(const lab::Network& network, std::uint8_t random) const;
  void offer(const std::vector<lab::Network>& networks);

  Setup setup_;
  spec::Profile profile_;
  Recorder& recorder_;
  const Clock& clock_;
  std::unique_ptr<ble::Central> central_;
  std::optional<Error> broken_;  ///< BLE was tried, and is not there
};

}  // namespace attest::suites

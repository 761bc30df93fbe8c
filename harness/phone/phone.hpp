// The phone of the bench, by which a person would give the device a network: its BLE, its AirKiss, and the
// access points around. What it sees and does is told to an observer; names of networks too, passwords never.
//
// Errors: `bench` where this machine's radio or access point fails, `device` where the other side does,
// `usage` for what the bench file or the profile does not say. Used from one thread but for kiss().
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "harness/airkiss/sender.hpp"
#include "harness/ble/provision.hpp"
#include "harness/lab/access_point.hpp"
#include "harness/lab/bench.hpp"
#include "harness/spec/profile.hpp"

namespace attest::phone {

enum class Way { ble, airkiss };
[[nodiscard]] std::string_view name_of(Way way);  ///< "ble" | "airkiss", as in profiles and records

struct Setup {
  lab::Bench bench;                                ///< ble_*, airkiss_*
  std::unique_ptr<lab::AccessPoint> access_point;  ///< null: only the home, as it is
  std::optional<lab::Network> home;                ///< where the device is when nobody has moved it
  std::optional<Error> no_ble;                     ///< why there is no bus to look for BLE on
};

/// What the phone saw or did by that way. May be called from any thread; it is quick and throws nothing.
using Observer = std::function<void(Way way, std::string_view event, Instant at, std::string_view text,
                                    nlohmann::json fields)>;

/// A scan, for as long as it lives. Its phone must outlive it.
class Watch {
 public:
  Watch(ble::Central& central, const spec::Profile& profile, const Clock& clock)
      : central_(central), profile_(profile), clock_(clock) {}
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// The first advertisement under exactly the profile's name; nothing if there was none by the deadline.
  [[nodiscard]] Result<std::optional<Instant>> seen(Nanos within) const;
  /// Under a name that is only like it.
  [[nodiscard]] std::optional<std::string> seen_longer_name() const;
  /// There is none any more: none came for the profile's advert_gone.
  [[nodiscard]] Result<bool> gone() const;

 private:
  ble::Central& central_;
  const spec::Profile& profile_;
  const Clock& clock_;
};

class Phone {
 public:
  Phone(Setup setup, spec::Profile profile, Observer observer, const Clock& clock);

  /// Why nobody is to try that way: the bench declares that it has no such radio, or the profile does not
  /// claim it. Empty if it is to be tried.
  [[nodiscard]] std::string not_meant(Way way) const;
  /// Its radio is there and on. A BLE that was not there once is not asked again.
  [[nodiscard]] Status ready(Way way);
  [[nodiscard]] bool has(Way way) { return not_meant(way).empty() && ready(way).has_value(); }

  [[nodiscard]] Result<std::unique_ptr<Watch>> watch();
  /// Sees it advertised, connects and writes. Trouble of the bench's before that is told in step `none`.
  /// `with_response` goes before what the profile says.
  [[nodiscard]] ble::Delivered write(std::string payload, std::optional<bool> with_response = {});

  /// Sends name and password by AirKiss until the device answers with `random` or `stop` is asked for, or the
  /// profile's deadline passes; then hears what else is answered for `listen_on`. May be called from another
  /// thread.
  [[nodiscard]] Result<airkiss::Outcome> kiss(const lab::Network& network, std::uint8_t random,
                                              const airkiss::Disturbance& disturbance,
                                              const std::stop_token& stop, Nanos listen_on = {}) const;
  /// What three bursts of it take.
  [[nodiscard]] Result<Nanos> three_rounds(const lab::Network& network) const;

  /// That network is there from here on, and no other.
  [[nodiscard]] Status make(const lab::Network& network);
  /// The same for the home. Where the bench can make no networks, the home is there as it is.
  [[nodiscard]] Status make_home_only();
  [[nodiscard]] bool can_make() const { return setup_.access_point != nullptr; }
  [[nodiscard]] const std::optional<lab::Network>& home() const { return setup_.home; }

 private:
  [[nodiscard]] Status open_ble();
  [[nodiscard]] Result<airkiss::Plan> kiss_plan(const lab::Network& network, std::uint8_t random) const;

  Setup setup_;
  const spec::Profile profile_;
  const Observer observer_;
  const Clock& clock_;
  std::unique_ptr<ble::Central> central_;
  std::optional<Error> broken_;  ///< BLE was tried, and is not there
};

}  // namespace attest::phone

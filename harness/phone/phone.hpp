// The phone of the bench, by which a person would give the device a network: its BLE, its AirKiss, and the
// access points around. What it sees and does is told to an observer; names of networks too, passwords never.
//
// Errors: `bench` where this machine's radio or access point fails, `device` where the other side does,
// `usage` for what the bench file or the profile does not say.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
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
  virtual ~Watch() = default;
  /// The first advertisement under exactly the profile's name; nothing if there was none by the deadline.
  [[nodiscard]] virtual Result<std::optional<Instant>> seen(Nanos within) const = 0;
  /// Under a name that is only like it.
  [[nodiscard]] virtual std::optional<std::string> seen_longer_name() const = 0;
  /// There is none any more: none came for the profile's advert_gone.
  [[nodiscard]] virtual Result<bool> gone() const = 0;
};

/// AirKiss going out, in a thread of its own; its end stops it. Its phone must outlive it.
class Kissing {
 public:
  virtual ~Kissing() = default;
  /// The answer was heard, or the sender has given up.
  [[nodiscard]] virtual bool over() const = 0;
  /// Stops it, if it is not over, and tells what came of it. Once.
  [[nodiscard]] virtual Result<airkiss::Outcome> finish() = 0;
};

/// From one thread. `lab_phone` makes a real one.
class Phone {
 public:
  virtual ~Phone() = default;

  /// Why nobody is to try that way: the bench declares that it has no such radio, or the profile does not
  /// claim it. Empty if it is to be tried.
  [[nodiscard]] virtual std::string not_meant(Way way) const = 0;
  /// Its radio is there and on. A BLE that was not there once is not asked again.
  [[nodiscard]] virtual Status ready(Way way) = 0;
  [[nodiscard]] bool has(Way way) { return not_meant(way).empty() && ready(way).has_value(); }

  [[nodiscard]] virtual Result<std::unique_ptr<Watch>> watch() = 0;
  /// Sees it advertised, connects and writes. Trouble of the bench's before that is told in step `none`.
  /// `with_response` goes before what the profile says.
  [[nodiscard]] virtual ble::Delivered write(std::string payload, std::optional<bool> with_response) = 0;
  [[nodiscard]] ble::Delivered write(std::string payload) { return write(std::move(payload), {}); }

  /// Sends name and password by AirKiss until the device answers with `random` or it is finished, or the
  /// profile's deadline passes; then hears what else is answered for `listen_on`.
  [[nodiscard]] virtual std::unique_ptr<Kissing> kiss(const lab::Network& network, std::uint8_t random,
                                                      const airkiss::Disturbance& disturbance,
                                                      Nanos listen_on) = 0;
  /// From any thread: every wait for BLE ends now, with an error. The next use finds the radio anew.
  virtual void give_up() {}
  /// What three bursts of it take.
  [[nodiscard]] virtual Result<Nanos> three_rounds(const lab::Network& network) const = 0;

  /// That network is there from here on, and no other.
  [[nodiscard]] virtual Status make(const lab::Network& network) = 0;
  /// The same for the home. Where the bench can make no networks, the home is there as it is.
  [[nodiscard]] virtual Status make_home_only() = 0;
  [[nodiscard]] virtual bool can_make() const = 0;
  [[nodiscard]] virtual const std::optional<lab::Network>& home() const = 0;
};

/// Phone::not_meant, for who has no phone.
[[nodiscard]] std::string not_meant(Way way, const lab::Bench& bench, const spec::Profile& profile);

/// By this machine's BlueZ and its UDP. The clock must outlive it.
[[nodiscard]] std::unique_ptr<Phone> lab_phone(Setup setup, spec::Profile profile, Observer observer,
                                               const Clock& clock);

}  // namespace attest::phone

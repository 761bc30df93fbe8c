// The device under test: a session, and the ladder by which a silent or confused device is brought back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "harness/at/session.hpp"
#include "harness/base/result.hpp"
#include "harness/lab/power.hpp"

namespace attest::lab {

/// What the ladder needs to know beyond the dialect. From the profile.
struct Habitat {
  Nanos connect_deadline = std::chrono::seconds(5);  ///< from opening the link to the first OK
  std::string network_up = "WIFI GOT IP";  ///< the line that tells that servers can be reached; may be empty
  /// How long to wait for that line after a boot banner before going on without it.
  Nanos network_settle = std::chrono::seconds(3);
  Nanos quiet = std::chrono::milliseconds(20);  ///< silence that ends a drain
};

/// The link to the device broke, and not the device: a port that was pulled out may come back, and what was
/// said until then has an end that nobody heard.
class LinkLost : public Failure {
 public:
  using Failure::Failure;
};

struct Rung {
  std::string name;  ///< "drain", "fill", "resync", "restart", "reset", "power", "flash"
  bool worked = false;
  std::string detail;
};

/// Not thread-safe. The link and the clock must outlive it.
class Dut {
 public:
  using RungListener = std::function<void(const Rung&)>;
  Dut(transport::Link& link, at::Dialect dialect, Habitat habitat, const Clock& clock, at::Observer* observer,
      RungListener on_rung);

  /// Makes contact: drains what is on the line, sends AT until OK, switches the echo off, waits for the
  /// network if the device has just started. A device that is not there is a bench error that says what was
  /// seen.
  [[nodiscard]] Status wake();
  /// The same, for a device that may have hung before anybody came: one that does not answer is reset, and
  /// then has its power cut, where the bench can do that.
  [[nodiscard]] Status wake_or_revive();

  /// One command. A device left in doubt by the one before is brought back first (Failure if it cannot be).
  [[nodiscard]] at::Exchange command(std::string_view line);
  [[nodiscard]] at::Exchange command(std::string_view line, const at::Expectation& expectation);
  [[nodiscard]] at::Exchange data(std::string_view bytes, const at::Expectation& expectation);

  /// The session itself, for bytes in pieces. What is done with it must be told by `noticed`.
  [[nodiscard]] at::Session& session() { return *session_; }
  /// Takes an exchange made on the session directly into account: a lost link is thrown, silence puts in
  /// doubt.
  void noticed(const at::Exchange& exchange);
  /// The same for what came while nobody asked: silence is right there, a boot banner is not.
  void heard(const at::Exchange& strays);

  /// Goes on from there with a device that is well, whatever was before (a record that is gone through
  /// again).
  void resume(const at::Session::Position& position);

  /// A wait on the link was stopped (Link::stop_on): what was asked last may still be answered, or be at
  /// work.
  void stopped();

  /// True after silence, a restart or a prompt left open: verdicts about what follows would be about this.
  [[nodiscard]] bool in_doubt() const { return in_doubt_; }
  /// Climbs the ladder until the device answers AT. An error if no rung helped: nothing is known of the
  /// device.
  [[nodiscard]] Status recover();
  /// With a reset line and a supply the ladder has more rungs. Must outlive this; null: it has none.
  void supplied_by(Power* power) { power_ = power; }
  /// Cuts the power and gives it again, and waits until the device is back. An error if it does not come
  /// back.
  [[nodiscard]] Status power_cycle();
  /// AT+RST, and the wait for the banner, the network and the first OK. An error if the device does not come
  /// back.
  [[nodiscard]] Status restart();
  /// After a boot banner: echo is on again and the network is being joined.
  [[nodiscard]] Status settle_after_boot(bool network_seen = false);

 private:
  [[nodiscard]] bool settled_after_start(bool network_seen);
  [[nodiscard]] bool answers(Nanos patience);
  [[nodiscard]] bool saw_network(const at::Exchange& exchange) const;
  [[nodiscard]] bool climb(const std::string& name, const std::function<bool(std::string&)>& act);
  [[nodiscard]] bool fill_open_prompt(std::string& detail);
  [[nodiscard]] bool reboots();
  [[nodiscard]] bool starts_again(std::string& detail, bool flash_anew);
  [[nodiscard]] bool starts_after_reset(std::string& detail);
  [[nodiscard]] bool starts(const Status& done, std::string& detail);
  [[nodiscard]] bool can_cut() const { return power_ != nullptr && power_->can_cut(); }
  [[nodiscard]] bool can_reset() const { return power_ != nullptr && power_->can_reset(); }
  void remember(const at::Exchange& exchange);
  [[nodiscard]] Status climb_all();

  const Clock& clock_;
  Habitat habitat_;
  at::Observer* observer_;
  Power* power_ = nullptr;
  RungListener on_rung_;
  std::unique_ptr<at::Session> session_;
  bool in_doubt_ = false;
  int only_power_helped_ = 0;  ///< recoveries in a row
  bool prompt_open_ = false;   ///< the device waits for data that nobody has sent
  bool booted_ = false;        ///< a boot banner was seen and not yet settled
  bool network_up_ = false;    ///< the network line was seen since that banner
  std::string last_command_, last_heard_;
};

}  // namespace attest::lab

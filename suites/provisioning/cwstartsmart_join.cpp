// SS-03, SS-13, SS-14, SS-17, SS-19: both ways at once, and what comes after the credentials.
#include <fmt/format.h>

#include "suites/support/provisioning.hpp"
#include "suites/support/stage.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using namespace std::chrono_literals;

ATTEST_CASE_ON(ProvisioningCase, SmartBoth, TakesBle, "SS-03", "SS-17") {
  blame("SS-03");
  (void)ble();
  const auto one = any_network();
  const auto exchange = start(3);
  owe("SS-03", "type 3 is accepted").ok(exchange);
  if (!exchange.ok()) return owe("SS-17", "AirKiss stops").cannot_tell("type 3 is refused (SS-03)");
  const auto joining = join_by_ble(one);
  owe_join("SS-03", "a phone provisions the device over BLE", joining);
  if (!joining.joined())
    return owe("SS-17", "AirKiss stops").cannot_tell("BLE has delivered nothing (SS-03)");
  const auto after = burst_in_vain();
  owe("SS-17", "after BLE has delivered, AirKiss provisions no more")
      .met(!after.moved(), "the device stays where it is", after.text());
}

ATTEST_CASE_ON(ProvisioningCase, SmartBoth, TakesAirKiss, "SS-03", "SS-17") {
  blame("SS-03");
  (void)ble();
  (void)airkiss();
  const auto one = any_network();
  const auto exchange = start(3);
  owe("SS-03", "type 3 is accepted").ok(exchange);
  if (!exchange.ok()) return owe("SS-17", "the advertisement stops").cannot_tell("type 3 is refused (SS-03)");
  const bool seen = is_advertised();
  const auto kissed = join_by_airkiss(one);
  owe_join("SS-03", "AirKiss provisions the device", kissed.joining);
  owe("SS-17", "after AirKiss has delivered, the advertisement is gone")
      .only_if(kissed.joining.joined() && seen,
               "nothing was advertised, or AirKiss has delivered nothing (SS-03)")
      .met(stays_unadvertised(), "no advertisement", "it goes on, or comes back");
}

struct JoinCase : ProvisioningCase {
  /// By BLE; where that leads nowhere, by AirKiss: it may be the payload that the device does not take
  /// (SS-08).
  [[nodiscard]] Joining join_by_either() {
    const auto one = any_network();
    const auto begun = start(1);
    auto joining = begun.ok() ? join_by_ble(one) : Joining{.undelivered = "type 1 is refused (SS-01)"};
    by_airkiss_ = !joining.joined() && has_airkiss() && stop().ok() && start(2).ok();
    return by_airkiss_ ? join_by_airkiss(any_network()).joining : joining;
  }
  /// Whether a join that has failed is more than a payload that was not taken.
  [[nodiscard]] bool tells(const Joining& joining) const {
    if (joining.joined() || by_airkiss_) return true;
    return !joining.told_failure && (!joining.lines.empty() || is_not_advertised());
  }
  bool by_airkiss_ = false;
};

ATTEST_CASE_ON(JoinCase, SmartJoin, FollowsTheCredentials, "SS-13", "SS-19") {
  blame("SS-13");
  (void)ble();
  anew();
  const auto joining = join_by_either();
  owe("SS-13", "the device joins the network and reaches the server")
      .only_if(joining.undelivered.empty(), joining.undelivered)
      .only_if(tells(joining), fmt::format("it may be the payload (SS-08): {}", joining.text()))
      .met(joining.joined(), "an address, and a request to the server", joining.text());
  const bool timed = joining.joined() && joining.written && joining.up;
  owe("SS-19", "the time from the write to the network")
      .only_if(timed, "it did not join by BLE (SS-13)")
      .characterised(joining.text());
  if (timed) measure("write to network", "SS-19", "ms", {milliseconds(*joining.up - *joining.written)});
  if (!joining.joined()) return;
  const Chatter window(stage().recorder());
  (void)listen(2500ms, 2500ms);
  owe("SS-13", "and stays in it").met(stage().gets_through(), "a request some seconds later", "none");
}

ATTEST_CASE_ON(ProvisioningCase, SmartJoin, WithAWrongPasswordIsTold, "SS-14") {
  blame("SS-14");
  (void)ble();
  anew();
  const auto one = network();
  tell_of_failure("a wrong password", {one.ssid, Secret("not-" + std::string(one.password.reveal()))}, one);
}

ATTEST_CASE_ON(ProvisioningCase, SmartJoin, OfAnAbsentNetworkIsTold, "SS-14") {
  blame("SS-14");
  (void)ble();
  anew();
  const auto one = network();
  tell_of_failure("an absent network", {"absent-" + one.ssid, one.password}, one);
}

}  // namespace

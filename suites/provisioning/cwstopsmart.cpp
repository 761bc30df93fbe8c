// ST-01 … ST-06: AT+CWSTOPSMART, which the manual also calls AT+CWSTOPTSMART.
#include <fmt/format.h>

#include "suites/support/provisioning.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using namespace std::chrono_literals;

constexpr const char* kHeading = "AT+CWSTOPSMART";
constexpr const char* kCommand = "AT+CWSTOPTSMART";

/// OK, or its effect: what ends the advertisement is there, whatever it says.
struct StopCase : ProvisioningCase {
  [[nodiscard]] bool works(const std::string& line) {
    const bool started = start(1).ok();
    if (command(line).ok()) return true;
    return started && has_ble() && is_not_advertised();
  }
};

ATTEST_CASE_ON(StopCase, SmartStop, HasOneOfItsNames, "ST-01", "ST-02") {
  blame("ST-02");  // whatever is wrong with its reply: here its effect counts
  const bool heading = works(kHeading), other = works(kCommand);
  if (heading || other) know_stop_line(heading ? kHeading : kCommand);
  reads("E2", heading && other ? "both names work"
              : heading        ? "AT+CWSTOPSMART works"
              : other          ? "AT+CWSTOPTSMART works"
                               : "neither name works");
  const auto& named = profile().names().stop_smart;
  const auto got = [](bool worked) { return worked ? "works" : "does not work"; };
  owe("ST-01", "the command exists under a name of the manual")
      .met(named.empty() ? heading || other : (named == "CWSTOPSMART" ? heading : other),
           named.empty() ? "one of its two names" : "AT+" + named,
           fmt::format("AT+CWSTOPSMART {}, AT+CWSTOPTSMART {}", got(heading), got(other)));
}

ATTEST_CASE_ON(StopCase, SmartStop, IsAnsweredOk, "ST-02") {
  blame("ST-02");
  const auto line = works(kHeading) ? kHeading : works(kCommand) ? kCommand : nullptr;
  if (line == nullptr) return owe("ST-02", "it is answered OK").cannot_tell("it is not there (ST-01)");
  know_stop_line(line);
  for (const int type : {1, 2, 3}) {
    const auto started = start(type);
    owe("ST-02", fmt::format("it is answered OK while type {} runs", type))
        .only_if(started.ok(), "that type is refused (SS-01 to SS-03)")
        .ok(stop());
    (void)listen(500ms, 500ms);  // a second result comes within this
  }
}

struct Name {
  std::string_view name, line;
};
const std::vector<Name> kNames{{"OfTheHeading", kHeading}, {"OfTheCommand", kCommand}};

// A name that is answered OK is held to it, whichever of the two is the one that works (E2).
ATTEST_SWEEP_ON(ProvisioningCase, SmartStop, EndsTheAdvertisement, kNames, "ST-03") {
  blame("ST-03");
  (void)ble();
  if (!start(1).ok() || !is_advertised())
    return owe("ST-03", "the advertisement is gone").cannot_tell("nothing is advertised (SS-01)");
  const auto stopped = command(row.line);
  if (stopped.error())
    return owe("ST-03", "the advertisement is gone").characterised(fmt::format("{} is refused", row.line));
  owe("ST-03", fmt::format("after {} the advertisement is gone", row.line))
      .given(stopped)
      .met(stays_unadvertised(), "no advertisement", "it goes on, or comes back");
}

ATTEST_CASE_ON(ProvisioningCase, SmartStop, EndsBoth, "ST-03") {
  blame("ST-03");
  (void)ble();
  (void)airkiss();
  if (!start(3).ok()) return owe("ST-03", "both ways are over").cannot_tell("type 3 is refused (SS-03)");
  const bool seen = is_advertised();
  (void)stop();
  owe("ST-03", "after it the advertisement of type 3 is gone")
      .only_if(seen, "nothing was advertised (SS-03)")
      .met(is_not_advertised(), "no advertisement", "it goes on");
  const auto after = burst_in_vain();
  owe("ST-03", "and its AirKiss provisions no more")
      .met(!after.moved(), "the device stays where it is", after.text());
}

ATTEST_CASE_ON(ProvisioningCase, SmartStop, EndsAirKiss, "ST-03") {
  blame("ST-03");
  (void)airkiss();
  if (!start(2).ok()) return owe("ST-03", "AirKiss is over").cannot_tell("type 2 is refused (SS-02)");
  (void)stop();
  const auto after = burst_in_vain();
  owe("ST-03", "after it AirKiss provisions no more")
      .met(!after.moved(), "the device stays where it is", after.text());
}

ATTEST_CASE_ON(ProvisioningCase, SmartStop, WithNothingRunningHasOneResult, "ST-04") {
  blame("ST-04");
  (void)start(1);
  (void)stop();
  const auto again = stop();
  owe("ST-04", "a stop without a start has one clear result")
      .met(again.outcome == at::Outcome::complete, "OK or ERROR", came_to(again));
  found(fmt::format("a stop without a start is answered {}", came_to(again)));
  owe("ST-04", "and the parser is usable straight after it").ok(command("AT"));
  if (has_ble()) owe("ST-04", "and starts nothing").met(is_not_advertised(), "no advertisement", "one");
}

ATTEST_CASE_ON(ProvisioningCase, SmartStop, FiftyTimesLeavesAWorkingDevice, "ST-05") {
  blame("ST-05");
  anew();
  for (int i = 1; i <= 50; ++i) {
    const auto on = start(1 + i % 3);
    const auto off = stop();
    if (on.ok() && off.ok()) continue;
    if (i == 1)
      return owe("ST-05", "start and stop work 50 times").cannot_tell("they do not work once (SS-01, ST-02)");
    return owe("ST-05", "start and stop work 50 times")
        .met(false, "OK 50 times", fmt::format("time {}: start {}, stop {}", i, came_to(on), came_to(off)));
  }
  owe("ST-05", "start and stop work 50 times").characterised("OK 50 times");
  if (has_ble()) {
    const auto one = any_network();
    (void)start(1);
    owe_join("ST-05", "and a phone provisions the device after that", join_by_ble(one));
  }
  if (!has_airkiss()) return;
  const auto another = any_network();
  (void)start(2);
  owe_join("ST-05", "and so does AirKiss", join_by_airkiss(another).joining);
}

const std::vector<Name> kParameters{{"One", "1"}, {"Zero", "0"}};

ATTEST_SWEEP_ON(ProvisioningCase, SmartStop, TakesNoParameter, kParameters, "ST-06") {
  blame("ST-06");
  (void)start(1);
  owe("ST-06", fmt::format("a parameter {} is answered ERROR", row.line))
      .error(command(fmt::format("{}={}", stop_line(), row.line)));
}

const bool smoke = in_smoke({"SmartStart.IsRefused/TypeFour", "SmartBle.IsAdvertised",
                             "SmartBle.TakesTheExampleOfTheManual", "SmartAirKiss.Provisions",
                             "SmartStop.IsAnsweredOk", "SmartStop.EndsTheAdvertisement/OfTheHeading"});

}  // namespace

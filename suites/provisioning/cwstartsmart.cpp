// SS-04 … SS-07, SS-18: how AT+CWSTARTSMART is written and answered.
#include <fmt/format.h>

#include "suites/support/provisioning.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using namespace std::chrono_literals;

/// A result that comes once more does so within this.
constexpr Nanos kSecondResult = 500ms;

struct Floor {
  std::string_view name, text;
};

const std::vector<Floor> kFloors{{"0", "0"}, {"1", "1"}, {"2", "2"}, {"3", "3"},
                                 {"4", "4"}, {"5", "5"}, {"6", "6"}, {"7", "7"}};

ATTEST_SWEEP_ON(ProvisioningCase, SmartStart, TakesTheAuthFloor, kFloors, "SS-04") {
  blame("SS-04");
  for (const int type : {1, 2, 3}) {
    const auto line = fmt::format("AT+CWSTARTSMART={},{}", type, row.text);
    auto exchange = start(line);
    if (type != 1 && exchange.error()) {  // the type before may still run, and a start be refused for that
      anew();
      exchange = start(line);
    }
    owe("SS-04", fmt::format("an auth floor of {} is accepted: {}", row.text, line))
        .only_if(exchange.ok() || start(type).ok(), fmt::format("type {} is refused (SS-01 to SS-03)", type))
        .ok(exchange);
    if (type != 1 || !exchange.ok() || !has_ble()) continue;
    owe("SS-04", "and it is advertised as with any other").met(is_advertised(), "an advertisement", "none");
  }
}

ATTEST_CASE_ON(ProvisioningCase, SmartStart, MayLeaveTheAuthFloorOut, "SS-05") {
  blame("SS-05");
  const auto exchange = start("AT+CWSTARTSMART=1");
  owe("SS-05", "without an auth floor it is accepted").ok(exchange);
  if (!exchange.ok() || !has_ble()) return;
  owe("SS-05", "and does what it does with 0").met(is_advertised(), "an advertisement", "none");
}

struct Refused {
  std::string_view name, line;
};

const std::vector<Refused> kRefused{{"TypeZero", "AT+CWSTARTSMART=0,0"},
                                    {"TypeFour", "AT+CWSTARTSMART=4,0"},
                                    {"TypeIsAWord", "AT+CWSTARTSMART=ble,0"},
                                    {"TypeNegative", "AT+CWSTARTSMART=-1,0"},
                                    {"NoType", "AT+CWSTARTSMART=,0"},
                                    {"NoParameters", "AT+CWSTARTSMART="},
                                    {"NothingAtAll", "AT+CWSTARTSMART"},
                                    {"FloorEight", "AT+CWSTARTSMART=1,8"},
                                    {"FloorNegative", "AT+CWSTARTSMART=1,-1"},
                                    {"FloorIsAWord", "AT+CWSTARTSMART=1,WPA2"},
                                    {"TypeOfNineBits", "AT+CWSTARTSMART=257,0"},
                                    {"FloorOfNineBits", "AT+CWSTARTSMART=1,256"},
                                    {"FloorEightOfAirKiss", "AT+CWSTARTSMART=2,8"},
                                    {"FloorEightOfBoth", "AT+CWSTARTSMART=3,8"}};

ATTEST_SWEEP_ON(ProvisioningCase, SmartStart, IsRefused, kRefused, "SS-06") {
  blame("SS-06");
  owe("SS-06", fmt::format("{} is answered ERROR", row.line)).error(command(row.line));
}

// A device that says OK to one of them provisions: that is told above.
ATTEST_CASE_ON(ProvisioningCase, SmartStart, AdvertisesNothingWhenRefused, "SS-06") {
  blame("SS-06");
  (void)ble();
  for (const auto& one : kRefused)
    if (!command(one.line).error()) (void)stop();
  owe("SS-06", "nothing is advertised after lines that were refused")
      .met(is_not_advertised(), "no advertisement", "the device is advertised");
}

struct Example {
  std::string_view name, line;
  int type;
};

const std::vector<Example> kExamples{{"Ble", "AT+CWSTARTSMART =1,0", 1},
                                     {"AirKiss", "AT+CWSTARTSMART =2,0", 2},
                                     {"Both", "AT+CWSTARTSMART =3,0", 3}};

ATTEST_SWEEP_ON(ProvisioningCase, SmartStart, TakesTheExamplesOfTheManual, kExamples, "SS-07") {
  blame("SS-07");
  const auto exchange = start(std::string(row.line));
  owe("SS-07", fmt::format("\"{}\" is accepted as it stands", row.line)).ok(exchange);
  reads("E3", exchange.ok() ? "a space before '=' is accepted" : "a space before '=' is refused");
  if (!exchange.ok() || row.type == 2 || !has_ble()) return;
  owe("SS-07", "and starts what it names").met(is_advertised(), "an advertisement", "none");
}

ATTEST_CASE_ON(ProvisioningCase, SmartStart, MayBeGivenTwice, "SS-18") {
  blame("SS-18");
  if (!start(1).ok())
    return owe("SS-18", "a second start leaves a working state").cannot_tell("type 1 is refused (SS-01)");
  const auto again = start(1);
  owe("SS-18", "a start while provisioning runs has one result")
      .met(again.outcome == at::Outcome::complete, "OK or ERROR", came_to(again));
  (void)listen(kSecondResult, kSecondResult);
  found(fmt::format("a start while provisioning runs is answered {}", came_to(again)));
  if (!has_ble()) return;
  owe_join("SS-18", "and a phone provisions the device after it", join_by_ble(any_network()));
  if (!start(1).ok()) return;
  (void)start(1);
  owe("SS-18", "and a stop after it stops")
      .given(stop())
      .met(is_not_advertised(), "no advertisement", "it goes on");
}

ATTEST_CASE_ON(ProvisioningCase, SmartStart, MayBeGivenForAnotherWay, "SS-18") {
  blame("SS-18");
  (void)ble();
  (void)airkiss();
  const auto one = any_network();
  if (!start(1).ok())
    return owe("SS-18", "a start for another way leaves a working state")
        .cannot_tell("type 1 is refused (SS-01)");
  const auto other = start(2);
  owe("SS-18", "a start of AirKiss while BLE runs has one result")
      .met(other.outcome == at::Outcome::complete, "OK or ERROR", came_to(other));
  if (other.ok())
    owe_join("SS-18", "it is OK, and AirKiss works", join_by_airkiss(one).joining);
  else
    owe_join("SS-18", "it is refused, and BLE goes on", join_by_ble(one));
}

ATTEST_CASE_ON(ProvisioningCase, SmartStart, MayBeGivenAfterSuccess, "SS-18") {
  blame("SS-18");
  (void)ble();
  anew();  // the success is to be the first
  const auto first = any_network();
  if (!start(1).ok() || !join_by_ble(first).joined())
    return owe("SS-18", "it can be started again after success")
        .cannot_tell("the device does not join (SS-13)");
  const auto again = start(1);
  owe("SS-18", "a start after success has one result, and it is OK").ok(again);
  if (!again.ok()) return;
  const auto second = any_network();
  owe_join("SS-18", "and a phone provisions the device again", join_by_ble(second));
  if (!has_airkiss()) return;
  const auto third = any_network();
  owe("SS-18", "AirKiss can be started after BLE").ok(start(2));
  owe_join("SS-18", "and provisions the device after BLE has", join_by_airkiss(third).joining);
}

}  // namespace

// SS-01, SS-08 … SS-12: provisioning over BLE.
#include <fmt/format.h>

#include <algorithm>

#include "harness/ble/payload.hpp"
#include "suites/support/provisioning.hpp"
#include "suites/support/stage.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using namespace std::chrono_literals;

/// Ends a case whose device does not start: that is SS-01's.
struct BleCase : ProvisioningCase {
  [[nodiscard]] bool started(std::string_view requirement) {
    const auto exchange = start(1);
    if (!exchange.ok())
      owe(requirement, "a phone can provision the device").cannot_tell("type 1 is refused (SS-01)");
    return exchange.ok();
  }
  /// E11: by the manual's words the SSID length is three bytes.
  void find_other_reading(const Joining& joining) {
    if (!joining.undelivered.empty()) return;
    if (!is_advertised()) (void)start(1);
    const bool by_words = join_by_payload("0012TP-LINK_10860812345678").joined();
    reads("E11", by_words ? "the SSID length is the three bytes of the manual's words"
                          : "neither the example nor the words of the manual are how it reads the payload");
  }
};

ATTEST_CASE_ON(BleCase, SmartBle, IsAdvertised, "SS-01", "SS-19") {
  blame("SS-01");
  (void)ble();
  anew();
  const auto scan = watch();
  const auto exchange = start(1);
  owe("SS-01", "type 1 is accepted").ok(exchange);
  if (!exchange.ok())
    return owe("SS-19", "the time to the first advertisement").cannot_tell("type 1 is refused (SS-01)");
  const auto& name = profile().provisioning().name;
  const auto seen = or_cannot_tell(scan->seen(profile().deadlines().advert));
  const auto longer = seen ? std::nullopt : scan->seen_longer_name();
  owe("SS-01", "an advertisement with that name is seen within the deadline")
      .met(seen.has_value(), fmt::format("\"{}\"", name),
           seen     ? name
           : longer ? fmt::format("only \"{}\"", *longer)
                    : "no such advertisement");
  (void)listen(500ms, 500ms);  // a second result comes within this
  if (!seen) return owe("SS-19", "the time to the first advertisement").cannot_tell("none was seen (SS-01)");
  const auto after = milliseconds(std::max(Nanos{}, *seen - exchange.ended_at));
  owe("SS-19", "the time to the first advertisement").characterised(fmt::format("{:.3g} ms", after));
  measure("OK to first advertisement", "SS-19", "ms", {after});
}

ATTEST_CASE_ON(BleCase, SmartBle, IsAdvertisedAgain, "SS-01") {
  blame("SS-01");
  (void)ble();
  anew();
  if (!started("SS-01")) return;
  (void)stop();
  owe("SS-01", "type 1 is accepted after a stop").ok(start(1));
  owe("SS-01", "and advertises again").met(is_advertised(), "the same name", "no such advertisement");
}

ATTEST_CASE_ON(BleCase, SmartBle, TakesTheExampleOfTheManual, "SS-08") {
  blame("SS-08");
  const lab::Network example{"TP-LINK_1086", Secret("12345678")};
  (void)ble();
  anew();
  offer(example);
  if (!started("SS-08")) return;
  const auto joining = join_by_payload("012TP-LINK_10860812345678");
  owe_join("SS-08", "012TP-LINK_10860812345678 provisions TP-LINK_1086 with 12345678", joining);
  if (!joining.joined()) return find_other_reading(joining);
  reads("E11", "the payload is read as the example has it");
  if (!joining.can_command || !stage().phone().can_make() || !start(1).ok()) return;
  // A phone may write without a response where the device offers it. This fits into the smallest packet.
  const auto other = network(4, 8);
  const auto commanded = join_by_payload(must(ble::encode_payload(other.ssid, other.password)), false);
  owe("SS-08", "and a payload does that is written without a response")
      .only_if(commanded.undelivered.empty(), commanded.undelivered)
      .met(commanded.joined(), "an address, and a request to the server", commanded.text());
}

struct Lengths {
  std::string_view name;
  std::size_t ssid, password;
};

const std::vector<Lengths> kLengths{
    {"1_8", 1, 8},     {"2_9", 2, 9},     {"7_63", 7, 63},   {"8_8", 8, 8},
    {"9_10", 9, 10},   {"10_32", 10, 32}, {"11_33", 11, 33}, {"12_12", 12, 12},
    {"16_16", 16, 16}, {"19_20", 19, 20}, {"20_47", 20, 47}, {"21_19", 21, 19},
    {"29_30", 29, 30}, {"30_61", 30, 61}, {"31_62", 31, 62}, {"32_63", 32, 63}};

ATTEST_SWEEP_ON(BleCase, SmartBle, TakesTheLengths, kLengths, "SS-09") {
  blame("SS-09");
  (void)ble();
  const auto one = network(row.ssid, row.password);
  if (!started("SS-09")) return;
  owe_join("SS-09", fmt::format("an SSID of {} and a password of {} bytes are taken", row.ssid, row.password),
           join_by_ble(one));
}

struct Texts {
  std::string_view name, ssid, password;
};

const std::vector<Texts> kTexts{
    {"DigitsAtTheEdges", "12net34", "0812345678"},
    {"OnlyDigits", "0123456789", "00000000"},
    {"Spaces", " my  net ", " pass word "},
    {"Commas", "a,b,,c", ",12345678,"},
    {"Utf8", "caf\xc3\xa9 \xe7\xbd\x91",
     "gr\xc3\xbc\xc3\x9f"
     "e-aus"},
    {"Quotes", "\"net\"\\", "\\\"'`$(x);&|"},
    {"Escapes", "a%41b+c&#68;", "p%61ss\\x41\\n+%00"},
    {"Printable1", " !\"#$%&'()*+,-./0123456789:;<=>", "?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"},
    {"Printable2", "`abcdefghijklmnopqrstuvwxyz{|}~", "abcdefghijklmnopqrstuvwxyz{|}~ !"}};

ATTEST_SWEEP_ON(BleCase, SmartBle, TakesTheTextUnchanged, kTexts, "SS-10") {
  blame("SS-10");
  (void)ble();
  const lab::Network one{std::string(row.ssid), Secret(std::string(row.password))};
  offer(one);
  if (!started("SS-10")) return;
  owe_join("SS-10", fmt::format("the SSID {} is taken unchanged, and its password", visible(row.ssid)),
           join_by_ble(one));
}

ATTEST_CASE_ON(BleCase, SmartBle, JoinsAnOpenNetwork, "SS-11") {
  blame("SS-11");
  (void)ble();
  const auto open = network(9, 0);
  if (!started("SS-11")) return;
  owe_join("SS-11", "an empty password joins an open network", join_by_ble(open));
}

struct Mistake {
  std::string name, kind;
};

/// One row for each that the encoder knows; an id has no '-'.
std::vector<Mistake> mistakes() {
  std::vector<Mistake> out;
  for (const auto& one : must(ble::malformed_payloads("net", Secret("password")))) {
    out.push_back({one.name, one.name});
    std::replace(out.back().name.begin(), out.back().name.end(), '-', '_');
  }
  return out;
}
const std::vector<Mistake> kMistakes = mistakes();

ble::Malformed malformed(const std::string& kind, const lab::Network& network) {
  for (auto& one : must(ble::malformed_payloads(network.ssid, network.password)))
    if (one.name == kind) return one;
  throw CannotTell("that mistake cannot be made with the name and password of this bench's network");
}

ATTEST_SWEEP_ON(BleCase, SmartBle, IgnoresAMalformedPayload, kMistakes, "SS-12") {
  blame("SS-12");
  (void)ble();
  // The network is there: a device that forgives the mistake joins it. Short texts have lengths of one digit.
  const auto one = stage().phone().can_make() ? network(3, 8) : any_network();
  know_failures(one);
  const auto wrong = malformed(row.kind, one);
  if (!started("SS-12")) return;
  step(fmt::format("write a payload with a mistake: {}", wrong.why));
  const bool written = deliver(wrong.bytes).sent();
  // One that ignores it can be seen again; one that joins does not advertise meanwhile.
  (void)is_advertised();
  const auto heard = await_join(Nanos{});
  const auto attempt = attempt_in(heard);
  const bool unmoved = attempt != Attempt::made && heard.starts == 0;
  owe("SS-12", "no network is joined by it, and it survives")
      .only_if(written || !unmoved, "nothing could be written")
      .only_if(attempt != Attempt::unclear || heard.starts > 0,
               "it says what it says of a network that cannot be joined, and has one line for both")
      .met(unmoved, "no attempt to join, and no restart", heard.text());
  if (!written || !unmoved) return;
  owe_join("SS-12", "and a correct payload works after it", join_by_ble(any_network()));
}

ATTEST_CASE_ON(BleCase, SmartBle, StaysInItsNetworkThroughMalformedPayloads, "SS-12") {
  blame("SS-12");
  (void)ble();
  const auto one = any_network();
  if (!started("SS-12")) return;
  const bool joined = join_by_ble(one).joined() && start(1).ok();
  if (!joined || !stage().gets_through())
    return owe("SS-12", "the network that it is in is kept")
        .cannot_tell("the device is in no network while provisioning runs");
  const Chatter window(stage().recorder());
  for (const auto& wrong : must(ble::malformed_payloads("net", Secret("password")))) {
    if (!is_advertised()) (void)start(1);
    if (!deliver(wrong.bytes).sent()) continue;
    (void)listen(profile().deadlines().quiet, 100ms);
    if (!stage().gets_through())
      return owe("SS-12", "the network that it is in is kept")
          .met(false, "requests as before", fmt::format("none any more after one of which {}", wrong.why));
  }
  owe("SS-12", "the network that it is in is kept").characterised("requests as before");
}

}  // namespace

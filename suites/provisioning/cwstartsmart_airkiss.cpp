// SS-02, SS-15, SS-16: provisioning by AirKiss.
#include <fmt/format.h>

#include "suites/support/provisioning.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

/// Ends a case whose device does not start: that is SS-02's.
struct AirKissCase : ProvisioningCase {
  [[nodiscard]] bool started(std::string_view requirement) {
    const auto exchange = start(2);
    if (!exchange.ok())
      owe(requirement, "AirKiss provisions the device").cannot_tell("type 2 is refused (SS-02)");
    return exchange.ok();
  }
};

ATTEST_CASE_ON(AirKissCase, SmartAirKiss, Provisions, "SS-02", "SS-19") {
  blame("SS-02");
  (void)airkiss();
  anew();
  const auto one = any_network();
  const auto exchange = start(2);
  owe("SS-02", "type 2 is accepted").ok(exchange);
  if (!exchange.ok())
    return owe("SS-19", "the time of AirKiss to the network").cannot_tell("type 2 is refused (SS-02)");
  const auto kissed = join_by_airkiss(one);
  owe_join("SS-02", "AirKiss provisions the device", kissed.joining);
  const bool timed = kissed.joining.joined() && kissed.joining.up;
  owe("SS-19", "the time of AirKiss to the network")
      .only_if(timed, "the device was not provisioned (SS-02)")
      .characterised(kissed.joining.text());
  if (timed)
    measure("first AirKiss packet to network", "SS-19", "ms",
            {milliseconds(*kissed.joining.up - kissed.sent.begun)});
}

struct Byte {
  std::string_view name;
  std::uint8_t value;
};
const std::vector<Byte> kBytes{{"Zero", 0x00}, {"Low", 0x35}, {"High", 0xc3}};

ATTEST_SWEEP_ON(AirKissCase, SmartAirKiss, IsAnsweredOnPort10000, kBytes, "SS-15") {
  blame("SS-15");
  (void)airkiss();
  const auto one = any_network();
  if (!started("SS-15")) return;
  const auto kissed = join_by_airkiss(one, {}, row.value);
  owe("SS-15", "the device broadcasts the random byte that it was sent")
      .only_if(kissed.joining.joined(), "the device was not provisioned (SS-02)")
      .met(kissed.answered_well(), fmt::format("the byte {:#04x} and no other", kissed.random),
           kissed.text());
}

struct Air {
  std::string_view name;
  std::size_t ssid, password;
  airkiss::Disturbance disturbance;
};

const std::vector<Air> kAirs{{"1_8", 1, 8, {}},
                             {"32_8", 32, 8, {}},
                             {"9_0", 9, 0, {}},
                             {"9_32", 9, 32, {}},
                             {"32_32", 32, 32, {}},
                             {"Lost", 9, 8, {.loss = 0.1}},
                             {"Repeated", 9, 8, {.repeat = 0.2}},
                             {"Foreign", 9, 8, {.foreign = 0.2}},
                             {"All", 32, 32, {.loss = 0.05, .repeat = 0.1, .foreign = 0.1}}};

ATTEST_SWEEP_ON(AirKissCase, SmartAirKiss, TakesWhatTheAirMakesOfIt, kAirs, "SS-16") {
  blame("SS-16");
  (void)airkiss();
  const auto one = network(row.ssid, row.password);
  if (!started("SS-16")) return;
  auto disturbance = row.disturbance;
  disturbance.seed = random().next();
  owe_join("SS-16",
           fmt::format("an SSID of {} and a password of {} bytes are taken{}", row.ssid, row.password,
                       row.disturbance.any() ? " with packets lost, repeated or foreign" : ""),
           join_by_airkiss(one, disturbance).joining);
}

}  // namespace

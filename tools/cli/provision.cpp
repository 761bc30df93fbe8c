// attest provision: gives a device a network's name and password outside a run, as its user would with a
// phone.
#include "harness/phone/provision.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/base/bytes.hpp"
#include "harness/lab/bench.hpp"
#include "harness/lab/ixit.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/lab/virtual_world.hpp"
#include "harness/spec/profile.hpp"
#include "harness/transport/link.hpp"
#include "tools/cli/commands.hpp"

namespace attest::cli {
namespace {

phone::Way way_of(const ProvisionArguments& a) {
  if (a.ble != a.airkiss) return a.ble ? phone::Way::ble : phone::Way::airkiss;
  throw Failure(
      {Fault::usage, "nobody has said which way to provision", "give --ble or --airkiss, one of them"});
}

/// The file is read before anything is asked of the device. `-` is standard input.
lab::Network network_of(const ProvisionArguments& a) {
  if (a.open == !a.password_file.empty())
    throw Failure({Fault::usage, "nobody has said what the password is",
                   "give --password-file (- for standard input), or --open for a network without one"});
  if (a.open) return {a.ssid, Secret()};
  return {a.ssid, must(read_secret(a.password_file == "-" ? "/dev/stdin" : a.password_file))};
}

lab::Bench bench_of(const ProvisionArguments& a) {
  auto bench = bench_from(a);
  if (!a.ble_bus.empty()) bench.ble_bus = a.ble_bus;
  if (!a.ble_adapter.empty()) bench.ble_adapter = a.ble_adapter;
  if (!a.airkiss_to.empty()) bench.airkiss_to = a.airkiss_to;
  if (!a.airkiss_listen.empty()) bench.airkiss_listen = a.airkiss_listen;
  if (!a.airkiss_key_file.empty()) bench.airkiss_key_file = a.airkiss_key_file;
  if (bench.airkiss_listen.empty()) bench.airkiss_listen = bench.listen;
  return bench;
}

/// A virtual device that has never been told of a network, in the air of the one that is asked for.
class VirtualBench {
 public:
  VirtualBench(const ProvisionArguments& a, const lab::Network& network, lab::Bench& bench)
      : world_(lab::VirtualWorld::start()) {
    must(lab::access_points_in_file(world_.access_points())->set({network}));
    lab::VirtualOptions options;
    options.program = beside("bk7238-virtual");
    options.more = a.virtual_options;
    options.more.emplace_back("--unprovisioned");
    options.ble_bus = world_.bus();
    options.air = world_.air();
    options.access_points = world_.access_points();
    device_.emplace(must(lab::VirtualDevice::start(options)));
    bench.link = device_->link() + "?baud=115200";
    bench.ble_bus = world_.bus();
    bench.airkiss_to = world_.airkiss_to();
    bench.airkiss_listen = world_.air();
  }
  [[nodiscard]] const std::optional<Error>& no_ble() const { return world_.bus_fault(); }

 private:
  lab::VirtualWorld world_;
  std::optional<lab::VirtualDevice> device_;
};

/// What a person wants to see of it: one line a step, and no line for each advertisement or answer.
void tell_step(const ProvisionArguments& a, std::string_view event, std::string_view text,
               const nlohmann::json& fields) {
  if (a.quiet || a.json) return;
  if (!text.empty() && event != "advertisement") fmt::print(stderr, "  {}\n", text);
  if (event == "begin") fmt::print(stderr, "  AirKiss goes to {}\n", fields.value("to", ""));
  if (event == "end")
    fmt::print(stderr, "  {} packets, {}\n", fields.value("packets", 0),
               fields.value("answered", false) ? "and the device has answered" : "and no answer");
}

void tell_end(const ProvisionArguments& a, const phone::Provisioned& done, std::string_view way) {
  const double seconds = std::chrono::duration<double>(done.took).count();
  if (a.json)
    return print_json({{"ssid", to_latin1_json(a.ssid)},
                       {"way", way},
                       {"told", to_latin1_json(done.told)},
                       {"seconds", seconds}});
  if (done.told.empty())
    fmt::print("the device has been given {}; its profile names no line that would tell of a network\n",
               visible(a.ssid));
  else
    fmt::print("the device has joined {}: \"{}\" after {:.1f} s\n", visible(a.ssid), visible(done.told),
               seconds);
}

}  // namespace

int provision(const ProvisionArguments& a) {
  const auto way = way_of(a);
  const auto network = network_of(a);
  auto bench = bench_of(a);
  const auto profile = profile_from(bench, a);
  std::optional<VirtualBench> around;
  if (bench.is_virtual()) around.emplace(a, network, bench);

  const auto& clock = steady_clock();
  const auto habitat = lab::habitat_of(profile);
  const auto link = must(transport::open_link(must(transport::parse_link(bench.link)), clock,
                                              Deadline::in(clock, habitat.connect_deadline)));
  const auto phone = phone::lab_phone(
      {bench, nullptr, {}, around ? around->no_ble() : std::nullopt}, profile,
      [&](phone::Way, std::string_view event, Instant, std::string_view text, const nlohmann::json& fields) {
        tell_step(a, event, text, fields);
      },
      clock);
  if (const auto why = phone->not_meant(way); !why.empty())
    throw Failure({Fault::usage, why, "another bench, another profile, or the other way"});
  lab::Dut dut(*link, lab::dialect_of(profile), habitat, clock, nullptr, {});
  must(dut.wake());
  tell_end(a, must(phone::provision(dut, *phone, way, network, profile, clock)), phone::name_of(way));
  return kPassed;
}

}  // namespace attest::cli

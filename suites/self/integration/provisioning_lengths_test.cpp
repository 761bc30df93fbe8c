// Each length of SSID and password, from the encoder through a real D-Bus or real UDP to the virtual device's
// own reader: BLE up to 63 bytes, AirKiss as far as it carries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/lab/access_point.hpp"
#include "harness/lab/ixit.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/lab/virtual_world.hpp"
#include "harness/phone/provision.hpp"
#include "harness/transport/link.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {

/// A virtual device in a world of its own, and a phone beside it.
class ProvisioningLengths : public testing::Test {
 protected:
  void SetUp() override {
    must(profile_.set("provisioning.pace", "200us"));
    must(profile_.set("deadlines.quiet", "2ms"));
    lab::VirtualOptions options;
    options.program = built("bk7238-virtual");
    options.baud = 0;
    options.more = {"--unprovisioned", "--join-ms", "0"};
    options.ble_bus = world_.bus();
    options.air = world_.air();
    options.access_points = world_.access_points();
    device_.emplace(must(lab::VirtualDevice::start(options)));
    const auto& clock = steady_clock();
    link_ = must(transport::open_link(must(transport::parse_link(device_->link())), clock,
                                      Deadline::in(clock, std::chrono::seconds(20))));
    lab::Bench bench;
    bench.ble_bus = world_.bus();
    bench.airkiss_to = world_.airkiss_to();
    bench.airkiss_listen = world_.air();
    phone_ = phone::lab_phone(
        phone::Setup{bench, lab::access_points_in_file(world_.access_points()), {}, world_.bus_fault()},
        profile_, [](auto&&...) {}, clock);
    dut_.emplace(*link_, lab::dialect_of(profile_), lab::habitat_of(profile_), clock, nullptr, nullptr);
    must(dut_->wake());
  }

  void joins(phone::Way way, std::size_t ssid, std::size_t password) {
    const lab::Network network{std::string(ssid, 's'), Secret(std::string(password, 'p'))};
    must(phone_->make(network));
    const auto done = phone::provision(*dut_, *phone_, way, network, profile_, steady_clock());
    EXPECT_TRUE(done) << ssid << " and " << password << ": " << done.error().text();
  }

  spec::Profile profile_ = must(spec::load_profile("virtual"));
  lab::VirtualWorld world_ = lab::VirtualWorld::start();
  std::optional<lab::VirtualDevice> device_;
  std::unique_ptr<transport::Link> link_;
  std::unique_ptr<phone::Phone> phone_;
  std::optional<lab::Dut> dut_;
};

TEST_F(ProvisioningLengths, AreAllTakenOverBle) {
  for (std::size_t ssid = 1; ssid <= 32; ++ssid) joins(phone::Way::ble, ssid, 8);
  joins(phone::Way::ble, 7, 0);
  for (std::size_t password = 8; password <= 63; ++password) joins(phone::Way::ble, 7, password);
}

TEST_F(ProvisioningLengths, AreAllTakenByAirKiss) {
  for (std::size_t ssid = 1; ssid <= 32; ++ssid) joins(phone::Way::airkiss, ssid, 8);
  joins(phone::Way::airkiss, 7, 0);
  for (std::size_t password = 8; password <= 32; ++password) joins(phone::Way::airkiss, 7, password);
}

}  // namespace
}  // namespace attest::self

#include "harness/ble/provision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "harness/base/private_bus.hpp"
#include "harness/ble/bluez/central.hpp"
#include "harness/ble/bluez/fake_bluez_test.hpp"

namespace attest::ble {
namespace {
using namespace std::chrono_literals;
using bluez::FakeBluez;
using testing::HasSubstr;

constexpr const char* payload = "012TP-LINK_10860812345678";

class Provisioning : public testing::Test {
 protected:
  /// Delivers to a device that begins to advertise once the scan is on.
  Delivered deliver_to(const std::string& name, FakeBluez::Behaviour behaviour = {}) {
    behaviour_ = behaviour;
    fake_ = std::make_unique<FakeBluez>(bus_.address(), behaviour_);
    central_ = must(open_bluez({.bus = bus_.address()}, steady_clock()));
    auto device = std::async(std::launch::async, [&] {
      fake_->await_scan();
      fake_->advertise("AA:BB:CC:DD:EE:01", name);
    });
    auto result = deliver(*central_, plan_, steady_clock());
    device.get();
    return result;
  }

  PrivateBus bus_ = must(PrivateBus::start());
  Plan plan_{.payload = payload};
  FakeBluez::Behaviour behaviour_;
  std::unique_ptr<FakeBluez> fake_;
  std::unique_ptr<Central> central_;
};

TEST_F(Provisioning, DeliversAndLeavesNothingOn) {
  const auto done = deliver_to("7238");
  ASSERT_TRUE(done.done()) << done.trouble->text();
  EXPECT_TRUE(done.exact_name);
  EXPECT_LE(done.scan_start, done.advertisement);
  EXPECT_LE(done.advertisement, done.written);
  EXPECT_THAT(fake_->writes(), testing::ElementsAre(FakeBluez::Write{"ff01", payload, "request"}));
  EXPECT_FALSE(fake_->scanning());
  EXPECT_FALSE(fake_->any_connected());
}

TEST_F(Provisioning, TakesANameThatOnlyBeginsRightAndSaysSo) {
  const auto done = deliver_to("7238_AB12");
  ASSERT_TRUE(done.done()) << done.trouble->text();
  EXPECT_FALSE(done.exact_name);
  EXPECT_EQ(done.name, "7238_AB12");
}

TEST(Names, AreLikeTheManualsWhereTheyGoOnWithNeitherLetterNorDigit) {
  const auto like = named_like("7238");
  for (const char* name : {"7238", "7238_BLE", "7238-AB12", "7238 "}) EXPECT_TRUE(like(name)) << name;
  for (const char* name : {"", "723", "7238X", "72380", "BK7238"}) EXPECT_FALSE(like(name)) << name;
}

TEST_F(Provisioning, PrefersTheVeryNameToANeighbourLikeIt) {
  fake_ = std::make_unique<FakeBluez>(bus_.address(), behaviour_);
  central_ = must(open_bluez({.bus = bus_.address()}, steady_clock()));
  auto devices = std::async(std::launch::async, [&] {
    fake_->await_scan();
    fake_->advertise("AA:BB:CC:DD:EE:02", "7238_BLE");
    fake_->advertise("AA:BB:CC:DD:EE:01", "7238");
  });
  const auto done = deliver(*central_, plan_, steady_clock());
  devices.get();
  EXPECT_TRUE(done.done());
  EXPECT_EQ(done.address, "AA:BB:CC:DD:EE:01");
}

TEST_F(Provisioning, OfNobodyIsTheDevicesFaultAndEndsTheScan) {
  plan_.advert_limit = 50ms;
  const auto done = deliver_to("a neighbour");
  ASSERT_EQ(done.step, Step::look);
  EXPECT_EQ(done.trouble->fault, Fault::device);
  EXPECT_FALSE(fake_->scanning());
}

TEST_F(Provisioning, ThatFailsHalfwayHangsUpAndKeepsThePasswordToItself) {
  const auto done = deliver_to("7238", {.on_write = FakeBluez::OnWrite::refuse});
  ASSERT_EQ(done.step, Step::write);
  EXPECT_TRUE(done.sent());
  EXPECT_THAT(done.trouble->text(), testing::Not(HasSubstr("12345678")));
  EXPECT_FALSE(fake_->any_connected());
}

TEST_F(Provisioning, CanBeTriedAgain) {
  ASSERT_TRUE(deliver_to("7238").done());
  auto again = std::async(std::launch::async, [&] { return deliver(*central_, plan_, steady_clock()); });
  fake_->await_scan();
  fake_->advertise("AA:BB:CC:DD:EE:01", "7238");
  const auto done = again.get();
  EXPECT_TRUE(done.done());
}

}  // namespace
}  // namespace attest::ble

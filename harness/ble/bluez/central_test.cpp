#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <future>

#include "harness/ble/bluez/central_fixture_test.hpp"

namespace attest::ble::bluez {
namespace {
using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
class BluezCentral : public CentralOnFake {};

TEST_F(BluezCentral, WithoutABusSaysHowToGetOne) {
  const auto made = open_bluez({.bus = "unix:path=/nonexistent/bus"}, steady_clock());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::bench);
  EXPECT_THAT(made.error().text(), AllOf(HasSubstr("unix:path=/nonexistent/bus"), HasSubstr("ble.bus")));
}

TEST_F(BluezCentral, WithoutBluezSaysHowToStartIt) {
  const auto made = open();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::bench);
  EXPECT_THAT(made.error().text(), AllOf(HasSubstr("not running"), HasSubstr("systemctl start bluetooth")));
}

TEST_F(BluezCentral, WithoutThatAdapterSaysWhichThereAre) {
  start();
  const auto made = open("hci7");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().text(), AllOf(HasSubstr("hci7"), HasSubstr("hci0"), HasSubstr("ble.adapter")));
}

TEST_F(BluezCentral, ThatIsOffDoesNotScanAndSaysWhy) {
  start({.powered = false});
  const auto s = central_->start_scan({}, {});
  ASSERT_FALSE(s);
  EXPECT_THAT(s.error().text(), AllOf(HasSubstr("off"), HasSubstr("bluetoothctl power on")));
}

TEST_F(BluezCentral, IsSwitchedOnAndThenScans) {
  start({.powered = false});
  ASSERT_TRUE(central_->power_on());
  ASSERT_TRUE(central_->start_scan({}, {}));
  EXPECT_TRUE(fake_->scanning());
  EXPECT_EQ(fake_->filter_transport(), "le");
}

TEST_F(BluezCentral, BlockedByRfkillSaysSo) {
  start({.powered = false, .power_error = "org.bluez.Error.Blocked"});
  const auto s = central_->power_on();
  ASSERT_FALSE(s);
  EXPECT_THAT(s.error().cure, HasSubstr("rfkill unblock bluetooth"));
}

TEST_F(BluezCentral, BusyWithAnotherScanSaysSo) {
  start({.scan_error = "org.bluez.Error.InProgress"});
  const auto s = central_->start_scan({}, {});
  ASSERT_FALSE(s);
  EXPECT_THAT(s.error().text(), AllOf(HasSubstr("busy"), HasSubstr("bluetoothctl scan off")));
}

TEST_F(BluezCentral, NotPermittedSaysSo) {
  start({.scan_error = "org.freedesktop.DBus.Error.AccessDenied"});
  EXPECT_THAT(central_->start_scan({}, {}).error().cure, HasSubstr("group `bluetooth`"));
}

TEST_F(BluezCentral, EndsAWaitWhenItIsGivenUp) {
  start();
  ASSERT_TRUE(central_->start_scan({}, {}));
  auto waiting = std::async(std::launch::async, [&] {
    return central_->find(named("7238"), Deadline::in(steady_clock(), std::chrono::minutes(1)));
  });
  central_->give_up();
  const auto found = waiting.get();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::bench);
}

TEST_F(BluezCentral, FindsWhatAdvertisesDuringTheScan) {
  start();
  const Instant before = steady_clock().now();
  must(central_->start_scan({}, {}));
  fake_->advertise("AA:BB:CC:DD:EE:02", "a neighbour");
  fake_->advertise(dut, "7238", -61);
  const auto found = central_->find(named("7238"), late());
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->address, dut);
  EXPECT_EQ(found->rssi, -61);
  EXPECT_GE(found->first, before);
}

TEST_F(BluezCentral, ForgetsWhatItKnewBeforeTheScan) {
  start();
  fake_->advertise(dut, "7238");
  must(central_->start_scan({}, {}));
  const auto found = central_->find(named("7238"), soon());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::device);
  EXPECT_THAT(found.error().text(), HasSubstr("0 other devices"));
}

TEST_F(BluezCentral, TellsOnlyOfTheDevicesAskedFor) {
  start();
  std::promise<Advertisement> heard;
  must(central_->start_scan([&](const Advertisement& a) { heard.set_value(a); }, named("7238")));
  fake_->advertise("AA:BB:CC:DD:EE:02", "a neighbour");
  fake_->advertise(dut, "7238");
  EXPECT_EQ(heard.get_future().get().address, dut);
  must(central_->stop_scan());
  const std::lock_guard lock(mutex_);
  EXPECT_THAT(told_, testing::Not(HasSubstr("neighbour")));
  EXPECT_THAT(kinds_, ElementsAre("scan-started", "advertisement", "scan-stopped"));
}

TEST_F(BluezCentral, KnowsThatAnAdvertisementIsGone) {
  start();
  must(central_->start_scan({}, {}));
  fake_->advertise(dut, "7238");
  must(central_->find(named("7238"), late()));
  EXPECT_TRUE(must(central_->silent_for(named("7238"), 30ms, late())));
}

TEST_F(BluezCentral, DoesNotCallItGoneBeforeTheWindowIsOver) {
  start();
  must(central_->start_scan({}, {}));
  fake_->advertise(dut, "7238");
  must(central_->find(named("7238"), late()));
  EXPECT_FALSE(must(central_->silent_for(named("7238"), 24h, soon())));
}

TEST_F(BluezCentral, NeedsAScanToSeeAnything) {
  start();
  EXPECT_EQ(central_->find(named("7238"), late()).error().fault, Fault::usage);
  EXPECT_EQ(central_->silent_for(named("7238"), 1s, late()).error().fault, Fault::usage);
}

TEST_F(BluezCentral, WhoseAdapterGoesOffSaysSoAtOnce) {
  start();
  must(central_->start_scan({}, {}));
  auto answer = std::async(std::launch::async, [&] { return central_->find(named("7238"), late()); });
  fake_->power(false);
  const auto found = answer.get();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::bench);
  EXPECT_THAT(found.error().text(), HasSubstr("adapter is off"));
}

TEST_F(BluezCentral, WhoseAdapterIsPulledOutSaysSoAtOnce) {
  start();
  must(central_->start_scan({}, {}));
  fake_->unplug();
  const auto found = central_->find(named("7238"), late());
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().text(), HasSubstr("no longer there"));
}

TEST_F(BluezCentral, SaysWhenTheDeviceIsSilentBecauseItIsStillConnected) {
  start();
  const auto left_over = connection();
  must(central_->start_scan({}, {}));
  const auto found = central_->find(named("7238"), soon());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::bench);
  EXPECT_THAT(found.error().text(), HasSubstr("bluetoothctl disconnect AA:BB:CC:DD:EE:01"));
}

TEST_F(BluezCentral, WhoseBusEndsSaysSoAndLivesOn) {
  start();
  must(central_->start_scan({}, {}));
  ::kill(bus_.pid(), SIGKILL);
  const auto found = central_->find(named("7238"), late());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::bench);
}

TEST_F(BluezCentral, WhoseBluezEndsSaysSoAtOnce) {
  start();
  must(central_->start_scan({}, {}));
  fake_.reset();
  const auto found = central_->find(named("7238"), late());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::bench);
  EXPECT_THAT(found.error().text(), HasSubstr("org.bluez ended"));
}

}  // namespace
}  // namespace attest::ble::bluez

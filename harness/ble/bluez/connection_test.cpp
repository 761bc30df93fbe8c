#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/ble/bluez/central_fixture_test.hpp"

namespace attest::ble::bluez {
namespace {
using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
class BluezConnection : public CentralOnFake {};

TEST_F(BluezConnection, WritesToTheCharacteristicThatIsTheDevicesOwn) {
  start();
  const auto c = connection();
  ASSERT_TRUE(c->resolve_services(late()));
  const auto to = must(c->writable());
  EXPECT_EQ(to.uuid, full_uuid("ff01"));
  EXPECT_EQ(to.service, full_uuid("ffff"));
  ASSERT_TRUE(c->write(to, "012TP-LINK_10860812345678", {}, late()));
  ASSERT_TRUE(c->write(to, "", {.with_response = false}, late()));
  ASSERT_TRUE(c->disconnect(late()));
  EXPECT_FALSE(c->connected());
  EXPECT_THAT(fake_->writes(), ElementsAre(FakeBluez::Write{"ff01", "012TP-LINK_10860812345678", "request"},
                                           FakeBluez::Write{"ff01", "", "command"}));
  const std::lock_guard lock(mutex_);
  EXPECT_THAT(told_, testing::Not(HasSubstr("12345678")));
  EXPECT_THAT(kinds_, ElementsAre("scan-started", "advertisement", "scan-stopped", "connecting", "connected",
                                  "services", "write", "write", "disconnected"));
}

TEST_F(BluezConnection, WritesAsTheCharacteristicOffersIt) {
  start({.gatt = {{"ffff", "ff01", {"write-without-response"}}}});
  const auto c = connection();
  must(c->resolve_services(late()));
  const auto to = must(c->writable());
  ASSERT_TRUE(c->write(to, "a", {}, late()));
  EXPECT_THAT(fake_->writes(), ElementsAre(FakeBluez::Write{"ff01", "a", "command"}));
  EXPECT_THAT(c->write(to, "a", {.with_response = true}, late()).error().cure,
              HasSubstr("without a response"));
}

TEST_F(BluezConnection, WritesInPiecesIfAskedTo) {
  start();
  const auto c = connection();
  must(c->resolve_services(late()));
  ASSERT_TRUE(c->write(must(c->writable("FF01")), "abcdefg", {.chunk = 3}, late()));
  std::string pieces;
  for (const auto& w : fake_->writes()) pieces += w.bytes + "|";
  EXPECT_EQ(pieces, "abc|def|g|");
}

TEST_F(BluezConnection, ListsTheCharacteristicsWhenTheOneAskedForIsMissing) {
  start({.gatt = {{"ffff", "ff01", {"read"}}}});
  const auto c = connection();
  must(c->resolve_services(late()));
  EXPECT_THAT(c->writable().error().text(), AllOf(HasSubstr("0000ff01"), HasSubstr("ble.characteristic")));
  EXPECT_THAT(c->writable("abcd").error().text(), HasSubstr("0000abcd"));
  EXPECT_THAT(c->writable("ff01").error().text(), HasSubstr("its flags are: read"));
}

TEST_F(BluezConnection, ThatIsHungUpOnInTheMiddleOfAWriteSaysThatAlone) {
  start({.on_write = FakeBluez::OnWrite::hang_up});
  const auto c = connection();
  must(c->resolve_services(late()));
  const auto s = c->write(must(c->writable()), "secret", {}, late());
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().fault, Fault::device);
  EXPECT_THAT(s.error().text(), AllOf(HasSubstr("write 6 bytes"), HasSubstr("connection was lost")));
  EXPECT_FALSE(c->connected());
  EXPECT_TRUE(c->disconnect(late()));
}

TEST_F(BluezConnection, TellsWhyAWriteWasRefused) {
  start({.on_write = FakeBluez::OnWrite::refuse});
  const auto c = connection();
  must(c->resolve_services(late()));
  const auto s = c->write(must(c->writable()), "secret", {}, late());
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().fault, Fault::device);
  EXPECT_THAT(s.error().text(), HasSubstr("ATT error: 0x0d"));
}

TEST_F(BluezConnection, WaitsNoLongerThanTheDeadlineForAWrite) {
  start({.on_write = FakeBluez::OnWrite::never_answer});
  const auto c = connection();
  must(c->resolve_services(late()));
  EXPECT_THAT(c->write(must(c->writable()), "secret", {}, soon()).error().text(), HasSubstr("deadline"));
}

TEST_F(BluezConnection, WaitsNoLongerThanTheDeadlineForServices) {
  start({.resolves = false});
  const auto c = connection();
  const auto s = c->resolve_services(soon());
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().fault, Fault::device);
}

TEST_F(BluezConnection, LeavesNoConnectionBehind) {
  start();
  connection().reset();
  EXPECT_FALSE(fake_->any_connected());
}

TEST_F(BluezConnection, ThatCannotConnectSaysToWhom) {
  start({.connect_error = "org.bluez.Error.Failed"});
  must(central_->start_scan({}, {}));
  fake_->advertise(dut, "7238");
  const auto device = must(central_->find(named("7238"), late()));
  const auto c = central_->connect(device, late());
  ASSERT_FALSE(c);
  EXPECT_THAT(c.error().text(), AllOf(HasSubstr(dut), HasSubstr("on request")));
}

TEST_F(BluezConnection, WaitsNoLongerThanTheDeadlineForAConnection) {
  start({.connect_hangs = true});
  must(central_->start_scan({}, {}));
  fake_->advertise(dut, "7238");
  const auto device = must(central_->find(named("7238"), late()));
  EXPECT_THAT(central_->connect(device, soon()).error().text(), HasSubstr("deadline"));
}

}  // namespace
}  // namespace attest::ble::bluez

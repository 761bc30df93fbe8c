#include "harness/ble/bluez/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attest::ble::bluez {
namespace {
using testing::AllOf;
using testing::HasSubstr;

TEST(BluezErrors, NameWhatWasTriedAndTheOtherSidesWords) {
  const auto e =
      explain("scan with the adapter hci0", {"org.bluez.Error.InProgress", "Operation already in progress"});
  EXPECT_EQ(e.fault, Fault::bench);
  EXPECT_THAT(e.text(),
              AllOf(HasSubstr("scan with the adapter hci0"), HasSubstr("Operation already in progress")));
}

TEST(BluezErrors, KnowRfkillByOlderBluezsWords) {
  EXPECT_EQ(explain("x", {"org.bluez.Error.Failed", "Blocked through rfkill"}).cure,
            "rfkill unblock bluetooth");
}

TEST(BluezErrors, KnowADeviceThatIsNoLongerThere) {
  const CallError e{
      "org.freedesktop.DBus.Error.UnknownMethod",
      "Method \"Connect\" with signature \"\" on interface \"org.bluez.Device1\" doesn't exist"};
  EXPECT_THAT(explain("x", e, Fault::device).text(), HasSubstr("no longer there"));
}

TEST(BluezErrors, BlameWhomTheCallerSaysForTheUnknown) {
  const auto e =
      explain("connect", {"org.bluez.Error.Failed", "le-connection-abort-by-local"}, Fault::device);
  EXPECT_EQ(e.fault, Fault::device);
  EXPECT_THAT(e.text(), HasSubstr("le-connection-abort-by-local"));
}

TEST(BluezErrors, AreFitForATerminal) {
  EXPECT_THAT(explain("x", {"y", "\x1b[2J"}).text(), testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace attest::ble::bluez

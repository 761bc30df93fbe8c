#include "harness/base/private_bus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <optional>

namespace attest {
namespace {

std::filesystem::path socket_of(const PrivateBus& bus) {
  const auto& address = bus.address();
  const auto from = address.find("path=") + 5;
  return address.substr(from, address.find(',') - from);
}

TEST(PrivateBus, HasAnAddressAndGoesWithItsFolder) {
  auto started = PrivateBus::start();
  ASSERT_TRUE(started) << started.error().text();
  std::optional<PrivateBus> bus(std::move(*started));
  EXPECT_THAT(bus->address(), testing::StartsWith("unix:path="));
  const auto socket = socket_of(*bus);
  const auto pid = bus->pid();
  EXPECT_TRUE(std::filesystem::exists(socket));
  bus.reset();
  EXPECT_FALSE(std::filesystem::exists(socket.parent_path()));
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST(PrivateBus, IsOneOfMany) {
  auto one = PrivateBus::start();
  auto two = PrivateBus::start();
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->address(), two->address());
}

TEST(PrivateBus, NamesThePackageThatIsMissing) {
  const auto bus = PrivateBus::start("/nonexistent/dbus-daemon");
  ASSERT_FALSE(bus);
  EXPECT_EQ(bus.error().fault, Fault::bench);
  EXPECT_THAT(bus.error().text(), testing::HasSubstr("/nonexistent/dbus-daemon is not there"));
  EXPECT_THAT(bus.error().cure, testing::HasSubstr("apt install dbus-daemon"));
}

TEST(PrivateBus, ThatDoesNotStartSaysHowItEnded) {
  const auto bus = PrivateBus::start("false");
  ASSERT_FALSE(bus);
  EXPECT_THAT(bus.error().text(), testing::HasSubstr("exit status 1"));
}

}  // namespace
}  // namespace attest

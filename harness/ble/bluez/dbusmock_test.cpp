// The central against somebody else's idea of BlueZ: python-dbusmock's bluez5 template (Debian:
// python3-dbusmock).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sdbus-c++/sdbus-c++.h>

#include <fmt/format.h>

#include <optional>

#include "harness/base/private_bus.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/ble/bluez/central.hpp"
#include "harness/ble/bluez/world.hpp"
#include "harness/ble/provision.hpp"

namespace attest::ble::bluez {
namespace {
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* python = "/usr/bin/python3";
constexpr const char* mock_interface = "org.freedesktop.DBus.Mock";
constexpr const char* bluez_mock = "org.bluez.Mock";
using Method = sdbus::Struct<std::string, std::string, std::string, std::string>;

bool has_dbusmock() {
  auto child = Subprocess::start({python, "-c", "import dbusmock"}, {.quiet_stderr = true});
  return child && child->wait(Deadline::in(steady_clock(), 60s)) == 0;
}

class DbusMock : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_dbusmock()) GTEST_SKIP() << "apt install python3-dbusmock";
    mock_.emplace(must(Subprocess::start({"env", "DBUS_SYSTEM_BUS_ADDRESS=" + bus_.address(), python, "-m",
                                          "dbusmock", "--template", "bluez5", "--logfile", "/dev/null"},
                                         {})));
    control_ = sdbus::createSessionBusConnectionWithAddress(bus_.address());
    await_name();
  }
  /// The bus's signal, not a poll: the rule is set before the name is asked for.
  void await_name() {
    bool up = false;
    control_->addMatch(
        "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.bluez'",
        [&](sdbus::Message&) {
          up = true;
          control_->leaveEventLoop();
        },
        sdbus::floating_slot);
    auto bus = sdbus::createProxy(*control_, "org.freedesktop.DBus", "/org/freedesktop/DBus");
    bus->callMethod("NameHasOwner")
        .onInterface("org.freedesktop.DBus")
        .withArguments("org.bluez")
        .storeResultsTo(up);
    if (!up) control_->enterEventLoop();
  }
  template <class... Arguments>
  void tell(const std::string& path, const char* interface, const char* method,
            const Arguments&... arguments) {
    auto proxy = sdbus::createProxy(*control_, service_name, path);
    proxy->callMethod(method).onInterface(interface).withArguments(arguments...);
  }
  std::size_t calls_of(const std::string& path, const std::string& method) {
    using Entry = sdbus::Struct<std::uint64_t, std::vector<sdbus::Variant>>;
    std::vector<Entry> calls;
    sdbus::createProxy(*control_, service_name, path)
        ->callMethod("GetMethodCalls")
        .onInterface(mock_interface)
        .withArguments(method)
        .storeResultsTo(calls);
    return calls.size();
  }
  void add_adapter() { tell("/", bluez_mock, "AddAdapter", std::string("hci0"), std::string("bench")); }
  void add_device(const std::string& name) {
    tell("/", bluez_mock, "AddDevice", std::string("hci0"), std::string(address), name);
  }
  void add(const std::string& path, const char* interface, const Properties& properties,
           const std::vector<Method>& methods = {}) {
    tell("/", mock_interface, "AddObject", path, std::string(interface), properties, methods);
    tell("/", mock_interface, "EmitSignal", std::string("org.freedesktop.DBus.ObjectManager"),
         std::string("InterfacesAdded"), std::string("oa{sa{sv}}"),
         std::vector<sdbus::Variant>{sdbus::ObjectPath(path), Interfaces{{interface, properties}}});
  }
  void add_gatt() {
    add(service, service_interface, {{"UUID", std::string("0000ffff-0000-1000-8000-00805f9b34fb")}});
    add(characteristic, characteristic_interface,
        {{"UUID", std::string("0000ff01-0000-1000-8000-00805f9b34fb")},
         {"Service", sdbus::ObjectPath(service)},
         {"Flags", std::vector<std::string>{"write"}}},
        {Method{"WriteValue", "aya{sv}", "", ""}});
  }
  Result<std::unique_ptr<Central>> open() { return open_bluez({.bus = bus_.address()}, steady_clock()); }
  static Deadline late() { return Deadline::in(steady_clock(), 60s); }

  static constexpr const char* address = "AA:BB:CC:DD:EE:01";
  const std::string device = "/org/bluez/hci0/dev_AA_BB_CC_DD_EE_01";
  const std::string service = device + "/service0010", characteristic = service + "/char0011";
  PrivateBus bus_ = must(PrivateBus::start());
  std::optional<Subprocess> mock_;
  std::unique_ptr<sdbus::IConnection> control_;
};

TEST_F(DbusMock, WithoutAnAdapterSaysSo) {
  const auto made = open();
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().text(), HasSubstr("plug one in"));
}

TEST_F(DbusMock, WithAnAdapterThatIsOffIsSwitchedOn) {
  add_adapter();
  tell("/org/bluez/hci0", mock_interface, "UpdateProperties", std::string(adapter_interface),
       Properties{{"Powered", false}});
  const auto central = must(open());
  EXPECT_FALSE(central->start_scan({}, {}));
  ASSERT_TRUE(central->power_on());
  EXPECT_TRUE(central->start_scan({}, {}));
}

TEST_F(DbusMock, ShowsADeviceThatIsAddedDuringTheScanAndNotOneFromBefore) {
  add_adapter();
  add_device("an old one");
  const auto central = must(open());
  ASSERT_TRUE(central->start_scan({}, {}));
  add_device("7238");
  const auto found = central->find(named("7238"), late());
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->address, address);
  EXPECT_EQ(found->rssi, -79);
  EXPECT_FALSE(central->find(named("an old one"), Deadline::in(steady_clock(), 20ms)));
}

TEST_F(DbusMock, ConnectsAndWritesAndTellsALostConnection) {
  add_adapter();
  const auto central = must(open());
  must(central->start_scan({}, {}));
  add_device("7238");
  const auto found = must(central->find(named("7238"), late()));
  must(central->stop_scan());
  const auto connection = must(central->connect(found, late()));
  add_gatt();
  tell(device, mock_interface, "UpdateProperties", std::string(device_interface),
       Properties{{"ServicesResolved", true}});
  ASSERT_TRUE(connection->resolve_services(late()));
  const auto to = must(connection->writable());
  const auto written = connection->write(to, "012TP-LINK_10860812345678", {}, late());
  EXPECT_TRUE(written) << written.error().text();
  EXPECT_EQ(calls_of(characteristic, "WriteValue"), 1U);
  tell("/", bluez_mock, "DisconnectDevice", std::string("hci0"), std::string(address));
  // The mock takes writes all the same; its answer to this one comes after its signal, so that the next one
  // knows.
  (void)connection->write(to, "more", {}, late());
  const auto lost = connection->write(to, "more", {}, late());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().fault, Fault::device);
}

TEST_F(DbusMock, RefusesASecondConnection) {
  add_adapter();
  const auto central = must(open());
  must(central->start_scan({}, {}));
  add_device("7238");
  const auto found = must(central->find(named("7238"), late()));
  const auto first = must(central->connect(found, late()));
  const auto second = central->connect(found, late());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text(), HasSubstr("Already Connected"));
}

}  // namespace
}  // namespace attest::ble::bluez

#include "harness/ble/bluez/world.hpp"

#include <gtest/gtest.h>

namespace attest::ble::bluez {
namespace {

const std::string path = "/org/bluez/hci0/dev_AA";
constexpr Instant early(1'000), later(2'000), last(3'000);

Interfaces device(const std::string& name) {
  return {{device_interface,
           {{"Address", std::string("AA:BB")},
            {"Name", name},
            {"RSSI", std::int16_t{-50}},
            {"Connected", false}}}};
}
Properties rssi(std::int16_t dbm) {
  return {{"RSSI", dbm}};
}

TEST(World, CountsNothingAsSeenWithoutAScan) {
  World w;
  EXPECT_FALSE(w.added(path, device("7238"), early));
  EXPECT_FALSE(w.changed(path, device_interface, rssi(-51), later));
  EXPECT_TRUE(w.has(path, device_interface));
}

TEST(World, CountsADeviceFromBeforeTheScanWhenItIsHeardAgain) {
  World w;
  (void)w.added(path, device("7238"), early);
  w.scan(true);
  EXPECT_TRUE(w.sightings().empty());
  const auto seen = w.changed(path, device_interface, rssi(-51), later);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->name, "7238");
  EXPECT_EQ(seen->rssi, -51);
  EXPECT_EQ(w.sightings().at(path).peripheral.first, later);
}

TEST(World, RemembersTheFirstAndTheLastTime) {
  World w;
  w.scan(true);
  (void)w.added(path, device("7238"), early);
  (void)w.changed(path, device_interface, rssi(-51), later);
  (void)w.changed(path, device_interface, {{"ManufacturerData", Properties{}}}, last);
  EXPECT_EQ(w.sightings().at(path).peripheral.first, early);
  EXPECT_EQ(w.sightings().at(path).last, last);
}

TEST(World, CountsTheFirstTimeFromWhenTheNameIsKnown) {
  World w;
  w.scan(true);
  (void)w.added(path,
                {{device_interface, {{"Address", std::string("AA:BB")}, {"Alias", std::string("AA-BB")}}}},
                early);
  EXPECT_EQ(w.sightings().at(path).peripheral.name, "");
  EXPECT_TRUE(w.changed(path, device_interface, {{"Name", std::string("7238")}}, later));
  EXPECT_EQ(w.sightings().at(path).peripheral.first, later);
}

TEST(World, DoesNotTakeWhatAConnectionChangesForAnAdvertisement) {
  World w;
  w.scan(true);
  (void)w.added(path, device("7238"), early);
  EXPECT_FALSE(w.changed(path, device_interface, {{"Connected", true}}, later));
  EXPECT_FALSE(w.changed(path, device_interface, {{"ServicesResolved", true}}, later));
  EXPECT_FALSE(w.changed(path, device_interface, {{"Name", std::string("by GAP")}}, later));
  EXPECT_EQ(w.sightings().at(path).last, early);
}

TEST(World, KnowsWhatIsGone) {
  World w;
  (void)w.added(path, device("7238"), early);
  w.removed(path, {device_interface});
  EXPECT_FALSE(w.has(path, device_interface));
  EXPECT_TRUE(w.property(path, device_interface, "Name").is_null());
}

TEST(World, BearsPropertiesOfTheWrongType) {
  World w;
  w.scan(true);
  const Interfaces odd{{device_interface,
                        {{"Name", std::uint32_t{5}},
                         {"Address", true},
                         {"RSSI", std::string("loud")},
                         {"Connected", std::string("yes")}}}};
  const auto seen = w.added(path, odd, early);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->name, "");
  EXPECT_FALSE(seen->rssi);
  EXPECT_FALSE(w.flag(path, device_interface, "Connected"));
}

TEST(World, DoesNotGrowWithoutEnd) {
  World w;
  for (int i = 0; i < 20'000; ++i) (void)w.added(path + std::to_string(i), device("flood"), early);
  EXPECT_LE(w.objects().size(), 16'384U);
}

}  // namespace
}  // namespace attest::ble::bluez

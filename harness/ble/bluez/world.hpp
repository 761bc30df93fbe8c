// What BlueZ says there is: a copy of its objects, kept up to date by its signals, and what was seen in the
// air.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/ble/central.hpp"

namespace attest::ble::bluez {

inline constexpr const char* service_name = "org.bluez";
inline constexpr const char* adapter_interface = "org.bluez.Adapter1";
inline constexpr const char* device_interface = "org.bluez.Device1";
inline constexpr const char* service_interface = "org.bluez.GattService1";
inline constexpr const char* characteristic_interface = "org.bluez.GattCharacteristic1";
inline constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";

using Properties = std::map<std::string, sdbus::Variant>;
using Interfaces = std::map<std::string, Properties>;
/// By interface name, then property name. Types that are of no use here (dictionaries, byte arrays) are null.
using Object = std::map<std::string, nlohmann::json>;

struct Sighting {
  Peripheral peripheral;
  Instant last;
};

/// Not thread-safe: Bus guards it.
class World {
 public:
  /// Each returns the advertisement that the signal was, if it was one and a scan is on.
  std::optional<Advertisement> added(const std::string& path, const Interfaces& interfaces, Instant at);
  std::optional<Advertisement> changed(const std::string& path, const std::string& interface,
                                       const Properties& properties, Instant at);
  void removed(const std::string& path, const std::vector<std::string>& interfaces);
  void scan(bool on);

  [[nodiscard]] const std::map<std::string, Object>& objects() const { return objects_; }
  [[nodiscard]] const std::map<std::string, Sighting>& sightings() const { return sightings_; }
  [[nodiscard]] bool scanning() const { return scanning_; }
  /// Null if there is no such object, interface or property.
  [[nodiscard]] nlohmann::json property(const std::string& path, const std::string& interface,
                                        const std::string& name) const;
  [[nodiscard]] bool flag(const std::string& path, const std::string& interface,
                          const std::string& name) const;
  [[nodiscard]] bool has(const std::string& path, const std::string& interface) const;

  std::string lost;  ///< why nothing more will come: the bus or BlueZ is gone. Empty while all is well

 private:
  Object* object(const std::string& path);
  std::optional<Advertisement> saw(const std::string& path, Instant at);

  std::map<std::string, Object> objects_;
  std::map<std::string, Sighting> sightings_;
  bool scanning_ = false;
};

/// A device's name: Name, or the alias where a person gave one. BlueZ makes an alias of the address: that is
/// no name.
[[nodiscard]] std::string device_name(const nlohmann::json& device);
[[nodiscard]] std::string text_of(const nlohmann::json& object, const char* key);

}  // namespace attest::ble::bluez

#include "harness/ble/bluez/world.hpp"

#include <algorithm>
#include <array>

namespace attest::ble::bluez {
namespace {

// BlueZ drops what it has not seen for half a minute; a room that has more is an attack on memory.
constexpr std::size_t most_objects = 16384;
// What only an advertisement changes. TxPower and UUIDs also change on a connection.
constexpr std::array<const char*, 5> told_by_air{"RSSI", "ManufacturerData", "ServiceData", "AdvertisingData",
                                                 "AdvertisingFlags"};

nlohmann::json plain(const sdbus::Variant& v) {
  const auto type = v.peekValueType();
  if (type == "b") return v.get<bool>();
  if (type == "n") return v.get<std::int16_t>();
  if (type == "q") return v.get<std::uint16_t>();
  if (type == "i") return v.get<std::int32_t>();
  if (type == "u") return v.get<std::uint32_t>();
  if (type == "s") return v.get<std::string>();
  if (type == "o") return std::string(v.get<sdbus::ObjectPath>());
  if (type == "as") return v.get<std::vector<std::string>>();
  return nullptr;
}

void merge(nlohmann::json& into, const Properties& properties) {
  if (!into.is_object()) into = nlohmann::json::object();
  for (const auto& [name, value] : properties) into[name] = plain(value);
}

}  // namespace

std::string text_of(const nlohmann::json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return {};
  return object[key].get<std::string>();
}

std::string device_name(const nlohmann::json& device) {
  if (auto name = text_of(device, "Name"); !name.empty()) return name;
  auto address = text_of(device, "Address");
  std::replace(address.begin(), address.end(), ':', '-');
  auto alias = text_of(device, "Alias");
  return alias == address ? std::string() : alias;
}

Object* World::object(const std::string& path) {
  const auto it = objects_.find(path);
  if (it != objects_.end()) return &it->second;
  return objects_.size() < most_objects ? &objects_[path] : nullptr;
}

std::optional<Advertisement> World::added(const std::string& path, const Interfaces& interfaces, Instant at) {
  Object* o = object(path);
  if (o == nullptr) return {};
  for (const auto& [interface, properties] : interfaces) merge((*o)[interface], properties);
  if (interfaces.count(device_interface) == 0) return {};
  return saw(path, at);
}

std::optional<Advertisement> World::changed(const std::string& path, const std::string& interface,
                                            const Properties& properties, Instant at) {
  const auto it = objects_.find(path);
  if (it == objects_.end()) return {};
  merge(it->second[interface], properties);
  if (interface != device_interface) return {};
  const bool by_air = std::any_of(told_by_air.begin(), told_by_air.end(),
                                  [&](const char* name) { return properties.count(name) != 0; });
  // A connection also tells the name; without one it came in a scan response.
  const bool name_by_air = properties.count("Name") != 0 && !flag(path, device_interface, "Connected");
  return by_air || name_by_air ? saw(path, at) : std::nullopt;
}

void World::removed(const std::string& path, const std::vector<std::string>& interfaces) {
  const auto it = objects_.find(path);
  if (it == objects_.end()) return;
  for (const auto& interface : interfaces) it->second.erase(interface);
  if (it->second.empty()) objects_.erase(it);
}

void World::scan(bool on) {
  scanning_ = on;
  if (on) sightings_.clear();
}

std::optional<Advertisement> World::saw(const std::string& path, Instant at) {
  if (!scanning_) return {};
  if (sightings_.count(path) == 0 && sightings_.size() >= most_objects) return {};
  const auto& device = objects_[path][device_interface];
  auto& s = sightings_[path];
  const auto name = device_name(device);
  if (s.peripheral.id.empty() || s.peripheral.name != name) s.peripheral.first = at;
  s.peripheral.id = path;
  s.peripheral.name = name;
  s.peripheral.address = text_of(device, "Address");
  s.peripheral.rssi.reset();
  if (device.contains("RSSI") && device["RSSI"].is_number()) s.peripheral.rssi = device["RSSI"].get<int>();
  s.last = at;
  return Advertisement{s.peripheral.address, name, s.peripheral.rssi, at};
}

nlohmann::json World::property(const std::string& path, const std::string& interface,
                               const std::string& name) const {
  if (!has(path, interface)) return nullptr;
  const auto& properties = objects_.at(path).at(interface);
  return properties.contains(name) ? properties[name] : nlohmann::json();
}

bool World::flag(const std::string& path, const std::string& interface, const std::string& name) const {
  const auto value = property(path, interface, name);
  return value.is_boolean() && value.get<bool>();
}

bool World::has(const std::string& path, const std::string& interface) const {
  const auto it = objects_.find(path);
  return it != objects_.end() && it->second.count(interface) != 0;
}

}  // namespace attest::ble::bluez

#include "harness/ble/bluez/fake_bluez_test.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace attest::ble::bluez {
namespace {

constexpr const char* adapter = "org.bluez.Adapter1";
constexpr const char* device = "org.bluez.Device1";
constexpr const char* service = "org.bluez.GattService1";
constexpr const char* characteristic = "org.bluez.GattCharacteristic1";
using Options = std::map<std::string, sdbus::Variant>;

void throw_if(const std::string& error) {
  if (!error.empty()) throw sdbus::Error(error, "on request");
}

}  // namespace

FakeBluez::FakeBluez(const std::string& bus_address, Behaviour behaviour)
    : behaviour_(std::move(behaviour)),
      powered_(behaviour_.powered),
      connection_(sdbus::createSessionBusConnectionWithAddress(bus_address)) {
  connection_->addObjectManager("/", sdbus::floating_slot);
  make_adapter();
  connection_->requestName("org.bluez");
  thread_ = std::thread([this] {
    try {
      connection_->enterEventLoop();
    } catch (const sdbus::Error&) {  // the bus ended first
    }
  });
}

FakeBluez::~FakeBluez() {
  connection_->leaveEventLoop();
  thread_.join();
}

void FakeBluez::make_adapter() {
  adapter_ = sdbus::createObject(*connection_, "/org/bluez/hci0");
  adapter_->registerProperty("Powered")
      .onInterface(adapter)
      .withGetter([this] { return locked(powered_); })
      .withSetter([this](const bool& on) {
        throw_if(behaviour_.power_error);
        power(on);
      });
  adapter_->registerMethod("SetDiscoveryFilter").onInterface(adapter).implementedAs([this](const Options& o) {
    const std::lock_guard lock(mutex_);
    transport_ = o.at("Transport").get<std::string>();
  });
  adapter_->registerMethod("StartDiscovery").onInterface(adapter).implementedAs([this] {
    throw_if(behaviour_.scan_error);
    const std::lock_guard lock(mutex_);
    scanning_ = true;
    ++scans_;
    changed_.notify_all();
  });
  adapter_->registerMethod("StopDiscovery").onInterface(adapter).implementedAs([this] {
    const std::lock_guard lock(mutex_);
    scanning_ = false;
  });
  adapter_->registerMethod("RemoveDevice").onInterface(adapter).implementedAs([this](sdbus::ObjectPath path) {
    const std::lock_guard lock(mutex_);
    const auto it = devices_.find(path);
    if (it == devices_.end()) throw sdbus::Error("org.bluez.Error.DoesNotExist", "Does Not Exist");
    it->second->object->emitInterfacesRemovedSignal();
    devices_.erase(it);
  });
  adapter_->finishRegistration();
}

std::string FakeBluez::advertise(const std::string& address, const std::string& name, std::int16_t rssi) {
  auto path = "/org/bluez/hci0/dev_" + address;
  std::replace(path.begin(), path.end(), ':', '_');
  Device* d = nullptr;
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    auto& slot = devices_[path];
    is_new = !slot;
    if (is_new) slot = std::make_unique<Device>();
    d = slot.get();
    d->path = path;
    d->address = address;
    d->name = name;
    d->rssi = rssi;
  }
  if (is_new)
    make_device(*d);
  else
    d->object->emitPropertiesChangedSignal(device, {"RSSI"});
  return path;
}

void FakeBluez::make_device(Device& d) {
  d.object = sdbus::createObject(*connection_, d.path);
  const auto property = [&](const char* name, auto getter) {
    d.object->registerProperty(name).onInterface(device).withGetter(getter);
  };
  property("Address", [this, &d] { return locked(d.address); });
  property("Name", [this, &d] { return locked(d.name); });
  property("Alias", [this, &d] { return locked(d.name); });
  property("RSSI", [this, &d] { return locked(d.rssi); });
  property("Connected", [this, &d] { return locked(d.connected); });
  property("ServicesResolved", [this, &d] { return locked(d.resolved); });
  register_methods(d);
  d.object->finishRegistration();
  d.object->emitInterfacesAddedSignal();
}

void FakeBluez::register_methods(Device& d) {
  d.object->registerMethod("Connect").onInterface(device).implementedAs([this, &d](sdbus::Result<>&& result) {
    if (behaviour_.connect_hangs) {
      const std::lock_guard lock(mutex_);
      unanswered_.push_back(std::move(result));
      return;
    }
    if (!behaviour_.connect_error.empty()) {
      result.returnError(sdbus::Error(behaviour_.connect_error, "on request"));
      return;
    }
    result.returnResults();  // the property comes after the reply, which must do no harm
    set_connected(d, true);
  });
  d.object->registerMethod("Disconnect").onInterface(device).implementedAs([this, &d] {
    set_connected(d, false);
  });
}

void FakeBluez::set_connected(Device& d, bool on) {
  {
    const std::lock_guard lock(mutex_);
    d.connected = on;
    d.resolved = on && behaviour_.resolves;
  }
  d.object->emitPropertiesChangedSignal(device, {"Connected"});
  if (on && d.attributes.empty()) {
    for (const auto& gatt : behaviour_.gatt) make_attributes(d, gatt);
  }
  d.object->emitPropertiesChangedSignal(device, {"ServicesResolved"});
}

void FakeBluez::make_attributes(Device& d, const Gatt& gatt) {
  const auto number = d.attributes.size();
  const auto service_path = fmt::format("{}/service{:04x}", d.path, number);
  auto s = sdbus::createObject(*connection_, service_path);
  s->registerProperty("UUID").onInterface(service).withGetter([u = gatt.service] { return u; });
  s->finishRegistration();
  s->emitInterfacesAddedSignal();
  auto c = sdbus::createObject(*connection_, fmt::format("{}/char{:04x}", service_path, number));
  c->registerProperty("UUID").onInterface(characteristic).withGetter([u = gatt.uuid] { return u; });
  c->registerProperty("Service").onInterface(characteristic).withGetter([service_path] {
    return sdbus::ObjectPath(service_path);
  });
  c->registerProperty("Flags").onInterface(characteristic).withGetter([f = gatt.flags] { return f; });
  c->registerMethod("WriteValue")
      .onInterface(characteristic)
      .implementedAs(
          [this, &d, u = gatt.uuid](sdbus::Result<>&& result, std::vector<std::uint8_t> bytes, Options o) {
            write_value(std::move(result), d,
                        {u, std::string(bytes.begin(), bytes.end()), o.at("type").get<std::string>()});
          });
  c->finishRegistration();
  c->emitInterfacesAddedSignal();
  d.attributes.push_back(std::move(s));
  d.attributes.push_back(std::move(c));
}

void FakeBluez::write_value(sdbus::Result<>&& result, Device& d, Write what) {
  {
    const std::lock_guard lock(mutex_);
    writes_.push_back(std::move(what));
  }
  if (behaviour_.on_write == OnWrite::answer) return result.returnResults();
  if (behaviour_.on_write == OnWrite::refuse) {
    return result.returnError(
        sdbus::Error("org.bluez.Error.Failed", "Operation failed with ATT error: 0x0d"));
  }
  {
    const std::lock_guard lock(mutex_);
    unanswered_.push_back(std::move(result));
  }
  if (behaviour_.on_write == OnWrite::hang_up) set_connected(d, false);
}

void FakeBluez::hang_up(const std::string& path) {
  set_connected(*devices_.at(path), false);
}

void FakeBluez::power(bool on) {
  {
    const std::lock_guard lock(mutex_);
    powered_ = on;
  }
  adapter_->emitPropertiesChangedSignal(adapter, {"Powered"});
}

void FakeBluez::unplug() {
  adapter_->emitInterfacesRemovedSignal();
}

void FakeBluez::await_scan() {
  std::unique_lock lock(mutex_);
  ++awaited_;
  changed_.wait(lock, [this] { return scans_ >= awaited_; });
}

std::vector<FakeBluez::Write> FakeBluez::writes() {
  return locked(writes_);
}
bool FakeBluez::scanning() {
  return locked(scanning_);
}
std::string FakeBluez::filter_transport() {
  return locked(transport_);
}

bool FakeBluez::any_connected() {
  const std::lock_guard lock(mutex_);
  return std::any_of(devices_.begin(), devices_.end(), [](const auto& d) { return d.second->connected; });
}

}  // namespace attest::ble::bluez

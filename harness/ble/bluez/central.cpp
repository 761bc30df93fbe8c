#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/base/bytes.hpp"
#include "harness/ble/bluez/errors.hpp"
#include "harness/ble/bluez/radio.hpp"

namespace attest::ble::bluez {
namespace {
using namespace std::chrono_literals;

constexpr Nanos local_limit = 10s;

nlohmann::json fields_of(const Advertisement& a) {
  nlohmann::json fields{{"address", a.address}, {"name", a.name}};
  if (a.rssi) fields["rssi"] = *a.rssi;
  return fields;
}

class BluezCentral final : public Central {
 public:
  explicit BluezCentral(std::shared_ptr<Radio> radio) : radio_(std::move(radio)) {}
  ~BluezCentral() override;

  Status power_on() override;
  Status start_scan(OnAdvertisement on_advertisement, NameTest only) override;
  Status stop_scan() override;
  Result<Peripheral> find(const NameTest& name, Deadline deadline) override;
  Result<bool> silent_for(const NameTest& name, Nanos window, Deadline deadline) override;
  Result<std::unique_ptr<Connection>> connect(const Peripheral& to, Deadline deadline) override {
    return bluez::connect(radio_, to, deadline);
  }
  void give_up() override { bus().give_up(); }

 private:
  [[nodiscard]] Bus& bus() const { return *radio_->bus; }
  [[nodiscard]] Deadline soon() const { return Deadline::in(bus().clock(), local_limit); }
  [[nodiscard]] std::string what(const std::string& doing) const {
    return fmt::format("{} {}", doing, radio_->adapter.substr(radio_->adapter.rfind('/') + 1));
  }
  [[nodiscard]] bool powered() const;
  void listen(OnAdvertisement on_advertisement, NameTest only);
  void forget_stale_devices();
  [[nodiscard]] Called set_filter();
  /// An error unless a scan runs on an adapter that is there and on.
  [[nodiscard]] Status scanning(const std::string& doing) const;
  [[nodiscard]] Error off_or_gone(const std::string& doing) const;
  [[nodiscard]] Error nobody(const NameTest& name) const;

  std::shared_ptr<Radio> radio_;
};

BluezCentral::~BluezCentral() {
  if (bus().with_world([](const World& w) { return w.scanning(); })) (void)stop_scan();
  bus().hear({});
}

bool BluezCentral::powered() const {
  return bus().with_world(
      [&](const World& w) { return w.flag(radio_->adapter, adapter_interface, "Powered"); });
}

Status BluezCentral::power_on() {
  const bool was_on = powered();
  if (!was_on) {
    const auto fill = [](sdbus::MethodCall& m) {
      m << std::string(adapter_interface) << std::string("Powered") << sdbus::Variant(true);
    };
    const auto called = bus().call(
        {.path = radio_->adapter, .interface = properties_interface, .method = "Set", .fill = fill}, soon());
    if (!called) return tl::unexpected(explain(what("switch on the adapter"), called.error()));
    const bool on = bus().wait(
        soon(), [&](const World& w) { return w.flag(radio_->adapter, adapter_interface, "Powered"); });
    if (!on)
      return fail(Fault::bench, what("switch on the adapter") + ": it stays off", "bluetoothctl power on");
  }
  radio_->tell("powered", was_on ? "the adapter is on" : "the adapter was switched on", {{"was_on", was_on}});
  return {};
}

void BluezCentral::listen(OnAdvertisement on_advertisement, NameTest only) {
  bus().hear([observer = radio_->observer, heard = std::move(on_advertisement),
              only = std::move(only)](const Advertisement& a) {
    if (only && !only(a.name)) return;
    if (observer) {
      observer({"advertisement", fmt::format("{} {}", a.address, visible(a.name)), fields_of(a), a.at});
    }
    if (heard) heard(a);
  });
}

/// BlueZ keeps names it once heard. Those that a person has paired, trusted or connected are left alone.
void BluezCentral::forget_stale_devices() {
  const auto stale = bus().with_world([&](const World& w) {
    std::vector<std::string> paths;
    for (const auto& [path, object] : w.objects()) {
      const auto is = [&, p = path](const char* flag) { return w.flag(p, device_interface, flag); };
      const bool ours = path.starts_with(radio_->adapter + "/") && w.has(path, device_interface);
      if (ours && !is("Paired") && !is("Trusted") && !is("Connected")) paths.push_back(path);
    }
    return paths;
  });
  for (const auto& path : stale) {
    const auto fill = [&](sdbus::MethodCall& m) { m << sdbus::ObjectPath(path); };
    // One that went by itself meanwhile is as good.
    (void)bus().call(
        {.path = radio_->adapter, .interface = adapter_interface, .method = "RemoveDevice", .fill = fill},
        soon());
  }
}

Called BluezCentral::set_filter() {
  const auto fill = [](sdbus::MethodCall& m) {
    m << Properties{{"Transport", std::string("le")}, {"DuplicateData", true}};
  };
  return bus().call(
      {.path = radio_->adapter, .interface = adapter_interface, .method = "SetDiscoveryFilter", .fill = fill},
      soon());
}

Status BluezCentral::start_scan(OnAdvertisement on_advertisement, NameTest only) {
  const auto doing = what("scan with the adapter");
  if (bus().with_world([](const World& w) { return w.scanning(); })) {
    return fail(Fault::usage, doing + ": it scans already", "stop the scan first");
  }
  if (!powered()) return tl::unexpected(off_or_gone(doing));
  forget_stale_devices();
  if (const auto set = set_filter(); !set) return tl::unexpected(explain(doing, set.error()));
  listen(std::move(on_advertisement), std::move(only));
  bus().with_world([](World& w) { w.scan(true); });
  const auto called = bus().call(
      {.path = radio_->adapter, .interface = adapter_interface, .method = "StartDiscovery"}, soon());
  if (!called) {
    bus().with_world([](World& w) { w.scan(false); });
    return tl::unexpected(explain(doing, called.error()));
  }
  radio_->tell("scan-started", doing, {{"adapter", radio_->adapter}});
  return {};
}

Status BluezCentral::stop_scan() {
  if (!bus().with_world([](const World& w) { return w.scanning(); })) return {};
  const auto called = bus().call(
      {.path = radio_->adapter, .interface = adapter_interface, .method = "StopDiscovery"}, soon());
  bus().with_world([](World& w) { w.scan(false); });
  bus().hear({});
  if (!called) return tl::unexpected(explain(what("end the scan of the adapter"), called.error()));
  radio_->tell("scan-stopped", "the scan has ended");
  return {};
}

Status BluezCentral::scanning(const std::string& doing) const {
  if (const auto lost = bus().lost(); !lost.empty()) {
    return tl::unexpected(explain(doing, {interrupted, lost}));
  }
  if (!powered()) return tl::unexpected(off_or_gone(doing));
  if (bus().with_world([](const World& w) { return w.scanning(); })) return {};
  return fail(Fault::usage, doing + ": there is no scan", "start a scan first");
}

Error BluezCentral::off_or_gone(const std::string& doing) const {
  const bool there =
      bus().with_world([&](const World& w) { return w.has(radio_->adapter, adapter_interface); });
  if (there) return explain(doing, {"org.bluez.Error.NotReady", ""});
  return {Fault::bench, doing + ": it is no longer there", "plug it in again, and start anew"};
}

/// A connection that a killed run left in BlueZ keeps the device from advertising: worth a word of its own.
Error BluezCentral::nobody(const NameTest& name) const {
  std::string taken;
  const auto others = bus().with_world([&](const World& w) {
    for (const auto& [path, object] : w.objects()) {
      const auto device = object.find(device_interface);
      if (device == object.end() || !w.flag(path, device_interface, "Connected")) continue;
      if (name(device_name(device->second))) taken = text_of(device->second, "Address");
    }
    return w.sightings().size();
  });
  const auto what = fmt::format(
      "look for the device's advertisement: none with such a name by the deadline, {} other {} seen", others,
      others == 1 ? "device was" : "devices were");
  if (!taken.empty()) {
    return {Fault::bench, what + ", but BlueZ is connected to one", "bluetoothctl disconnect " + taken};
  }
  return {Fault::device, what,
          others == 0 ? "does the adapter see anything at all (bluetoothctl scan le)?"
                      : "is the device in reach, and does it advertise?"};
}

Result<Peripheral> BluezCentral::find(const NameTest& name, Deadline deadline) {
  const auto doing = what("look for the device's advertisement with the adapter");
  if (auto s = scanning(doing); !s) return tl::unexpected(s.error());
  std::optional<Peripheral> found;
  const bool ended = bus().wait(deadline, [&](const World& w) {
    for (const auto& [path, s] : w.sightings()) {
      const auto& p = s.peripheral;
      if (name(p.name) && w.has(path, device_interface) && (!found || p.first < found->first)) found = p;
    }
    return found || !w.flag(radio_->adapter, adapter_interface, "Powered");
  });
  if (found) return *found;
  if (ended) return tl::unexpected(off_or_gone(doing));
  if (auto s = scanning(doing); !s) return tl::unexpected(s.error());
  return tl::unexpected(nobody(name));
}

Result<bool> BluezCentral::silent_for(const NameTest& name, Nanos window, Deadline deadline) {
  const auto doing = what("watch for the end of an advertisement with the adapter");
  if (auto s = scanning(doing); !s) return tl::unexpected(s.error());
  Instant last = bus().clock().now();
  for (;;) {
    const Deadline enough(last + window);
    bool off = false;
    const bool heard = bus().wait(enough.sooner(deadline), [&](const World& w) {
      const Instant before = last;
      for (const auto& [path, s] : w.sightings()) {
        if (name(s.peripheral.name)) last = std::max(last, s.last);
      }
      off = !w.flag(radio_->adapter, adapter_interface, "Powered");
      return off || last > before;
    });
    if (off) return tl::unexpected(off_or_gone(doing));
    if (auto s = scanning(doing); !s) return tl::unexpected(s.error());
    if (!heard) return enough.passed(bus().clock());
  }
}

}  // namespace

std::unique_ptr<Central> make_central(std::shared_ptr<Radio> radio) {
  return std::make_unique<BluezCentral>(std::move(radio));
}

}  // namespace attest::ble::bluez

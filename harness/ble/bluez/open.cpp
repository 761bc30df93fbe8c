#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/base/bytes.hpp"
#include "harness/ble/bluez/central.hpp"
#include "harness/ble/bluez/radio.hpp"

namespace attest::ble {
namespace bluez {
namespace {

/// "/org/bluez/hci0", or an error with what there is.
Result<std::string> choose_adapter(Bus& bus, const std::string& wanted) {
  std::vector<std::string> names;
  bus.with_world([&](const World& w) {
    for (const auto& [path, object] : w.objects()) {
      if (object.count(adapter_interface) != 0) names.push_back(path.substr(path.rfind('/') + 1));
    }
  });
  if (names.empty()) {
    return fail(Fault::bench, "open the Bluetooth adapter: BlueZ has none",
                "plug one in (`bluetoothctl list`)");
  }
  if (wanted.empty()) return "/org/bluez/" + names.front();
  if (std::find(names.begin(), names.end(), wanted) != names.end()) return "/org/bluez/" + wanted;
  return fail(
      Fault::bench,
      fmt::format("open the Bluetooth adapter {}: BlueZ has {}", visible(wanted), fmt::join(names, ", ")),
      "plug it in, or name another one as ble.adapter");
}

}  // namespace
}  // namespace bluez

Result<std::unique_ptr<Central>> open_bluez(const BluezOptions& options, const Clock& clock,
                                            Observer observer) {
  auto bus = bluez::Bus::open(options.bus, clock);
  if (!bus) return tl::unexpected(bus.error());
  auto adapter = bluez::choose_adapter(**bus, options.adapter);
  if (!adapter) return tl::unexpected(adapter.error());
  auto radio = std::make_shared<bluez::Radio>();
  radio->bus = std::move(*bus);
  radio->adapter = std::move(*adapter);
  radio->observer = std::move(observer);
  return bluez::make_central(std::move(radio));
}

}  // namespace attest::ble

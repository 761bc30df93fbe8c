// What the Central and its Connections share: the bus, the adapter and who is told.
#pragma once

#include <memory>
#include <string>

#include "harness/ble/bluez/bus.hpp"

namespace attest::ble::bluez {

struct Radio {
  std::unique_ptr<Bus> bus;
  std::string adapter;  ///< "/org/bluez/hci0"
  Observer observer;

  void tell(const std::string& kind, const std::string& text,
            nlohmann::json fields = nlohmann::json::object()) {
    if (observer) observer({kind, text, std::move(fields), bus->clock().now()});
  }
};

[[nodiscard]] std::unique_ptr<Central> make_central(std::shared_ptr<Radio> radio);

/// Connects, and returns when the device is connected.
[[nodiscard]] Result<std::unique_ptr<Connection>> connect(const std::shared_ptr<Radio>& radio,
                                                          const Peripheral& to, Deadline deadline);

}  // namespace attest::ble::bluez

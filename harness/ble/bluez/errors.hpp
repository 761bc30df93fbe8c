// BlueZ's and D-Bus's errors in words that say what to do.
#pragma once

#include "harness/base/result.hpp"
#include "harness/ble/bluez/bus.hpp"

namespace attest::ble::bluez {

[[nodiscard]] Error no_bus(const std::string& address, const std::string& why);
[[nodiscard]] Error no_bluez(const std::string& address, const CallError& e);
/// `otherwise` is whose fault an error is that BlueZ does not explain.
[[nodiscard]] Error explain(const std::string& tried, const CallError& e, Fault otherwise = Fault::bench);

}  // namespace attest::ble::bluez

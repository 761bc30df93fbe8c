// The Central on Linux's own Bluetooth stack, over its D-Bus API (BlueZ 5, doc/*-api.txt).
#pragma once

#include <memory>
#include <string>

#include "harness/ble/central.hpp"

namespace attest::ble {

struct BluezOptions {
  std::string bus = "system";  ///< or a D-Bus address: "unix:path=…"
  std::string adapter;         ///< "hci0"; empty: the first
};

/// Errors are the bench's: no D-Bus, no BlueZ on it, no such adapter. Does not switch anything on.
/// What the clock tells must be the machine's monotonic time: waits are real.
[[nodiscard]] Result<std::unique_ptr<Central>> open_bluez(const BluezOptions& options, const Clock& clock,
                                                          Observer observer = {});

}  // namespace attest::ble

// Who comes and goes at an access point of hostapd: one more client of its control socket (hostapd's wpa_ctrl
// interface, ATTACH), seen from outside of the device.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::lab {

struct StationEvent {
  std::string event;    ///< "AP-STA-CONNECTED" or "AP-STA-DISCONNECTED"
  std::string station;  ///< "aa:bb:cc:dd:ee:ff", as hostapd says it
  Instant at;           ///< right after it was read
};

/// The event in one message of hostapd ("<3>AP-STA-CONNECTED aa:bb:…"); nothing in all others.
[[nodiscard]] std::optional<StationEvent> station_event_in(std::string_view message, Instant at);

class StationWatch {
 public:
  /// Called from a thread of the watch's own.
  using Listener = std::function<void(const StationEvent&)>;
  /// Returns when hostapd has accepted, 2 s at most. Errors are of the bench. The clock must outlive it.
  [[nodiscard]] static Result<std::unique_ptr<StationWatch>> attach(const std::filesystem::path& control,
                                                                    const Clock& clock, Listener listener);
  virtual ~StationWatch() = default;  ///< detaches

  /// The first station that connected at that moment or later, of the last 64. Thread-safe.
  [[nodiscard]] virtual std::optional<StationEvent> connected_since(Instant moment) const = 0;
};

}  // namespace attest::lab

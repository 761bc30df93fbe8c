// The phone's side of BLE provisioning, whatever radio it has: scan, connect, write.
//
// Threads: a Central and its Connections are used from one thread. Observer and OnAdvertisement are also
// called from the radio's own thread: they are quick, thread-safe, throw nothing and call nothing of the
// Central. Every wait ends at its deadline; calls without one are local and have 10 s. Waits are in real
// time. Errors: `bench` where the radio of this machine fails (the cure says what to do), `device` where the
// other side stays silent, hangs up or offers nothing to write to, `usage` for calls in the wrong order.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::ble {

/// A step for the record. Never holds what was written, only how many bytes: they contain the password.
struct Event {
  std::string kind;  ///< powered scan-started scan-stopped advertisement connecting connected services write
                     ///< disconnected lost
  std::string text;
  nlohmann::json fields;
  Instant at;
};
using Observer = std::function<void(const Event&)>;

struct Advertisement {
  std::string address;      ///< "AA:BB:CC:DD:EE:FF"
  std::string name;         ///< may be empty: not told yet
  std::optional<int> rssi;  ///< dBm
  Instant at;
};
using OnAdvertisement = std::function<void(const Advertisement&)>;
using NameTest = std::function<bool(std::string_view)>;

[[nodiscard]] NameTest named(std::string name);
/// That name, or one that goes on after it with neither letter nor digit: "7238_BLE" is, "7238X" is somebody
/// else.
[[nodiscard]] NameTest named_like(std::string name);

struct Peripheral {
  std::string id;  ///< the radio's own word for it
  std::string address, name;
  std::optional<int> rssi;
  Instant first;  ///< when it was first seen under this name in this scan
};

struct Characteristic {
  std::string id;
  std::string uuid, service;       ///< lower case, 128 bit
  std::vector<std::string> flags;  ///< BlueZ's words: read, write, write-without-response, notify, …

  [[nodiscard]] bool has(std::string_view flag) const;
  [[nodiscard]] bool writable() const { return has("write") || has("write-without-response"); }
};

struct WriteOptions {
  std::optional<bool> with_response;  ///< empty: with one if the characteristic offers it
  /// Bytes in one write; 0: all in one, which the stack turns into a long write where it does not fit.
  /// Without a response there are no long writes: what exceeds the MTU less 3 is refused.
  std::size_t chunk = 0;
};

class Connection {
 public:
  /// Hangs up.
  virtual ~Connection() = default;
  /// Waits until the services are known.
  [[nodiscard]] virtual Status resolve_services(Deadline deadline) = 0;
  /// In the order of their handles. Empty before resolve_services.
  [[nodiscard]] virtual std::vector<Characteristic> characteristics() const = 0;
  [[nodiscard]] virtual Status write(const Characteristic& to, std::string_view bytes, WriteOptions options,
                                     Deadline deadline) = 0;
  /// One that is gone already is no error.
  [[nodiscard]] virtual Status disconnect(Deadline deadline) = 0;
  [[nodiscard]] virtual bool connected() const = 0;

  /// The one with this UUID ("ffe1", "0xFFE1" or 128 bit), or the first writable one outside the services
  /// that every device has (GAP, GATT, device information, battery). The error lists what there is.
  [[nodiscard]] Result<Characteristic> writable(const std::optional<std::string>& uuid = {}) const;
};

class Central {
 public:
  virtual ~Central() = default;
  [[nodiscard]] virtual Status power_on() = 0;
  /// What was known before does not count as seen. `only` limits what is told to the observer and to
  /// `on_advertisement`: a room may hold hundreds of devices that are nobody's business.
  [[nodiscard]] virtual Status start_scan(OnAdvertisement on_advertisement = {}, NameTest only = {}) = 0;
  [[nodiscard]] virtual Status stop_scan() = 0;
  /// The first that was seen in this scan under such a name, waited for. Needs a scan.
  [[nodiscard]] virtual Result<Peripheral> find(const NameTest& name, Deadline deadline) = 0;
  /// True as soon as no such advertisement came for `window` (counted from this call on), false if they had
  /// not ended by the deadline. Needs a scan. A stack may leave out an advertisement that is the same as the
  /// one before to the last dBm: take a window of several intervals.
  [[nodiscard]] virtual Result<bool> silent_for(const NameTest& name, Nanos window, Deadline deadline) = 0;
  /// Stop the scan first: many controllers cannot do both.
  [[nodiscard]] virtual Result<std::unique_ptr<Connection>> connect(const Peripheral& to,
                                                                    Deadline deadline) = 0;
  /// From any thread: every wait ends now, with an error, and this Central is of no more use.
  virtual void give_up() {}
};

/// "FFE1", "0xffe1" and "0000FFE1-0000-1000-8000-00805F9B34FB" are the same; anything else is only put in
/// lower case.
[[nodiscard]] std::string full_uuid(std::string_view uuid);

}  // namespace attest::ble

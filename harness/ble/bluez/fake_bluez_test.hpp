// A small org.bluez for tests: one adapter, devices that advertise, one service, and ways to misbehave.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace attest::ble::bluez {

class FakeBluez {
 public:
  enum class OnWrite { answer, refuse, never_answer, hang_up };
  struct Write {
    std::string uuid, bytes, type;
    bool operator==(const Write&) const = default;
  };
  struct Gatt {
    std::string service, uuid;
    std::vector<std::string> flags;
  };
  struct Behaviour {
    bool powered = true;
    std::string power_error, scan_error, connect_error;  ///< D-Bus error names
    bool connect_hangs = false, resolves = true;
    OnWrite on_write = OnWrite::answer;
    std::vector<Gatt> gatt{{"1801", "2a05", {"write"}},
                           {"ffff", "ff01", {"write", "write-without-response"}}};
  };

  FakeBluez(const std::string& bus_address, Behaviour behaviour);
  explicit FakeBluez(const std::string& bus_address) : FakeBluez(bus_address, Behaviour{}) {}
  ~FakeBluez();

  /// The first time it appears, later its RSSI changes. Returns the object's path.
  std::string advertise(const std::string& address, const std::string& name, std::int16_t rssi = -50);
  void hang_up(const std::string& device);
  void power(bool on);
  void unplug();
  /// Blocks until the next scan has begun: the first call the first one, the second the second.
  void await_scan();
  [[nodiscard]] std::vector<Write> writes();
  [[nodiscard]] bool scanning();
  [[nodiscard]] bool any_connected();
  [[nodiscard]] std::string filter_transport();

 private:
  struct Device {
    std::string path, address, name;
    std::int16_t rssi = 0;
    bool connected = false, resolved = false;
    std::unique_ptr<sdbus::IObject> object;
    std::vector<std::unique_ptr<sdbus::IObject>> attributes;
  };
  void make_adapter();
  void make_device(Device& d);
  void register_methods(Device& d);
  void make_attributes(Device& d, const Gatt& gatt);
  void set_connected(Device& d, bool on);
  void write_value(sdbus::Result<>&& result, Device& d, Write what);
  template <class T>
  T locked(T& value) {
    const std::lock_guard lock(mutex_);
    return value;
  }

  Behaviour behaviour_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool powered_ = true, scanning_ = false;
  int scans_ = 0, awaited_ = 0;
  std::string transport_;
  std::vector<Write> writes_;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::vector<sdbus::Result<>> unanswered_;  // below the connection: they need it to go
  std::unique_ptr<sdbus::IObject> adapter_;
  std::map<std::string, std::unique_ptr<Device>> devices_;
  std::thread thread_;
};

}  // namespace attest::ble::bluez

// The connection to the D-Bus that BlueZ is on: calls with deadlines, and waits for what its signals change.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "harness/ble/bluez/world.hpp"

namespace attest::ble::bluez {

/// What a call ended with when it did not succeed.
struct CallError {
  std::string name;     ///< D-Bus's, or one of the two below
  std::string message;  ///< the other side's words
};
inline constexpr const char* timed_out = "attest.TimedOut";
inline constexpr const char* interrupted = "attest.Interrupted";
using Called = tl::expected<void, CallError>;

class Bus {
 public:
  using Fill = std::function<void(sdbus::MethodCall&)>;
  using Read = std::function<void(sdbus::MethodReply&)>;
  using Condition = std::function<bool(const World&)>;

  /// "system", or a D-Bus address. Reads BlueZ's objects before it returns.
  [[nodiscard]] static Result<std::unique_ptr<Bus>> open(const std::string& address, const Clock& clock);
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  struct Call {
    std::string path, interface, method;
    Fill fill = {};
    Read read = {};  ///< on the bus's thread, with no lock held
    /// Ends the call (as `interrupted`) when it becomes true; also ended by the loss of BlueZ.
    Condition unless = {};
  };
  [[nodiscard]] Called call(Call what, Deadline deadline);
  /// Until the condition holds, BlueZ is lost or the deadline passes; whether it holds.
  [[nodiscard]] bool wait(Deadline deadline, const Condition& condition);
  /// Under the lock: short.
  template <class F>
  auto with_world(F&& f) {
    const std::lock_guard lock(mutex_);
    return f(world_);
  }
  /// As if BlueZ had been lost now: all waits end. From any thread.
  void give_up();
  /// Empty while BlueZ is there.
  [[nodiscard]] std::string lost();

  /// Called for each advertisement of a scan, on the bus's thread. When this returns, the listener before is
  /// called no more: what it refers to may go.
  void hear(OnAdvertisement listener);

  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  struct Answer;
  Bus(std::unique_ptr<sdbus::IConnection> connection, const Clock& clock);
  void subscribe();
  void on_added(sdbus::Message& m);
  void on_removed(sdbus::Message& m);
  void on_changed(sdbus::Message& m);
  void on_owner(sdbus::Message& m);
  void loop();
  void tell(const std::optional<Advertisement>& seen);
  Status load(const std::string& address);
  sdbus::IProxy& proxy(const std::string& path);

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  World world_;
  std::mutex listening_;  ///< held while the listener is called; never taken under mutex_
  OnAdvertisement listener_;
  std::unique_ptr<sdbus::IConnection> connection_;
  // Kept to the end: one that goes while its reply is being handled would be used after it is gone.
  std::map<std::string, std::unique_ptr<sdbus::IProxy>> proxies_;
  std::thread thread_;
};

}  // namespace attest::ble::bluez

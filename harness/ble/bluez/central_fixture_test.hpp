// A central of ours over a BlueZ of ours on a bus of its own.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "harness/base/private_bus.hpp"
#include "harness/ble/bluez/central.hpp"
#include "harness/ble/bluez/fake_bluez_test.hpp"

namespace attest::ble::bluez {

inline constexpr const char* dut = "AA:BB:CC:DD:EE:01";

class CentralOnFake : public testing::Test {
 protected:
  void start(FakeBluez::Behaviour behaviour = {}) {
    fake_ = std::make_unique<FakeBluez>(bus_.address(), behaviour);
    central_ = must(open());
  }
  Result<std::unique_ptr<Central>> open(const std::string& adapter = "") {
    return open_bluez({.bus = bus_.address(), .adapter = adapter}, steady_clock(), [this](const Event& e) {
      const std::lock_guard lock(mutex_);
      kinds_.push_back(e.kind);
      told_ += e.text + e.fields.dump() + "\n";
    });
  }
  static Deadline late() { return Deadline::in(steady_clock(), std::chrono::seconds(60)); }
  static Deadline soon() { return Deadline::in(steady_clock(), std::chrono::milliseconds(50)); }
  /// Scanned, found and connected.
  std::unique_ptr<Connection> connection() {
    must(central_->start_scan({}, {}));
    fake_->advertise(dut, "7238");
    const auto device = must(central_->find(named("7238"), late()));
    must(central_->stop_scan());
    return must(central_->connect(device, late()));
  }

  PrivateBus bus_ = must(PrivateBus::start());
  std::mutex mutex_;
  std::vector<std::string> kinds_;
  std::string told_;
  std::unique_ptr<FakeBluez> fake_;
  std::unique_ptr<Central> central_;
};

}  // namespace attest::ble::bluez

#include "suites/support/home.hpp"

#include "harness/phone/provision.hpp"

namespace attest::suites {

std::optional<phone::Way> WayHome::way() const {
  for (const auto one : {phone::Way::ble, phone::Way::airkiss})
    if (phone_.has(one)) return one;
  return {};
}

bool WayHome::provision() {
  const auto by = way();
  if (!phone_.home() || !by) {
    recorder_.note(by ? "nobody has said where the device is at home (network.ssid)"
                      : "the bench has no radio by which the device could be brought home");
    return false;
  }
  const Chatter window(recorder_);
  if (const auto there = phone_.make_home_only(); !there) {
    recorder_.note(there.error().text());
    return false;
  }
  const auto done = phone::provision(dut_, phone_, *by, *phone_.home(), profile_, clock_);
  if (!done) recorder_.note(done.error().text());
  return done.has_value();
}

bool WayHome::flash_anew() {
  if (power_ == nullptr) return false;
  const Chatter window(recorder_);
  if (!power_->off() || !power_->flash_anew()) return false;
  return power_->on().has_value() && dut_.recover().has_value();
}

}  // namespace attest::suites

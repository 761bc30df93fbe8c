// Brings the device to the network where the bench's servers are, as a person would: over BLE, or by AirKiss.
#pragma once

#include "harness/lab/dut.hpp"
#include "harness/lab/power.hpp"
#include "harness/phone/phone.hpp"
#include "suites/support/recorder.hpp"

namespace attest::suites {

/// Used from the case host's thread. What the device says meanwhile is judged by nobody.
class WayHome {
 public:
  WayHome(lab::Dut& dut, lab::Power* power, phone::Phone& phone, Recorder& recorder,
          const spec::Profile& profile, const Clock& clock)
      : dut_(dut), power_(power), phone_(phone), recorder_(recorder), profile_(profile), clock_(clock) {}

  /// True once the device has been given its home's name and password, and has told of a network or had the
  /// time for it. False, with the reason in the record, where the bench has not said which that is, has no
  /// radio, or the device takes nothing.
  [[nodiscard]] bool provision();
  /// The device as it was when the run began, where the bench can do that; false where it cannot.
  [[nodiscard]] bool flash_anew();

 private:
  [[nodiscard]] std::optional<phone::Way> way() const;

  lab::Dut& dut_;
  lab::Power* power_;
  phone::Phone& phone_;
  Recorder& recorder_;
  const spec::Profile& profile_;
  const Clock& clock_;
};

}  // namespace attest::suites

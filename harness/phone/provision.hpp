// One provisioning as the device's user does it, whoever wants it: a run that brings the device home, or a
// person at the command line.
#pragma once

#include <string>
#include <vector>

#include "harness/lab/dut.hpp"
#include "harness/phone/phone.hpp"

namespace attest::phone {

struct Provisioned {
  std::string told;  ///< the line that tells of the network; empty where the profile knows none
  Nanos took{};      ///< from the first byte of AT+CWSTARTSMART to that line, or to the end of the wait
};

/// AT+CWSTARTSMART, name and password by that way, and the wait until the device tells of the network.
/// Whatever comes of it, provisioning is stopped afterwards by whichever name of the manual works. A `device`
/// error says what the device did instead. Throws Failure as Dut::command does. Judges nothing.
[[nodiscard]] Result<Provisioned> provision(lab::Dut& dut, Phone& phone, Way way, const lab::Network& network,
                                            const spec::Profile& profile, const Clock& clock);

/// AT+CWSTOPSMART, by either name of the manual (errata E2); false if neither is answered OK.
bool stop_provisioning(lab::Dut& dut);

/// The names that the manual gives it.
inline constexpr const char* kStopLines[] = {"AT+CWSTOPSMART", "AT+CWSTOPTSMART"};

}  // namespace attest::phone

// Provisioning as a person with nRF Connect does it: see the name, connect, write, leave (CWSTARTSMART,
// Notes).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "harness/ble/central.hpp"

namespace attest::ble {

struct Plan {
  std::string name = "7238";                  ///< what the manual says is advertised
  std::optional<std::string> characteristic;  ///< a UUID; else the first writable one
  std::string payload;                        ///< holds the password
  WriteOptions write;
  /// Each step's own limit, from its own start.
  Nanos advert_limit = std::chrono::seconds(10), connect_limit = std::chrono::seconds(15),
        services_limit = std::chrono::seconds(15), write_limit = std::chrono::seconds(10);
};

/// How far a delivery has come.
enum class Step { none, look, connect, discover, write, done };

struct Delivered {
  Step step = Step::none;        ///< the last that was begun; done: everything was delivered
  std::optional<Error> trouble;  ///< the first error; none if it is done
  Instant scan_start;            ///< right before the scan was asked for
  Instant advertisement;         ///< the first one under that name
  Instant written;               ///< the last write was confirmed (or handed over, without a response)
  std::string name;              ///< as it was seen
  std::string address;
  std::string characteristic;
  std::vector<std::string> flags;  ///< of that characteristic
  /// False: the name only starts with the right one. It was usable, and is a deviation of its own (SS-01).
  bool exact_name = false;

  [[nodiscard]] bool done() const { return step == Step::done; }
  /// At least a part of the payload went out, and the device may have taken it whatever came then.
  [[nodiscard]] bool sent() const { return step >= Step::write; }
};

/// What is told of a delivery that has not come to its end is what was known by then. Leaves no scan and no
/// connection behind, whatever happens. Not to be called during a scan. A device that hangs up once it has
/// the payload is no error.
[[nodiscard]] Delivered deliver(Central& central, const Plan& plan, const Clock& clock);

}  // namespace attest::ble

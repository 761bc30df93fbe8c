// A device's supply and its reset line: cut, given and pulled by whatever the bench has.
#pragma once

#include <functional>

#include <memory>
#include <string>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"
#include "harness/transport/link.hpp"

namespace attest::lab {

class Power {
 public:
  virtual ~Power() = default;
  /// Which of the two this bench has. Neither changes.
  [[nodiscard]] virtual bool can_cut() const { return true; }
  [[nodiscard]] virtual bool can_reset() const { return false; }
  /// Returns when the device is without power.
  [[nodiscard]] virtual Status off() = 0;
  [[nodiscard]] virtual Status on() = 0;
  /// Makes a device that starts no more as it was when the run began. An error where the bench cannot.
  [[nodiscard]] virtual Status flash_anew() = 0;
  /// Pulls the reset line, and returns when it is released.
  [[nodiscard]] virtual Status reset();
};

/// What a bench has for it.
struct PowerMeans {
  std::string off, on;            ///< shell commands, each with 30 s; both, or the supply cannot be cut
  std::function<Status()> reset;  ///< empty: there is no reset line
};

/// Null where the bench has nothing.
[[nodiscard]] std::unique_ptr<Power> power_by(PowerMeans means);

/// Holds the modem line ("rts" or "dtr") on for so long, and lets it go.
[[nodiscard]] Status pull_reset(transport::Link& link, const std::string& line, Nanos hold,
                                const Clock& clock);

/// One of the bench file's shell commands; an error names it, and the table that it stands in.
[[nodiscard]] Status carry_out(const std::string& what, const std::string& command, const char* table,
                               Nanos limit = std::chrono::seconds(30));

}  // namespace attest::lab

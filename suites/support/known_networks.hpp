// What cases about provisioning have found out of this process's device, for those that come after them. In a
// replay it is what the record's marks say (memory.hpp).
#pragma once

#include <set>
#include <string>

namespace attest::suites {

class Stage;

/// Of the device on the stage: one case host has one device.
struct Learned {
  const Stage* of = nullptr;
  std::string stop;  ///< the line that works; empty: not known
  /// Lines that came with an absent network, with a wrong password, and with a network that was joined.
  std::set<std::string> absent, wrong, good;
  bool knows_failures = false;
};

[[nodiscard]] Learned& learned_of(const Stage& stage);

}  // namespace attest::suites

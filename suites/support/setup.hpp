// What a case host is told before it opens its doors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/lab/bench.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/spec/profile.hpp"

namespace attest::suites {

/// Instead of the bench: the record of a run, of which one host is gone through again.
struct Replay {
  std::filesystem::path record;
  std::size_t host = 0;  ///< which of the record's (record::hosts_in)
};

struct StageSetup {
  std::string device;  ///< "dut0"
  lab::Bench bench;
  lab::VirtualOptions virtual_device;  ///< if the bench's device is one
  spec::Profile profile;
  std::uint64_t seed = 0;
  std::filesystem::path key_log;  ///< of TLS sessions; empty: none is kept
  /// How long a link that is not there is waited for; zero: not at all.
  Nanos link_returns_within{0};
  std::filesystem::path keys;  ///< folder of the certificates' keys; empty: they are made anew
};

}  // namespace attest::suites

// Which device, and what is known of it: what the subcommands that talk to one have in common.
#pragma once

#include <string>
#include <vector>

#include "harness/lab/bench.hpp"
#include "harness/spec/profile.hpp"

namespace attest::cli {

struct DeviceArguments {
  std::string link;              ///< empty: the bench file's, else virtual
  std::string bench;             ///< path; empty: none
  std::string profile;           ///< empty: the bench file's, else the one that goes with the link
  std::vector<std::string> set;  ///< KEY=VALUE: single values of the profile
};

/// The bench file's, with what the command line says over it. A Failure of usage where it cannot be read, or
/// the link cannot be understood.
[[nodiscard]] lab::Bench bench_from(const DeviceArguments& arguments);
/// That bench's profile, with the values of the bench file and then those of the command line.
[[nodiscard]] spec::Profile profile_from(const lab::Bench& bench, const DeviceArguments& arguments);

}  // namespace attest::cli

// Which device, and what is known of it: what the handles that talk to one have in common.
#pragma once

#include <string>
#include <vector>

#include "harness/lab/bench.hpp"
#include "harness/spec/profile.hpp"

namespace attest::job {

struct DeviceArguments {
  /// Empty: the bench file's, else virtual. Of a bench with several devices also a device's name.
  std::string link;
  std::string bench;             ///< path; empty: none
  std::string profile;           ///< empty: the bench file's, else the one that goes with the link
  std::vector<std::string> set;  ///< KEY=VALUE: single values of the profile
};

/// The bench file's, with what the command line says over it. A Failure of usage where it cannot be read, or
/// the link cannot be understood.
[[nodiscard]] lab::Bench bench_from(const DeviceArguments& arguments);
/// The same, one for each device of the bench file; a link that is named makes it one.
[[nodiscard]] std::vector<lab::Bench> benches_from(const DeviceArguments& arguments);
/// The same, with links that nobody has looked at: for who tells what is wrong with them himself.
[[nodiscard]] std::vector<lab::Bench> benches_as_given(const DeviceArguments& arguments);
/// That bench's profile, with the values of the bench file and then those of the command line.
[[nodiscard]] spec::Profile profile_from(const lab::Bench& bench, const DeviceArguments& arguments);

}  // namespace attest::job

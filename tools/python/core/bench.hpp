// A bench, and what is known of its device, as Python holds it.
#pragma once

#include <vector>

#include "harness/lab/bench.hpp"
#include "harness/spec/profile.hpp"
#include "tools/job/device.hpp"

namespace attest::python {

struct Bench {
  job::DeviceArguments arguments;
  std::vector<lab::Bench> all;  ///< one for each device
  lab::Bench facts;             ///< of the first
  spec::Profile profile;
  explicit Bench(job::DeviceArguments given)
      : arguments(std::move(given)),
        all(job::benches_from(arguments)),
        facts(all.front()),
        profile(job::profile_from(facts, arguments)) {}
};

}  // namespace attest::python

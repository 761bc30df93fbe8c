// The profile's values in the words of those who use them.
#pragma once

#include "harness/at/dialect.hpp"
#include "harness/lab/dut.hpp"
#include "harness/spec/profile.hpp"

namespace attest::lab {

[[nodiscard]] at::Dialect dialect_of(const spec::Profile& profile);
[[nodiscard]] Habitat habitat_of(const spec::Profile& profile);

}  // namespace attest::lab

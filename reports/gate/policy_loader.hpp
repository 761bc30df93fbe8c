// Fills a policy from TOML, key by key. Internal to reports/gate.
#pragma once

#include <toml++/toml.h>

#include <string>

#include "reports/gate/policy.hpp"

namespace attest::reports {

/// `source` stands in errors, which are usage errors with their place.
[[nodiscard]] Status fill(Policy& into, const toml::table& root, const std::string& source);

}  // namespace attest::reports

// A TOML document that a person wrote, and errors about it that say file, line, column and the cure. Internal
// to reports/gate.
#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace attest::reports::page {

/// The root. What is not TOML is a usage error.
[[nodiscard]] Result<toml::table> parse(std::string_view text, const std::string& source);

/// All that is wrong is a usage error: "release.toml:3:7: …".
[[nodiscard]] tl::unexpected<Error> wrong(const std::string& source, const toml::node& node,
                                          const std::string& what, std::string cure);
/// With the nearest of `known`, or all of them where none is near.
[[nodiscard]] tl::unexpected<Error> unknown(const std::string& source, const toml::key& key,
                                            std::string_view where, const std::vector<std::string>& known);

}  // namespace attest::reports::page

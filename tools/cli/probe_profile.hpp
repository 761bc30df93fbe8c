// What a probe has found, as a profile to edit and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/lab/probe.hpp"

namespace attest::cli {

/// A commented profile in TOML that `attest run --profile` takes as it is. `extends`: the shipped profile
/// that it builds on; `link`: where the device was found, for the comment.
[[nodiscard]] std::string profile_text(const lab::Probed& found, const std::string& extends,
                                       const std::string& link);

/// {schema "attest-probe-1", link, firmware, dialect {ok …}, seen [key…], line_end, echo {at_start,
/// switches}, ports_in_urls (or null), commands [{name, own, is "there" | "missing" | "unknown", how}]}.
[[nodiscard]] nlohmann::json probe_json(const lab::Probed& found, const std::string& link);

/// A few lines for people.
[[nodiscard]] std::string probe_summary(const lab::Probed& found);

}  // namespace attest::cli

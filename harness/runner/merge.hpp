// One run whose steps several processes have carried out, each on a device of its own.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/runner/run.hpp"

namespace attest::runner {

/// One record of the parts that a Stepwise of each process has written (record::merge), under one run.begin
/// with the whole plan and one run.end. A step that nobody has carried out counts as stopped by the user; one
/// that was begun and not ended stands as it is, and is an error when it is judged. A part that is no record
/// is a usage error.
[[nodiscard]] Status merge(const RunSetup& setup, const std::vector<Step>& plan,
                           const std::vector<std::filesystem::path>& parts, record::LineSink& sink);

}  // namespace attest::runner

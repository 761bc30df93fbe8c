// The records of several hosts, made into one; and one record taken apart by its devices.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace attest::job {

/// Into a new record, in the order of time; its plan is all that was planned anywhere. Of each device that is
/// expected and has no whole record there is a bench fault that names it. Usage errors: a file that is no
/// record; two parts with one device's name; clocks that do not agree within some seconds (run with --utc);
/// parts of two profiles or versions.
[[nodiscard]] Status gather(const std::vector<std::filesystem::path>& parts,
                            const std::vector<std::string>& expected, const std::filesystem::path& out);

/// FOLDER/NAME.jsonl for each device that has run a case: a record of its own, with the plan that it turned
/// out to have. What no device had stays in the whole record alone.
[[nodiscard]] Status split_by_device(const std::filesystem::path& record,
                                     const std::filesystem::path& folder);

}  // namespace attest::job

// A run in the Common Test Report Format (https://ctrf.io), which CI services and their plugins read. Its
// JSON Schema, as far as it is used here, is reports/schema/ctrf.schema.json.
//   pass → passed; fail → failed; error → failed; inconc → other; blocked or not applicable → skipped; not
//   run → pending.
// `rawStatus` is the verdict. What reads colours only must not see green where the run is not: an exit code
// other than 0 that no failed test shows is a failed test named "run" with the decision.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/spec/judgement.hpp"

namespace attest::reports {

/// Every text in it is UTF-8, so dump() does not throw.
[[nodiscard]] nlohmann::json ctrf_json(const spec::Judgement& judgement);
[[nodiscard]] std::string_view ctrf_schema();

}  // namespace attest::reports

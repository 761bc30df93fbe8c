// junit.xml: a judgement for CI servers. One testsuite per AT command, one testcase per case; its grammar is
// reports/schema/junit.xsd. CI reads colours only, so the file is never green where the run is not:
//   fail → <failure>; error → <error>; inconc → <error type="inconc">; none → <skipped>;
//   a deviation that no failed case of its requirement shows: a testcase of class "deviation";
//   an exit code other than 0 that nothing above shows: a testcase of class "run" with the decision.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/spec/judgement.hpp"

namespace attest::reports {

/// UTF-8, valid XML 1.0 whatever bytes the device sent.
[[nodiscard]] std::string junit_xml(const spec::Judgement& judgement);
/// The document as a file: whole or not at all.
[[nodiscard]] Status write_junit_xml(const spec::Judgement& judgement, const std::filesystem::path& path);
/// The grammar, as shipped.
[[nodiscard]] std::string_view junit_schema();

}  // namespace attest::reports

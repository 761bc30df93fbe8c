// result.json: a judgement as programs read it. Its JSON Schema is reports/schema/result.schema.json.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/spec/judgement.hpp"

namespace attest::reports {

inline constexpr std::string_view kResultSchema = "attest-result-1";

/// Every text in it is UTF-8, so dump() does not throw.
[[nodiscard]] nlohmann::json result_json(const spec::Judgement& judgement);
/// One of its cases.
[[nodiscard]] nlohmann::json case_json(const spec::CaseResult& one);
/// The document as a file: whole or not at all.
[[nodiscard]] Status write_result_json(const spec::Judgement& judgement, const std::filesystem::path& path);
/// The schema, as shipped.
[[nodiscard]] std::string_view result_schema();

}  // namespace attest::reports

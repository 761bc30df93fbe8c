// The output folder of a run: an earlier run in it is moved aside, never overwritten.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/spec/judgement.hpp"
#include "reports/text/utc.hpp"

namespace attest::job {

/// Makes the folder ready for a new record. One that already holds a record (the file `marker`) is renamed to
/// NAME.1, NAME.2, ….
[[nodiscard]] Status prepare_folder(const std::filesystem::path& out, const char* marker = "record.jsonl");

/// result.json as it is written and printed: with `judged`, the time of now (UTC, ISO 8601). But for that two
/// judgements that are the same have the same.
[[nodiscard]] nlohmann::json dated_result(const spec::Judgement& judgement);

using reports::now_utc;

/// result.json and junit.xml, each whole or not at all.
[[nodiscard]] Status write_reports(const spec::Judgement& judgement, const std::filesystem::path& out);
/// report.html of the record.jsonl in that folder.
[[nodiscard]] Status write_page_of(const std::filesystem::path& out);

/// A run's folder stands for the record in it.
[[nodiscard]] std::filesystem::path record_in(const std::filesystem::path& path);

}  // namespace attest::job

// What makes a file a history: SQLite's application id, the schema's version, and the tables of schema.sql.
#pragma once

#include <cstdint>
#include <memory>

#include "reports/history/database.hpp"

namespace attest::reports {

/// "ATTh" as SQLite's application_id: a database without it is someone else's.
inline constexpr std::uint32_t kHistoryId = 0x41545468;
inline constexpr int kHistoryVersion = 1;

/// Opens a history, and makes one where there is no file and `create` is set. Throws a Failure, and leaves
/// the file as it is, where it is no SQLite database, someone else's, damaged, or of a newer version.
[[nodiscard]] std::unique_ptr<Database> open_history(const std::filesystem::path& path, bool create);

}  // namespace attest::reports

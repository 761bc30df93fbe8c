// What several questions read alike.
#pragma once

#include <string>

#include "harness/spec/judgement.hpp"
#include "reports/history/database.hpp"
#include "reports/history/history.hpp"

namespace attest::reports {

inline std::size_t size_at(const Statement& row, int column) {
  return static_cast<std::size_t>(row.integer(column));
}

inline spec::Verdict verdict_at(const Statement& row, int column) {
  return static_cast<spec::Verdict>(row.integer(column));
}

/// From three columns: its number, when it began, the firmware.
inline RunRef run_at(const Statement& row, int column = 0) {
  return {row.integer(column), row.text(column + 1), row.text(column + 2)};
}

/// Thrown where the history has no such name, with those that look like it.
[[noreturn]] void refuse_name(Database& database, const std::string& what, const std::string& table,
                              const std::string& column, std::string_view name);

/// Its number in `cases` or `requirements`; 0: there is none.
[[nodiscard]] std::int64_t id_of(Database& database, const std::string& table, std::string_view name);

}  // namespace attest::reports

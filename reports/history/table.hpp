// An answer of the history as rows, and its three forms: text for people, CSV (RFC 4180) and JSON
// (reports/schema/history.schema.json) for programs. Units stand in the columns' names.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace attest::reports {

inline constexpr std::string_view kHistorySchema = "attest-history-1";

struct Column {
  /// How people see it. Programs get the cell as it is.
  enum class Kind {
    text,
    tail,    ///< text that may be long: cut for people, and therefore the last
    count,   ///< to the right
    real,    ///< to the right, five digits
    span_ns  ///< nanoseconds as "1.25 s"
  };
  std::string name;  ///< snake_case: key of the JSON and head of the CSV
  Kind kind = Kind::text;
};

struct Table {
  std::string query;    ///< "runs", "trend", …
  std::string subject;  ///< what was asked about; may be empty
  std::vector<Column> columns;
  std::vector<std::vector<nlohmann::json>> rows;  ///< a cell is a text, a number, true, false or null
  std::string if_empty;                           ///< what people read where there are no rows
};

enum class Format { text, csv, json };
/// "text", "csv" or "json"; anything else is a usage error.
[[nodiscard]] Result<Format> format_named(std::string_view name);

/// With a line end. CSV has CRLF and a head; JSON is one object with `schema`, `query`, `subject` and `rows`.
[[nodiscard]] std::string written(const Table& table, Format format);

/// The JSON Schema of the JSON form, as shipped.
[[nodiscard]] std::string_view history_schema();

}  // namespace attest::reports

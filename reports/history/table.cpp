#include "reports/history/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/bytes.hpp"
#include "harness/base/clock.hpp"
#include "reports/console/paper.hpp"

namespace attest::reports {

namespace embedded_history {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {
using Json = nlohmann::json;
using Kind = Column::Kind;
constexpr std::size_t kLongestTail = 90;

std::string plain(const Json& cell) {
  if (cell.is_null()) return {};
  if (cell.is_string()) return cell.get<std::string>();
  return cell.dump();
}

std::string for_people(const Json& cell, Kind kind) {
  if (cell.is_null() || cell == "") return "-";
  if (cell.is_boolean()) return cell.get<bool>() ? "yes" : "no";
  if (kind == Kind::span_ns) return human(Nanos(cell.get<std::int64_t>()));
  if (kind == Kind::real) return fmt::format("{:.5g}", cell.get<double>());
  return kind == Kind::tail ? cut(one_line(plain(cell)), kLongestTail) : one_line(plain(cell));
}

bool to_the_right(Kind kind) {
  return kind == Kind::count || kind == Kind::real || kind == Kind::span_ns;
}

/// Of programs' names: "duration_ns" reads "duration" where the unit stands in the cell.
std::string head(const Column& column) {
  auto name = column.name;
  if (column.kind == Kind::span_ns && name.ends_with("_ns")) name.resize(name.size() - 3);
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                    const std::vector<Column>& columns) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string blanks(widths[i] - length(cells[i]), ' ');
    if (i > 0) out += "  ";
    out += to_the_right(columns[i].kind) ? blanks + cells[i] : cells[i] + blanks;
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

std::string as_text(const Table& table) {
  if (table.rows.empty()) return table.if_empty + "\n";
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& column : table.columns) lines[0].push_back(head(column));
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) line.push_back(for_people(row[i], table.columns[i].kind));
  }
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], length(line[i]));
  std::string out;
  for (const auto& line : lines) out += line_of(line, widths, table.columns);
  return out;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
  return out;
}

void add_csv_line(std::string& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    out += csv_cell(cells[i]);
  }
  out += "\r\n";
}

std::string as_csv(const Table& table) {
  std::string out;
  std::vector<std::string> cells;
  for (const auto& column : table.columns) cells.push_back(column.name);
  add_csv_line(out, cells);
  for (const auto& row : table.rows) {
    cells.clear();
    for (const auto& cell : row) cells.push_back(plain(cell));
    add_csv_line(out, cells);
  }
  return out;
}

std::string as_json(const Table& table) {
  auto rows = Json::array();
  for (const auto& row : table.rows) {
    auto& object = rows.emplace_back(Json::object());
    for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i].name] = row[i];
  }
  const Json out{{"schema", kHistorySchema},
                 {"query", table.query},
                 {"subject", table.subject},
                 {"rows", std::move(rows)}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<Format> format_named(std::string_view name) {
  if (name == "text") return Format::text;
  if (name == "csv") return Format::csv;
  if (name == "json") return Format::json;
  return fail(Fault::usage, fmt::format("no format '{}'", visible(name)), "give text, csv or json");
}

std::string written(const Table& table, Format format) {
  if (format == Format::csv) return as_csv(table);
  return format == Format::json ? as_json(table) : as_text(table);
}

std::string_view history_schema() {
  return embedded_history::file("history.schema.json");
}

}  // namespace attest::reports

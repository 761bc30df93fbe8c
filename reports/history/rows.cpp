#include "reports/history/rows.hpp"

#include <fmt/format.h>

#include "harness/base/bytes.hpp"
#include "harness/base/result.hpp"

namespace attest::reports {
namespace {

/// Up to three names that hold the text, or a part of it up to its first dot or slash.
std::string like(Database& database, const std::string& table, const std::string& column,
                 std::string_view name) {
  std::string out;
  for (const auto part : {name, name.substr(0, name.find_first_of("./"))}) {
    auto& look = database.prepared(fmt::format(
        "SELECT DISTINCT {0} FROM {1} WHERE instr(lower({0}), ?) ORDER BY {0} LIMIT 3", column, table));
    for (look.with(lower(part)); look.step();) out += (out.empty() ? "" : ", ") + look.text(0);
    if (!out.empty()) break;
  }
  return out;
}

}  // namespace

void refuse_name(Database& database, const std::string& what, const std::string& table,
                 const std::string& column, std::string_view name) {
  const auto similar = name.empty() ? std::string() : like(database, table, column, name);
  throw Failure(
      {Fault::usage,
       fmt::format("the history {} knows no {} '{}'", database.path().string(), what, visible(name)),
       similar.empty() ? "import the runs that have it" : "did you mean " + similar + "?"});
}

std::int64_t id_of(Database& database, const std::string& table, std::string_view name) {
  auto& look = database.prepared("SELECT id FROM " + table + " WHERE name = ?").with(name);
  if (!look.step()) return 0;
  const auto out = look.integer(0);
  look.reset();
  return out;
}

}  // namespace attest::reports

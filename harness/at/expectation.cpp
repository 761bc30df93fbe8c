#include "harness/at/expectation.hpp"

#include "harness/at/translation.hpp"
#include "harness/base/bytes.hpp"

namespace attest::at {
namespace {

/// `AT+NAME?` and `AT+NAME=?`, but no URL that happens to end so.
bool is_query(std::string_view line) {
  if (!line.ends_with('?')) return false;
  const auto equals = line.find('=');
  return equals == std::string_view::npos || equals + 2 == line.size();
}

void expect_size(Expectation& owed, std::string_view name, Expectation::Shape shape,
                 std::string_view requirement, const Dialect& dialect) {
  owed.info = name;
  owed.shape = shape;
  owed.size_requirement = requirement;
  owed.deadline = dialect.network_deadline;
}

}  // namespace

Expectation expectation_for(std::string_view command_line, const Dialect& dialect) {
  using Shape = Expectation::Shape;
  Expectation owed;
  owed.deadline = dialect.command_deadline;
  const auto name = name_in(command_line);
  if (name == "HTTPCLIENT") expect_size(owed, name, Shape::sized_data, "HC-10", dialect);
  if (name == "HTTPGETSIZE") expect_size(owed, name, Shape::number, "GS-01", dialect);
  owed.prompt = name == "HTTPCPOST" || name == "HTTPCERT" || name == "HTTPSCERT";
  owed.prompt_required = name == "HTTPCPOST";
  owed.restarts = name == "RST" || name == "OTA";
  owed.any_lines = name == "GMR" || is_query(trimmed(command_line));
  if (name == "OTA") owed.deadline = dialect.network_deadline;
  return owed;
}

}  // namespace attest::at

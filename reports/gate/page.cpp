#include "reports/gate/page.hpp"

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace attest::reports::page {
namespace {

std::string place(const std::string& source, const toml::source_region& where) {
  if (where.begin.line == 0) return source;
  return fmt::format("{}:{}:{}", source, where.begin.line, where.begin.column);
}

}  // namespace

Result<toml::table> parse(std::string_view text, const std::string& source) {
  try {
    return toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    return fail(Fault::usage, fmt::format("{}: {}", place(source, error.source()), error.description()),
                "correct the TOML there");
  }
}

tl::unexpected<Error> wrong(const std::string& source, const toml::node& node, const std::string& what,
                            std::string cure) {
  return fail(Fault::usage, fmt::format("{}: {}", place(source, node.source()), what), std::move(cure));
}

tl::unexpected<Error> unknown(const std::string& source, const toml::key& key, std::string_view where,
                              const std::vector<std::string>& known) {
  const auto near = nearest(key.str(), known);
  return fail(Fault::usage,
              fmt::format("{}: unknown key '{}'{}", place(source, key.source()), key.str(),
                          where.empty() ? "" : fmt::format(" in [{}]", where)),
              near.empty() ? "known here: " + joined(known, ", ") : fmt::format("did you mean '{}'?", near));
}

}  // namespace attest::reports::page

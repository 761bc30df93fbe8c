#include "reports/gate/policy.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/base/file.hpp"
#include "harness/base/text.hpp"
#include "harness/measure/budget.hpp"
#include "harness/record/sha256.hpp"
#include "reports/gate/page.hpp"
#include "reports/gate/policy_loader.hpp"

namespace attest::reports {

namespace embedded_gate {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".toml");
}

}  // namespace

const Policy::Verdicts& Policy::level(std::string_view level_name) const {
  const auto found = levels.find(level_name);
  return found == levels.end() ? levels.at("must") : found->second;
}

double Policy::smallest_shift(std::string_view measurement, std::string_view unit, double middle) const {
  const auto amount = [&](const Shift& shift, double converted) {
    return shift.of_baseline ? shift.value * std::abs(middle) : converted;
  };
  if (const auto found = regressions.by_name.find(measurement); found != regressions.by_name.end())
    return amount(found->second, measure::in_unit(found->second.value, found->second.unit, unit).value_or(0));
  if (const auto found = regressions.by_unit.find(unit); found != regressions.by_unit.end())
    return amount(found->second, found->second.value);
  for (const auto& [other, shift] : regressions.by_unit)
    if (const auto converted = measure::in_unit(shift.value, other, unit)) return amount(shift, *converted);
  return 0;
}

Result<Policy> parse_policy(std::string_view toml, const std::string& source) {
  const auto root = page::parse(toml, source);
  if (!root) return tl::unexpected(root.error());
  Policy out;
  if (auto done = fill(out, *root, source); !done) return tl::unexpected(done.error());
  if (out.name.empty())
    return fail(Fault::usage, source + ": the policy has no name", "write name = \"…\" at its top");
  out.sha256 = record::sha256_hex(toml);
  return out;
}

Result<Policy> load_policy(const std::string& name_or_path) {
  if (is_path(name_or_path)) {
    const auto text = read_file(name_or_path);
    if (!text)
      return fail(Fault::usage, text.error().what,
                  "name a policy file, or one that is shipped: release, nightly");
    return parse_policy(*text, name_or_path);
  }
  const auto text = embedded_gate::file(name_or_path + ".toml");
  if (text.empty()) {
    const auto near = nearest(name_or_path, shipped_policies());
    return fail(Fault::usage, fmt::format("there is no policy '{}'", name_or_path),
                near.empty() ? "shipped are release and nightly; a file's name has a '/' or ends in .toml"
                             : fmt::format("did you mean '{}'?", near));
  }
  return parse_policy(text, name_or_path + ".toml");
}

std::vector<std::string> shipped_policies() {
  return {"release", "nightly"};
}

}  // namespace attest::reports

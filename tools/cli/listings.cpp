// Listings: requirements, and the names of the virtual device's faults and habits.
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "harness/lab/virtual_device.hpp"
#include "harness/record/reader.hpp"
#include "harness/runner/host.hpp"
#include "harness/runner/plan.hpp"
#include "harness/spec/catalogue.hpp"
#include "harness/spec/coverage.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/console/summary.hpp"
#include "reports/json/result.hpp"
#include "tools/cli/commands.hpp"

namespace attest::cli {
namespace {

spec::Coverage coverage_now() {
  const auto& catalogue = spec::Catalogue::embedded();
  std::vector<spec::Declared> plan;
  for (const auto& entry :
       must(runner::parse_cases(must(runner::list_cases(beside("attest-cases"))), catalogue)))
    plan.push_back({entry.id, entry.requirements});
  return spec::coverage(plan, catalogue);
}

nlohmann::json as_json(const spec::Coverage& coverage) {
  const auto& catalogue = spec::Catalogue::embedded();
  auto requirements = nlohmann::json::array();
  for (const auto& row : coverage.rows) {
    const auto& r = *catalogue.find(row.requirement);
    requirements.push_back({{"id", r.id},
                            {"level", r.level},
                            {"command", r.command},
                            {"statement", r.statement},
                            {"source", r.source},
                            {"needs", r.needs},
                            {"cases", row.cases}});
  }
  auto cases = nlohmann::json::array();
  for (const auto& one : coverage.cases)
    cases.push_back({{"id", one.id}, {"requirements", one.requirements}});
  return {{"requirements", std::move(requirements)},
          {"cases", std::move(cases)},
          {"without_case", coverage.uncovered}};
}

void print_matrix(const spec::Coverage& coverage) {
  const auto& catalogue = spec::Catalogue::embedded();
  fmt::print("Requirement to cases\n\n");
  for (const auto& row : coverage.rows) {
    const auto& r = *catalogue.find(row.requirement);
    fmt::print("{:<7} {:<8} {}\n", r.id, r.level, r.statement);
    for (const auto& id : row.cases) fmt::print("{:16} {}\n", "", id);
  }
  fmt::print("\nCase to requirements\n\n");
  for (const auto& one : coverage.cases) fmt::print("{:<64} {}\n", one.id, fmt::join(one.requirements, " "));
  fmt::print("\n{} requirements, {} with cases; without: {}\n", coverage.rows.size(),
             coverage.rows.size() - coverage.uncovered.size(),
             coverage.uncovered.empty() ? "none" : fmt::format("{}", fmt::join(coverage.uncovered, " ")));
}

}  // namespace

int requirements(bool json) {
  const auto coverage = coverage_now();
  if (json)
    print_json(as_json(coverage));
  else
    print_matrix(coverage);
  return kPassed;
}

int virtual_names(const std::string& what, bool json) {
  const auto text = must(lab::list_of(beside("bk7238-virtual"), what));
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_object() || !list.contains(what))
    throw Failure(
        {Fault::bench, "the virtual device did not list its " + what, "build again: tools/dev/build"});
  if (json) {
    print_json(list);
    return kPassed;
  }
  for (const auto& one : list[what])
    fmt::print("{:<34} {:<7} {}\n", one.value("name", ""), one.value("requirement", ""),
               one.value("summary", ""));
  return kPassed;
}

}  // namespace attest::cli

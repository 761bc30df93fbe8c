// What is said of the runs of a selftest.
#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/selftest.hpp"

namespace attest::cli {
namespace {

constexpr std::size_t kCollateralAllowed = 2;

std::vector<std::string> with_verdict(const nlohmann::json& requirements,
                                      std::initializer_list<const char*> verdicts) {
  std::vector<std::string> ids;
  for (const auto& one : requirements)
    if (std::find(verdicts.begin(), verdicts.end(), one.value("verdict", "")) != verdicts.end())
      ids.push_back(one.value("id", ""));
  return ids;
}

/// The check of that requirement that failed first, in its case's words.
std::string failed_check(const nlohmann::json& result, const std::string& requirement) {
  for (const auto& one : result.at("cases"))
    for (const auto& check : one.at("checks"))
      if (check.value("requirement", "") == requirement && check.value("verdict", "") == "fail")
        return fmt::format("{}: {}", one.value("id", ""), check.value("what", ""));
  return {};
}

std::string how_found(const nlohmann::json& result, const std::string& requirement) {
  for (const auto& one : result.at("deviations"))
    if (one.value("requirement", "") == requirement) return fmt::format("deviation {}", one.value("id", ""));
  return failed_check(result, requirement);
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::string row_of(const Finding& one) {
  if (!one.trouble.empty())
    return fmt::format("| {} | {} | no verdict | {} | |", one.subject.name, one.subject.requirement,
                       one.trouble);
  if (one.is_fault())
    return fmt::format("| {} | {} | {} | {} | {} |", one.subject.name, one.subject.requirement,
                       one.found() ? "found" : "MISSED", one.how, joined(one.collateral()));
  return fmt::format("| {} | (legal) | {} | {} | {} |", one.subject.name,
                     one.failed.empty() ? "not accused" : "ACCUSED",
                     one.undecided.empty() ? "" : "undecided: " + joined(one.undecided), joined(one.failed));
}

std::string complaint(const Finding& one) {
  const auto who =
      fmt::format("  {:<34} {:<7} seed {:<4} ", one.subject.name, one.subject.requirement, one.subject.seed);
  if (!one.trouble.empty()) return who + one.trouble + "\n";
  if (one.is_fault() && !one.found())
    return who + "missed; failed instead: " + (one.failed.empty() ? "nothing" : joined(one.failed)) + "\n";
  if (one.is_fault()) return who + "found, but these fail too: " + joined(one.collateral()) + "\n";
  return who +
         (one.failed.empty() ? "undecided: " + joined(one.undecided) : "accused of " + joined(one.failed)) +
         "\n";
}

}  // namespace

bool Finding::found() const {
  return std::find(failed.begin(), failed.end(), subject.requirement) != failed.end();
}

std::vector<std::string> Finding::collateral() const {
  std::vector<std::string> out;
  std::copy_if(failed.begin(), failed.end(), std::back_inserter(out),
               [&](const auto& id) { return id != subject.requirement; });
  return out;
}

bool Finding::on_target() const {
  if (!trouble.empty()) return false;
  return is_fault() ? found() && collateral().size() <= kCollateralAllowed
                    : failed.empty() && undecided.empty();
}

Finding finding_from(Subject subject, int exit, const nlohmann::json& result) {
  Finding out{std::move(subject), exit, {}, {}, {}, 0, {}};
  if (!result.is_object()) {
    out.trouble = exit < 0 ? "the run did not end in time"
                           : fmt::format("the run ended with {} and left no result", exit);
    return out;
  }
  out.failed = with_verdict(result.at("requirements"), {"fail"});
  out.undecided = with_verdict(result.at("requirements"), {"inconc", "error"});
  if (out.is_fault()) out.how = how_found(result, out.subject.requirement);
  if (exit == kBench && out.failed.empty() && out.undecided.empty())
    out.trouble = "a fault of the bench: " + result.value("decision", std::string());
  return out;
}

nlohmann::json to_json(const std::vector<Finding>& findings) {
  auto faults = nlohmann::json::array(), oddities = nlohmann::json::array();
  for (const auto& one : findings) {
    nlohmann::json row{{"name", one.subject.name},
                       {"seed", one.subject.seed},
                       {"exit", one.exit},
                       {"seconds", one.seconds},
                       {"on_target", one.on_target()}};
    if (!one.trouble.empty()) row["trouble"] = one.trouble;
    if (one.is_fault())
      row.update({{"requirement", one.subject.requirement},
                  {"found", one.found()},
                  {"how", one.how},
                  {"collateral", one.collateral()}});
    else
      row.update({{"accused", one.failed}, {"undecided", one.undecided}});
    (one.is_fault() ? faults : oddities).push_back(std::move(row));
  }
  const auto met =
      std::all_of(findings.begin(), findings.end(), [](const auto& one) { return one.on_target(); });
  return {{"schema", "attest-selftest-1"},
          {"target_met", met},
          {"faults", std::move(faults)},
          {"oddities", std::move(oddities)}};
}

std::string summary_of(const std::vector<Finding>& findings) {
  std::size_t faults = 0, found = 0, exact = 0, oddities = 0, accused = 0;
  std::string off;
  for (const auto& one : findings) {
    (one.is_fault() ? faults : oddities) += 1;
    if (one.is_fault() && one.found()) {
      ++found;
      exact += one.collateral().empty() ? 1 : 0;
    }
    if (!one.is_fault() && !one.failed.empty()) ++accused;
    if (!one.on_target()) off += complaint(one);
  }
  return fmt::format(
      "{}{} faults: {} found, {} of them in nothing but the requirement that they break\n"
      "{} runs of legal oddities: {} accused\n",
      off.empty() ? "" : "Off target:\n" + off + "\n", faults, found, exact, oddities, accused);
}

std::string matrix_of(const std::vector<Finding>& findings) {
  std::string out = "| virtual device | breaks | verdict | found by | fails too |\n|---|---|---|---|---|\n";
  for (const auto& one : findings) out += row_of(one) + "\n";
  return out;
}

}  // namespace attest::cli

#include "harness/spec/coverage.hpp"

#include <algorithm>
#include <map>

namespace attest::spec {
namespace {

void add_once(std::vector<std::string>& to, const std::string& word) {
  if (std::find(to.begin(), to.end(), word) == to.end()) to.push_back(word);
}

/// A plan with repetitions names a case more than once.
std::vector<Declared> joined_by_case(const std::vector<Declared>& plan) {
  std::vector<Declared> out;
  std::map<std::string, std::size_t> at;
  for (const auto& one : plan) {
    const auto [place, fresh] = at.emplace(one.id, out.size());
    if (fresh) out.push_back({one.id, {}});
    for (const auto& id : one.requirements) add_once(out[place->second].requirements, id);
  }
  return out;
}

}  // namespace

Coverage coverage(const std::vector<Declared>& plan, const Catalogue& catalogue) {
  Coverage out;
  out.cases = joined_by_case(plan);
  std::map<std::string, std::vector<std::string>> cases_of;
  for (const auto& one : out.cases) {
    if (one.requirements.empty()) out.idle.push_back(one.id);
    for (const auto& id : one.requirements) {
      cases_of[id].push_back(one.id);
      if (catalogue.find(id) == nullptr) add_once(out.unknown, id);
    }
  }
  for (const auto& requirement : catalogue.all()) {
    out.rows.push_back({requirement.id, cases_of[requirement.id]});
    if (out.rows.back().cases.empty()) out.uncovered.push_back(requirement.id);
  }
  return out;
}

}  // namespace attest::spec

#include "harness/spec/claims.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace attest::spec {
namespace {

/// Requirements that are about a feature and whose `needs` do not say so.
struct About {
  std::string_view feature, requirement;
};
constexpr About kAbout[] = {
    {"echo", "GEN-11"}, {"head", "HC-01"}, {"head", "HC-44"}, {"put", "HC-04"}, {"delete", "HC-05"}};

/// Names that the manual has beside the one in its heading (E1, E2).
std::string_view heading_of(std::string_view name) {
  if (name == "HTTPSCERT") return "HTTPCERT";
  return name == "CWSTOPTSMART" ? "CWSTOPSMART" : name;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string_view> features_of(const Requirement& requirement) {
  std::vector<std::string_view> out(requirement.needs.begin(), requirement.needs.end());
  for (const auto& [feature, id] : kAbout)
    if (id == requirement.id) out.push_back(feature);
  return out;
}

}  // namespace

std::vector<std::string_view> features() {
  return {"dns", "tls", "echo", "head", "put", "delete", "ble", "airkiss"};
}

std::string unclaimed_feature(const Profile& profile, std::string_view feature) {
  if (!contains(profile.claims().without, feature)) return {};
  return fmt::format("not applicable: profile {} does not claim {} (claims.without)", profile.name(),
                     feature);
}

std::string unclaimed_command(const Profile& profile, std::string_view name) {
  const auto command = heading_of(name);
  const auto& known = Catalogue::embedded().commands();
  if (command == "general" || !contains(known, command) || contains(profile.claims().commands, command))
    return {};
  return fmt::format("not applicable: profile {} does not claim {} (claims.commands)", profile.name(),
                     command);
}

std::string unclaimed_requirement(const Profile& profile, const Requirement& requirement) {
  auto why = unclaimed_command(profile, requirement.command);
  for (const auto feature : features_of(requirement))
    if (why.empty()) why = unclaimed_feature(profile, feature);
  return why;
}

std::string unclaimed_requirement(const Profile& profile, const std::vector<std::string>& ids,
                                  const Catalogue& catalogue) {
  for (const auto& id : ids) {
    const auto* requirement = catalogue.find(id);
    auto why = requirement == nullptr ? std::string() : unclaimed_requirement(profile, *requirement);
    if (!why.empty()) return why;
  }
  return {};
}

}  // namespace attest::spec

#include "harness/spec/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"

namespace attest::spec {

namespace embedded {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kCommands{{{"GEN", "general"},
                                                                                  {"HC", "HTTPCLIENT"},
                                                                                  {"GS", "HTTPGETSIZE"},
                                                                                  {"CP", "HTTPCPOST"},
                                                                                  {"CE", "HTTPCERT"},
                                                                                  {"OT", "OTA"},
                                                                                  {"SS", "CWSTARTSMART"},
                                                                                  {"ST", "CWSTOPSMART"}}};
constexpr std::array<std::string_view, 3> kLevels{"must", "should", "measure"};
constexpr std::array<std::string_view, 6> kFacilities{"dns", "tls", "ble", "airkiss", "power", "faults"};

template <class Range>
bool among(const Range& known, std::string_view word) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> out;
  for (const auto word : split(list, ','))
    if (const auto bare = trimmed(word); !bare.empty()) out.emplace_back(bare);
  return out;
}

tl::unexpected<Error> wrong(std::string what) {
  return fail(Fault::usage, "requirement catalogue: " + std::move(what),
              "compare with requirements.json as shipped");
}

Result<Requirement> requirement_from(const Json& one) {
  if (!one.is_object()) return wrong("an entry is no object");
  for (const char* key : {"id", "level", "statement", "source", "evidence"})
    if (!one.contains(key) || !one[key].is_string())
      return wrong(fmt::format("an entry has no text '{}': {}", key, visible(one.dump(), 60)));
  Requirement out{one["id"],
                  one["level"],
                  one["statement"],
                  one["source"],
                  words_of(one["evidence"].get<std::string>()),
                  std::string(command_of(one["id"].get<std::string>())),
                  {},
                  words_of(one.value("presumes", ""))};
  if (out.command.empty()) return wrong(fmt::format("{} has a prefix that belongs to no command", out.id));
  if (!among(kLevels, out.level))
    return wrong(fmt::format("{} has the unknown level '{}'", out.id, out.level));
  if (const auto needs = one.find("needs"); needs != one.end() && needs->is_string()) {
    out.needs = words_of(needs->get<std::string>());
  } else {
    std::copy_if(out.evidence.begin(), out.evidence.end(), std::back_inserter(out.needs),
                 [](const std::string& word) { return among(kFacilities, word); });
  }
  return out;
}

}  // namespace

std::string_view command_of(std::string_view requirement_id) {
  const auto prefix = requirement_id.substr(0, requirement_id.find('-'));
  for (const auto& [known, command] : kCommands)
    if (known == prefix && prefix.size() < requirement_id.size()) return command;
  return {};
}

Result<Catalogue> Catalogue::parse(std::string_view json) {
  const auto parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("requirements") || !parsed["requirements"].is_array())
    return wrong("no list 'requirements'");
  Catalogue out;
  for (const auto& one : parsed["requirements"]) {
    auto requirement = requirement_from(one);
    if (!requirement) return tl::unexpected(requirement.error());
    if (!out.by_id_.emplace(requirement->id, out.all_.size()).second)
      return wrong(requirement->id + " is there twice");
    if (!among(out.commands_, requirement->command)) out.commands_.push_back(requirement->command);
    out.all_.push_back(std::move(*requirement));
  }
  for (const auto& requirement : out.all_)
    for (const auto& id : requirement.presumes)
      if (out.find(id) == nullptr)
        return wrong(fmt::format("{} presumes {}, which is not there", requirement.id, id));
  return out;
}

const Catalogue& Catalogue::embedded() {
  static const Catalogue shipped = must(parse(embedded::file("requirements.json")));
  return shipped;
}

const Requirement* Catalogue::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &all_[found->second];
}

std::vector<std::string> Catalogue::ids() const {
  std::vector<std::string> out;
  for (const auto& requirement : all_) out.push_back(requirement.id);
  return out;
}

std::vector<std::string> missing(const Requirement& requirement, const std::vector<std::string>& facilities) {
  std::vector<std::string> out;
  for (const auto& need : requirement.needs)
    if (!among(facilities, need)) out.push_back(need);
  return out;
}

}  // namespace attest::spec

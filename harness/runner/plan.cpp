#include "harness/runner/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/bytes.hpp"
#include "harness/base/random.hpp"
#include "harness/base/text.hpp"

namespace attest::runner {
namespace {

bool any_fits(std::string_view pattern, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const auto& word) { return glob(lower(pattern), lower(word)); });
}

constexpr std::string_view kQuick = "quick";

/// "requirement:HC-*" → {"requirement", "HC-*"}; a word without a kind may be any.
std::pair<std::string_view, std::string_view> kind_and_pattern(std::string_view word) {
  for (const std::string_view kind : {"case", "requirement", "command", "level"})
    if (word.size() > kind.size() && word.starts_with(kind) && word[kind.size()] == ':')
      return {kind, word.substr(kind.size() + 1)};
  return {"", word};
}

bool fits(const CaseEntry& entry, std::string_view word) {
  if (word == kQuick) return entry.quick;
  const auto [kind, pattern] = kind_and_pattern(word);
  const auto wanted = [k = kind](std::string_view which) { return k.empty() || k == which; };
  return (wanted("case") && any_fits(pattern, {entry.id, entry.id.substr(0, entry.id.find('.'))})) ||
         (wanted("requirement") && any_fits(pattern, entry.requirements)) ||
         (wanted("command") && any_fits(pattern, {entry.command})) ||
         (wanted("level") && any_fits(pattern, entry.levels));
}

std::string near(const std::vector<CaseEntry>& all, std::string_view word) {
  std::vector<std::string> known;
  for (const auto& entry : all) {
    known.push_back(entry.id);
    known.push_back(entry.command);
    known.insert(known.end(), entry.requirements.begin(), entry.requirements.end());
  }
  return nearest(kind_and_pattern(word).second, known);
}

Status each_fits_something(const std::vector<CaseEntry>& all, const std::vector<std::string>& words) {
  for (const auto& word : words) {
    if (std::any_of(all.begin(), all.end(), [&](const auto& entry) { return fits(entry, word); })) continue;
    const auto guess = near(all, word);
    return fail(Fault::usage, fmt::format("nothing fits '{}'", word),
                guess.empty() ? "`attest run --list` shows cases, requirements and commands"
                              : fmt::format("did you mean '{}'?", guess));
  }
  return {};
}

}  // namespace

Result<std::vector<CaseEntry>> parse_cases(std::string_view json, const spec::Catalogue& catalogue) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("cases"))
    return fail(Fault::bench, "the case host did not list its cases", "build again: tools/dev/build");
  std::vector<CaseEntry> out;
  for (const auto& one : parsed["cases"]) {
    CaseEntry entry{one.value("id", ""),       {}, one.value("requirements", std::vector<std::string>{}), {},
                    one.value("quick", false), {}};
    for (const auto& id : entry.requirements) {
      const auto* requirement = catalogue.find(id);
      if (requirement == nullptr)
        return fail(Fault::bench,
                    fmt::format("case {} names requirement {}, which is not in the catalogue", entry.id, id));
      if (entry.command.empty()) entry.command = requirement->command;
      if (std::find(entry.levels.begin(), entry.levels.end(), requirement->level) == entry.levels.end())
        entry.levels.push_back(requirement->level);
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Result<std::vector<CaseEntry>> select(const std::vector<CaseEntry>& all, const Selection& selection) {
  for (const auto* words : {&selection.select, &selection.exclude})
    if (auto ok = each_fits_something(all, *words); !ok) return tl::unexpected(ok.error());
  const auto any = [](const CaseEntry& entry, const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [&](const auto& word) { return fits(entry, word); });
  };
  std::vector<CaseEntry> chosen;
  for (const auto& entry : all) {
    if (!selection.select.empty() && !any(entry, selection.select)) continue;
    if (any(entry, selection.exclude) || (selection.quick && !entry.quick)) continue;
    chosen.push_back(entry);
  }
  if (chosen.empty())
    return fail(Fault::usage, "the selection leaves no case to run",
                "`attest run --list` shows what there is");
  return chosen;
}

namespace {

bool is_provisioning(const CaseEntry& entry) {
  return entry.command == "CWSTARTSMART" || entry.command == "CWSTOPSMART";
}

}  // namespace

std::vector<Step> order(const std::vector<CaseEntry>& chosen, int repeat, bool shuffle, std::uint64_t seed) {
  std::vector<Step> steps;
  for (int attempt = 1; attempt <= repeat; ++attempt)
    for (const auto& entry : chosen) steps.push_back({entry, attempt});
  if (!shuffle) return steps;
  Random random(seed);
  random.shuffle(steps);
  const auto movers = std::stable_partition(steps.begin(), steps.end(),
                                            [](const Step& step) { return !is_provisioning(step.entry); });
  const auto others = static_cast<std::uint64_t>(movers - steps.begin());
  std::rotate(steps.begin() + static_cast<std::ptrdiff_t>(random.below(others + 1)), movers, steps.end());
  return steps;
}

}  // namespace attest::runner

#include "reports/console/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "harness/base/text.hpp"
#include "harness/spec/errata.hpp"

namespace attest::reports {
namespace {

using spec::Verdict;

constexpr std::array kColumns{Verdict::pass, Verdict::fail, Verdict::inconc, Verdict::error, Verdict::none};
constexpr std::size_t kLabel = 6;
constexpr std::size_t kNamesShown = 4;
/// A device may say a megabyte; result.json has it.
constexpr std::size_t kLongestEntry = 1200;

using Row = std::pair<std::string, spec::Counts>;

std::size_t of(const spec::Counts& counts, Verdict verdict) {
  const auto found = counts.find(verdict);
  return found == counts.end() ? 0 : found->second;
}

/// Commands in the order of the manual, then what belongs to none.
std::vector<Row> rows_of(const spec::Judgement& judgement) {
  std::vector<Row> rows;
  for (const auto& command : spec::Catalogue::embedded().commands())
    rows.emplace_back(command, spec::Counts{});
  for (const auto& one : judgement.cases) {
    const auto name = one.command.empty() ? std::string("other") : one.command;
    auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.first == name; });
    if (row == rows.end()) row = rows.insert(rows.end(), {name, {}});
    ++row->second[one.verdict];
  }
  rows.erase(std::remove_if(rows.begin(), rows.end(), [](const Row& row) { return row.second.empty(); }),
             rows.end());
  return rows;
}

std::string row_text(const Paper& paper, const Row& row) {
  std::string out = fmt::format("  {}", padded(cut(one_line(row.first), 16), 16));
  std::size_t total = 0;
  for (const auto verdict : kColumns) {
    const auto number = of(row.second, verdict);
    total += number;
    const auto cell = fmt::format("{:>8}", number == 0 ? "." : std::to_string(number));
    out += number == 0 ? paper.dim(cell) : paper.verdict(verdict, cell);
  }
  return out + fmt::format("{:>8}\n", total);
}

/// A name that stands on a line with others.
std::string shortened(const std::string& name) {
  return cut(one_line(name), 120);
}

/// "HC-10, must: the sentence"
std::string with_statement(const spec::Judgement& judgement, const std::string& id) {
  for (const auto& one : judgement.requirements)
    if (one.id == id && !one.statement.empty())
      return fmt::format("{}, {}: {}", id, one.level, one.statement);
  return id;
}

std::string deviation_text(const spec::Judgement& judgement, const Paper& paper,
                           const spec::DeviationResult& one) {
  std::string out = fmt::format("  {}{}\n", paper.bold(shortened(one.id)),
                                one.certain ? "" : "  (only while bytes were lost: accuses nobody)");
  out += entry(paper, 4, "owed", with_statement(judgement, one.requirement));
  out += entry(paper, 4, "got", one.summary);
  for (const auto& piece : one.evidence) {
    const auto where = piece.case_id.empty() ? std::string("between cases") : piece.case_id;
    out +=
        entry(paper, 4, "bytes", fmt::format("{}   ({}, exchange {})", piece.bytes, where, piece.exchange));
  }
  if (!one.cases.empty())
    out += entry(paper, 4, "in",
                 fmt::format("{}, {}: {}", so_many(one.cases.size(), "case"), so_many(one.count, "time"),
                             some_of(one.cases, kNamesShown)));
  return out;
}

std::string attempt_text(const spec::Judgement& judgement, const Paper& paper,
                         const spec::CaseResult& of_case, const spec::Attempt& one) {
  std::string out;
  if (of_case.attempts.size() > 1)
    out += fmt::format("    attempt {} on {}: {}\n", one.number, shortened(one.device),
                       record::name_of(one.verdict));
  for (const auto& check : one.checks) {
    if (check.verdict == Verdict::pass) continue;
    out += entry(paper, 4, check.verdict == Verdict::fail ? "broke" : "about",
                 with_statement(judgement, check.requirement));
    out += entry(paper, 4, "",
                 check.what + (check.exchange == 0 ? "" : fmt::format(" (exchange {})", check.exchange)));
    out += entry(paper, 4, "owed", check.owed);
    out += entry(paper, 4, "got", check.got);
  }
  for (const auto& bytes : one.unexplained)
    if (of_case.reason.find(bytes) == std::string::npos)
      out += entry(paper, 4, "stray", fmt::format("\"{}\": nothing explains these bytes", bytes));
  return out;
}

/// Whether the reason says more than the checks below it do.
bool worth_saying(const spec::CaseResult& one) {
  for (const auto& attempt : one.attempts)
    for (const auto& check : attempt.checks)
      if (check.verdict == one.verdict) return false;
  return true;
}

std::string case_text(const spec::Judgement& judgement, const Paper& paper, const spec::CaseResult& one) {
  std::string out = fmt::format("  {} {}  {}\n", paper.verdict(one.verdict, padded(loud(one.verdict), 6)),
                                paper.bold(shortened(one.id)), paper.dim(human(one.duration)));
  if (worth_saying(one)) out += entry(paper, 4, "why", one.reason);
  for (const auto& attempt : one.attempts)
    if (attempt.verdict > Verdict::pass) out += attempt_text(judgement, paper, one, attempt);
  return out;
}

}  // namespace

std::string title(const Paper& paper, std::string_view text) {
  return fmt::format("\n{}\n\n", paper.bold(text));
}

std::string entry(const Paper& paper, std::size_t indent, std::string_view label, std::string_view text) {
  const std::size_t hang = indent + kLabel;
  std::string out, lead = std::string(indent, ' ') + paper.dim(padded(label, kLabel));
  for (const auto& line :
       wrapped(cut(one_line(text), kLongestEntry), paper.width > hang + 20 ? paper.width - hang : 20)) {
    out += lead + line + "\n";
    lead = std::string(hang, ' ');
  }
  return out;
}

std::string counts_section(const spec::Judgement& judgement, const Paper& paper) {
  std::string out(18, ' ');
  for (const auto verdict : kColumns) out += fmt::format("{:>8}", record::name_of(verdict));
  out += fmt::format("{:>8}\n", "all");
  for (const auto& row : rows_of(judgement)) out += row_text(paper, row);
  out += row_text(paper, {"all cases", judgement.case_counts});
  return out + row_text(paper, {"requirements", judgement.requirement_counts});
}

std::string deviations_section(const spec::Judgement& judgement, const Paper& paper) {
  if (judgement.deviations.empty()) return {};
  std::string out = title(paper, so_many(judgement.deviations.size(), "deviation") + " from the manual");
  for (std::size_t i = 0; i < judgement.deviations.size(); ++i)
    out.append(i == 0 ? "" : "\n").append(deviation_text(judgement, paper, judgement.deviations[i]));
  return out;
}

std::string cases_section(const spec::Judgement& judgement, const SummaryOptions& options) {
  std::vector<const spec::CaseResult*> shown;
  for (const auto verdict : {Verdict::error, Verdict::fail, Verdict::inconc})
    for (const auto& one : judgement.cases)
      if (one.verdict == verdict) shown.push_back(&one);
  if (shown.empty()) return {};
  const auto all = shown.size();
  shown.resize(std::min(all, options.cases_at_most));
  std::string out = title(options.paper, so_many(all, "case") + " that did not pass");
  for (std::size_t i = 0; i < shown.size(); ++i)
    out.append(i == 0 ? "" : "\n").append(case_text(judgement, options.paper, *shown[i]));
  if (shown.size() < all)
    out += fmt::format("\n  and {} more: result.json has them all\n", all - shown.size());
  return out;
}

std::string undecided_section(const spec::Judgement& judgement, const Paper& paper) {
  std::string out;
  for (const auto& one : judgement.requirements) {
    if (one.verdict <= Verdict::pass || !one.deviations.empty()) continue;
    const bool shown =
        std::any_of(judgement.cases.begin(), judgement.cases.end(), [&](const spec::CaseResult& c) {
          return c.verdict > Verdict::pass &&
                 std::find(c.requirements.begin(), c.requirements.end(), one.id) != c.requirements.end();
        });
    if (!shown)
      out += entry(paper, 2, one.id,
                   fmt::format("{}: nothing was checked; declared by {}", record::name_of(one.verdict),
                               some_of(one.cases, kNamesShown)));
  }
  return out.empty() ? out : title(paper, "Requirements that no case decided") + out;
}

std::string errata_section(const spec::Judgement& judgement, const Paper& paper) {
  std::string out;
  for (const auto& one : judgement.errata) {
    const auto* known = spec::erratum(one.erratum);
    out += entry(paper, 2, one.erratum,
                 fmt::format("{}{}", known == nullptr ? "" : known->where + ": ", one.found));
  }
  return out.empty() ? out : title(paper, "Where the manual leaves it open, this device") + out;
}

namespace {

/// Cases whose verdict is `none`, by reason.
std::string none_section(const spec::Judgement& judgement, const Paper& paper, bool applicable,
                         std::string_view what) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
  std::size_t number = 0;
  for (const auto& one : judgement.cases) {
    if (one.verdict != Verdict::none || one.applicable != applicable) continue;
    ++number;
    auto place = std::find_if(by_reason.begin(), by_reason.end(),
                              [&](const auto& group) { return group.first == one.reason; });
    if (place == by_reason.end()) place = by_reason.insert(place, {one.reason, {}});
    place->second.push_back(one.id);
  }
  if (by_reason.empty()) return {};
  std::string out = title(paper, fmt::format("{} {}", so_many(number, "case"), what));
  for (const auto& [reason, names] : by_reason) {
    out += entry(paper, 2, "why", reason);
    out += entry(paper, 2, "", some_of(names, kNamesShown));
  }
  return out;
}

}  // namespace

std::string not_run_section(const spec::Judgement& judgement, const Paper& paper) {
  return none_section(judgement, paper, true, "without a verdict") +
         none_section(judgement, paper, false, "not applicable");
}

std::string faults_section(const spec::Judgement& judgement, const Paper& paper) {
  if (judgement.faults.empty()) return {};
  std::string out = title(paper, so_many(judgement.faults.size(), "fault"));
  for (const auto& one : judgement.faults) {
    out += fmt::format("  {}{}{}\n", shortened(one.kind),
                       one.device.empty() ? "" : fmt::format(", {}", shortened(one.device)),
                       one.of_last_run ? "" : ", before the run was continued");
    out += entry(paper, 4, "what", one.what);
    if (!one.cure.empty()) out += entry(paper, 4, "cure", one.cure);
  }
  return out;
}

namespace {

/// What a dialect, a name or a claim says is no limit of anybody's.
bool is_limit(std::string_view key) {
  return key.starts_with("deadlines.") || key.starts_with("budgets.");
}

}  // namespace

std::string limits_line(const spec::Judgement& judgement, const Paper& paper) {
  const auto& profile = judgement.run.profile;
  if (!profile.is_object()) return {};
  std::vector<std::string> set;
  if (profile.contains("set_by_user") && profile["set_by_user"].is_array())
    for (const auto& key : profile["set_by_user"])
      if (key.is_string() && is_limit(key.get_ref<const std::string&>()))
        set.push_back(key.get<std::string>());
  const auto name =
      profile.contains("name") && profile["name"].is_string() ? profile["name"].get<std::string>() : "?";
  const auto text = fmt::format(
      "Time limits and budgets are those of profile {}: the manual gives none, so they are ours (E13){}.",
      name, set.empty() ? "" : fmt::format(", but for what you have set: {}", joined(set, ", ")));
  std::string out;
  for (const auto& line : wrapped(one_line(text), paper.width)) out += paper.dim(line) + "\n";
  return out;
}

}  // namespace attest::reports

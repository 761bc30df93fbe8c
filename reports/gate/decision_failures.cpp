// Of a decision: requirements and cases that do not pass, and what is known or tolerated of them.
#include <fmt/format.h>

#include <algorithm>

#include "reports/gate/gathering.hpp"

namespace attest::reports {
namespace {

using record::Verdict;

constexpr std::size_t kEvidenceShown = 5;

std::string shown(const Piece& piece) {
  const auto of = piece.deviation.empty() ? "" : fmt::format("deviation {}: ", piece.deviation);
  return piece.case_id.empty() ? of + piece.text : fmt::format("{}: {}{}", piece.case_id, of, piece.text);
}

std::vector<std::string> shown(const std::vector<Piece>& pieces) {
  std::vector<std::string> out;
  for (const auto& one : pieces) {
    if (out.size() == kEvidenceShown) {
      out.push_back(fmt::format("and {} more", pieces.size() - kEvidenceShown));
      break;
    }
    out.push_back(shown(one));
  }
  return out;
}

bool counts_as(const spec::Check& check, const spec::Attempt& attempt, Verdict wanted) {
  if (attempt.lost_bytes && check.verdict == Verdict::fail) return wanted == Verdict::inconc;
  return check.verdict == wanted;
}

void add_checks(std::vector<Piece>& out, const spec::CaseResult& one, const std::string& requirement,
                Verdict wanted) {
  for (const auto& attempt : one.attempts)
    for (const auto& check : attempt.checks)
      if (check.requirement == requirement && counts_as(check, attempt, wanted))
        out.push_back(
            {one.id, requirement, {}, fmt::format("{}: owed {}, got {}", check.what, check.owed, check.got)});
}

void add_deviation(std::vector<Piece>& out, const spec::DeviationResult& one) {
  if (one.cases.empty()) out.push_back({{}, one.requirement, one.id, one.summary});
  for (const auto& id : one.cases) out.push_back({id, one.requirement, one.id, one.summary});
}

bool declares(const spec::CaseResult& one, const std::string& requirement) {
  return std::find(one.requirements.begin(), one.requirements.end(), requirement) != one.requirements.end();
}

/// What is excused, and by what, of the ways in which one thing was not kept.
struct Sorted {
  std::vector<Piece> open, known, tolerated;
  std::vector<std::string> by;  ///< the known failures' own words
};

Sorted sorted(Gathering& into, const std::vector<Piece>& pieces) {
  Sorted out;
  for (const auto& piece : pieces) {
    if (const auto* entry = into.excuse(piece)) {
      out.known.push_back(piece);
      auto text = fmt::format("{}: {} ({}, {}, until {})", entry->place, entry->reason, entry->owner,
                              entry->link, date_text(entry->expires));
      if (std::find(out.by.begin(), out.by.end(), text) == out.by.end()) out.by.push_back(std::move(text));
    } else if (piece.deviation.empty() && into.tolerated.contains(piece.case_id)) {
      out.tolerated.push_back(piece);
    } else {
      out.open.push_back(piece);
    }
  }
  return out;
}

/// A person who sees a failure that he takes for known has to be told why it is not.
void add_near_entries(std::vector<std::string>& evidence, const Gathering& into,
                      const std::vector<Piece>& open) {
  for (const auto& entry : into.question.known.entries) {
    const bool near = std::any_of(open.begin(), open.end(), [&](const Piece& piece) {
      return (entry.case_id.empty() || entry.case_id == piece.case_id) &&
             (entry.requirement.empty() || entry.requirement == piece.requirement);
    });
    if (!near) continue;
    evidence.push_back(fmt::format("{} is about another {}", entry.place,
                                   entry.holds_for(into.firmware()) ? "failure" : "firmware"));
  }
}

void say_sorted(Gathering& into, const Sorted& of, const std::string& word, Weight weight,
                const std::string& subject, const std::string& sentence) {
  if (!of.open.empty()) {
    auto evidence = shown(of.open);
    add_near_entries(evidence, into, of.open);
    into.say(word, weight, subject, sentence, std::move(evidence));
  }
  if (!of.known.empty()) {
    auto evidence = of.by;
    const auto pieces = shown(of.known);
    evidence.insert(evidence.end(), pieces.begin(), pieces.end());
    into.say("known-failure", Weight::list, subject, "it fails as known", std::move(evidence));
  }
  if (!of.tolerated.empty())
    into.say("tolerated", Weight::list, subject, "it fails more seldom than the policy tolerates",
             shown(of.tolerated));
}

std::string with_level(const spec::RequirementResult& one, const char* what) {
  return fmt::format("{} {}{}", one.level.empty() ? "an unknown requirement" : one.level, what,
                     one.statement.empty() ? "" : ": " + one.statement);
}

/// "must", also for what the catalogue does not know.
std::string level_word(const spec::RequirementResult& one) {
  return one.level.empty() ? "must" : one.level;
}

void say_of(Gathering& into, const spec::RequirementResult& one) {
  const auto& weights = into.policy().level(one.level);
  if (!one.applicable)
    return into.say("not-applicable", Weight::list, one.id, with_level(one, "not claimed"));
  if (one.verdict == Verdict::none)
    return into.say("uncovered", weights.none, one.id, with_level(one, "without a verdict"), one.cases);
  if (one.verdict == Verdict::pass) return;
  const auto pieces = pieces_of(into.judgement(), one);
  if (one.verdict == Verdict::fail)
    for (const auto& piece : pieces) into.told_failed.insert(piece.case_id);
  const auto sort = sorted(into, pieces);
  if (one.verdict == Verdict::fail)
    return say_sorted(into, sort, level_word(one) + "-failed", weights.fail, one.id,
                      with_level(one, "fails"));
  if (one.verdict == Verdict::inconc)
    say_sorted(into, sort, level_word(one) + "-inconc", weights.inconc, one.id, with_level(one, "undecided"));
}

/// An inconclusive case is told by a requirement of its own that could not be decided, or that fails.
bool told_inconc(const Gathering& into, const spec::CaseResult& one) {
  const auto& all = into.judgement().requirements;
  return std::any_of(all.begin(), all.end(), [&](const spec::RequirementResult& requirement) {
    return requirement.verdict >= Verdict::inconc && declares(one, requirement.id);
  });
}

void say_of(Gathering& into, const spec::CaseResult& one) {
  const auto& weights = into.policy().cases;
  const std::vector<Piece> whole{{one.id, {}, {}, one.reason}};
  if (one.verdict == Verdict::error)
    into.say("case-error", into.policy().bench.error, one.id,
             "it ended in an error, which says nothing of the device", {one.reason});
  if (one.verdict == Verdict::fail && !into.told_failed.contains(one.id))
    say_sorted(into, sorted(into, whole), "case-failed", weights.fail, one.id, "the case fails");
  if (one.verdict == Verdict::inconc && !told_inconc(into, one))
    into.say("case-inconc", weights.inconc, one.id, "the case could not be decided", {one.reason});
  if (one.verdict == Verdict::none && one.applicable)
    into.say("case-none", weights.none, one.id, one.blocked ? "it was blocked" : "it gave no verdict",
             {one.reason});
}

}  // namespace

std::vector<Piece> pieces_of(const spec::Judgement& judgement, const spec::RequirementResult& requirement) {
  std::vector<Piece> out;
  for (const auto& one : judgement.cases) add_checks(out, one, requirement.id, requirement.verdict);
  const bool fails = requirement.verdict == Verdict::fail;
  for (const auto& one : judgement.deviations)
    if (one.requirement == requirement.id && one.certain == fails) add_deviation(out, one);
  if (!fails && out.empty())
    for (const auto& one : judgement.cases)
      if (declares(one, requirement.id) && one.verdict >= Verdict::inconc)
        out.push_back({one.id, requirement.id, {}, one.reason});
  if (out.empty()) out.push_back({{}, requirement.id, {}, "the record does not say how"});
  return out;
}

void gather_requirements(Gathering& into) {
  for (const auto& one : into.judgement().requirements) say_of(into, one);
}

void gather_cases(Gathering& into) {
  for (const auto& one : into.judgement().cases) say_of(into, one);
}

}  // namespace attest::reports

// What a judge remembers of a record. Internal to harness/spec: judge.cpp fills it, fold.cpp draws the
// results.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/spec/judgement.hpp"

namespace attest::spec {

/// A departure from the general rules may be blamed on the requirement that a case provoked it for. If the
/// same one is also seen where nobody provoked it, it is the general rule's after all:
/// `Judge::State::belongs_to` decides.
struct Departure {
  std::string id, requirement, blamed;
};

/// An attempt as far as the record tells it; its verdict is the fold's.
struct Running {
  Attempt seen;
  int segment = 0;              ///< counted by run.begin
  bool began = false;           ///< its case.begin was seen (a host may die before it can write one)
  bool over = false;            ///< its case.end was seen
  std::optional<Verdict> word;  ///< in its case.end
  std::string word_reason;
  std::string gap;                    ///< why the link broke in it; empty: it did not
  std::vector<Departure> deviations;  ///< in it; whether its case answers for them is known only at the end
};

struct Known {
  std::string id, command;
  std::vector<std::string> requirements;
  std::vector<Running> attempts;
  bool planned = false;
  std::optional<std::string> blocked;       ///< the reason
  std::optional<std::string> inapplicable;  ///< the reason
};

/// Where an attempt is kept.
struct Where {
  std::size_t of = 0, attempt = 0;
  auto operator<=>(const Where&) const = default;
};

/// One deviation event.
struct Occurrence {
  Departure what;
  std::string summary, evidence, device;
  std::uint64_t exchange = 0;
  std::optional<Where> where;  ///< unset: outside of cases
  std::string case_id;
  bool lost_bytes = false;  ///< outside of cases: the link lost bytes around then
};

struct Line {
  std::string numbers = "0,0,0,0";  ///< of the last counters event, as text to compare
  std::vector<Where> since;         ///< attempts that ran since then
  std::size_t occurrences = 0;      ///< how many deviations were known by then
};

struct Judge::State {
  explicit State(const Catalogue& c) : catalogue(c) {}

  // judge.cpp: one per type of event
  void take(const record::Event& event);
  void run_begin(const record::Event& event);
  void run_end(const record::Event& event);
  void device(const record::Event& event);
  void case_begin(const record::Event& event);
  void case_end(const record::Event& event);
  void case_blocked(const record::Event& event);
  void case_inapplicable(const record::Event& event);
  void unfit(const record::Event& event);
  void check(const record::Event& event);
  void said(const record::Event& event);
  void reading(const record::Event& event);
  void measure(const record::Event& event);
  void deviation(const record::Event& event);
  void unexplained(const record::Event& event);
  void counters(const record::Event& event);
  void gap(const record::Event& event);
  void fault(const record::Event& event);

  Known& known(const std::string& id);
  /// The attempt that an event belongs to: the latest of its case on its device. Nothing without a case.
  std::optional<Where> where_of(const record::Event& event);
  Where start(const std::string& id, const std::string& device);
  [[nodiscard]] const std::string& belongs_to(const Departure& what) const {
    if (what.blamed.empty()) return what.requirement;
    const auto elsewhere = unprovoked.find(what.id);
    return elsewhere == unprovoked.end() ? what.blamed : elsewhere->second;
  }
  Running& at(Where where) { return cases[where.of].attempts[where.attempt]; }
  [[nodiscard]] const Running& at(Where where) const { return cases[where.of].attempts[where.attempt]; }

  const Catalogue& catalogue;
  RunInfo run;
  int segment = 0;
  bool stopped = false;
  std::vector<Known> cases;
  std::map<std::string, std::size_t, std::less<>> index;
  std::map<std::pair<std::string, std::string>, Where> latest;  ///< by device and case
  std::map<std::string, Where> latest_of_case;
  std::map<std::string, Line> lines;  ///< by device
  std::vector<Occurrence> occurrences;
  std::map<std::string, std::string> hidden_by;  ///< presumed_failures, filled in when results are drawn
  /// Departures seen where nobody provoked them, and the requirement that they belong to there.
  std::map<std::string, std::string, std::less<>> unprovoked;
  std::vector<FaultResult> faults;
  std::vector<Measurement> measurements;
  std::set<std::pair<std::uint64_t, std::string>> readings;  ///< number of the erratum, what was found
};

void add_once(std::vector<std::string>& to, const std::string& word);

/// presumed.cpp: for each requirement whose failed checks prove nothing, because one that it presumes fails:
/// that one.
[[nodiscard]] std::map<std::string, std::string> presumed_failures(const Judge::State& state);

/// fold.cpp
[[nodiscard]] CaseResult case_of(const Known& known, const Judge::State& state);
/// Whether checks that passed in it are worth nothing, whatever they say.
[[nodiscard]] bool cannot_pass(const Running& running);
[[nodiscard]] std::vector<DeviationResult> deviations_of(const Judge::State& state);
[[nodiscard]] std::vector<RequirementResult> requirements_of(const Judge::State& state,
                                                             const std::vector<DeviationResult>& deviations);

/// decision.cpp: counts, exit code and decision of a judgement that is complete but for these.
void decide(Judgement& judgement, bool stopped);

}  // namespace attest::spec

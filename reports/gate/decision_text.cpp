// A decision for people and for programs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/base/bytes.hpp"
#include "reports/gate/decision.hpp"

namespace attest::reports {

namespace embedded_gate {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

using Json = nlohmann::json;

/// What a device said stands in it: nothing of that may move a terminal's cursor.
std::string harmless(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? visible({&c, 1}) : std::string(1, c);
  }
  return out;
}

std::string reason_text(const Reason& one) {
  auto out = fmt::format("  {} {:<22} {}: {}\n", one.stops ? "STOP" : "    ", one.word, harmless(one.subject),
                         harmless(one.sentence));
  for (const auto& line : one.evidence) out += fmt::format("{:30}{}\n", "", harmless(line));
  return out;
}

/// Of a requirement that nobody looked at its statement says nothing of this run, and of what cannot be
/// compared the numbers are each its own.
std::string_view gist(const Reason& one) {
  const std::string_view sentence = one.sentence;
  const bool states = one.word == "uncovered" || one.word == "not-applicable" || one.word == "not-compared";
  return states ? sentence.substr(0, sentence.find(": ")) : sentence;
}

using Reasons = std::vector<Reason>::const_iterator;

/// The end of those from `one` on that say the same of other subjects.
Reasons end_of_alike(Reasons one, Reasons end) {
  return std::find_if(one, end, [&](const Reason& other) {
    return other.word != one->word || other.stops != one->stops || gist(other) != gist(*one) ||
           other.evidence != one->evidence;
  });
}

/// What is said of many subjects is said once, and below it is of which.
std::string reasons_text(Reasons one, Reasons end) {
  constexpr std::size_t kWidth = 110, kIndent = 30;
  auto all = *one;
  all.subject = fmt::format("{} of them", end - one);
  all.sentence = gist(*one);
  const bool wordy =
      std::any_of(one, end, [](const Reason& each) { return each.subject.find(' ') != std::string::npos; });
  std::string subjects;
  const auto put = [&] { all.evidence.push_back(std::exchange(subjects, {})); };
  all.evidence.clear();
  for (auto each = one; each != end; ++each) {
    if (!subjects.empty() && kIndent + subjects.size() + each->subject.size() > kWidth) put();
    subjects += (subjects.empty() ? "" : wordy ? "; " : " ") + each->subject;
  }
  put();
  all.evidence.insert(all.evidence.end(), one->evidence.begin(), one->evidence.end());
  return reason_text(all);
}

Json reason_json(const Reason& one) {
  return {{"word", one.word},
          {"stops", one.stops},
          {"subject", one.subject},
          {"sentence", one.sentence},
          {"evidence", one.evidence}};
}

/// What so few samples leave open has no end: null, as JSON has no infinity.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json compared_json(const Compared& one) {
  const auto& n = one.numbers;
  return {{"name", one.name},
          {"requirement", one.requirement},
          {"unit", one.unit},
          {"samples", n.candidate_count},
          {"baseline_samples", n.baseline_count},
          {"shift", n.shift},
          {"interval", Json::array({number(n.interval.low), number(n.interval.high)})},
          {"p", n.p},
          {"p_adjusted", n.p_adjusted},
          {"smallest_visible", number(n.smallest_visible)},
          {"matters", one.matters}};
}

std::string count_text(const std::vector<Reason>& reasons) {
  std::size_t stops = 0;
  for (const auto& one : reasons) stops += one.stops ? 1U : 0U;
  return fmt::format("{} that stop, {} that are listed", stops, reasons.size() - stops);
}

}  // namespace

std::string decision_text(const Decision& decision) {
  auto out = fmt::format("decision: {} ({})\n", name_of(decision.outcome), count_text(decision.reasons));
  for (auto one = decision.reasons.begin(); one != decision.reasons.end();) {
    const auto end = end_of_alike(one, decision.reasons.end());
    out += end - one < 3 ? reason_text(*one) : reasons_text(one, end);
    one = end - one < 3 ? one + 1 : end;
  }
  for (const auto& one : decision.compared)
    out += fmt::format("       {:<22} {}: {:+.4g} {} ({:+.4g} … {:+.4g}), {} of {} samples\n", "compared",
                       one.name, one.numbers.shift, one.unit, one.numbers.interval.low,
                       one.numbers.interval.high, one.numbers.candidate_count, one.numbers.baseline_count);
  return out;
}

nlohmann::json decision_json(const Decision& decision) {
  Json out{{"schema", "attest-decision-1"},
           {"outcome", name_of(decision.outcome)},
           {"reasons", Json::array()},
           {"compared", Json::array()}};
  for (const auto& one : decision.reasons) out["reasons"].push_back(reason_json(one));
  for (const auto& one : decision.compared) out["compared"].push_back(compared_json(one));
  return Json::parse(out.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string_view decision_schema() {
  return embedded_gate::file("decision.schema.json");
}

}  // namespace attest::reports

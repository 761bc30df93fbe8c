// Of a decision: measurements, against their budgets and against the baseline.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "harness/measure/budget.hpp"
#include "reports/gate/gathering.hpp"

namespace attest::reports {
namespace {

using measure::Standing;

/// All samples of one measurement, whatever device and attempt they are of.
struct Samples {
  std::string unit;
  std::vector<double> values;
  bool mixed = false;  ///< units of two kinds
};
using Key = std::pair<std::string, std::string>;  // name, requirement

std::map<Key, Samples> samples_of(const spec::Judgement& judgement) {
  std::map<Key, Samples> out;
  for (const auto& one : judgement.measurements) {
    auto& into = out[{one.name, one.requirement}];
    if (into.unit.empty()) into.unit = one.unit;
    for (const double value : one.values) {
      const auto converted = measure::in_unit(value, one.unit, into.unit);
      if (converted) into.values.push_back(*converted);
      into.mixed = into.mixed || !converted;
    }
  }
  return out;
}

std::string title(const Key& key) {
  return key.second.empty() ? key.first : fmt::format("{} ({})", key.first, key.second);
}

/// A time is worse when it grows, a rate when it falls.
bool is_worse(const Compared& one) {
  const auto& interval = one.numbers.interval;
  return measure::is_time(one.unit) ? interval.low > one.matters : interval.high < -one.matters;
}

std::vector<std::string> evidence_of(const Compared& one) {
  const auto& n = one.numbers;
  return {fmt::format("shift {:+.4g} {}, interval {:+.4g} … {:+.4g}, p = {:.2g} after Holm's correction",
                      n.shift, one.unit, n.interval.low, n.interval.high, n.p_adjusted),
          fmt::format(
              "{} samples against the baseline's {}: so many show a shift of {:.4g} {}; {:.4g} {} matters",
              n.candidate_count, n.baseline_count, n.smallest_visible, one.unit, one.matters, one.unit)};
}

void say_of(Gathering& into, const Compared& one) {
  const auto& policy = into.policy().regressions;
  const auto subject = title({one.name, one.requirement});
  if (is_worse(one) && one.numbers.p_adjusted < 1 - policy.confidence)
    return into.say("regressed", policy.regressed, subject,
                    fmt::format("it is {} by {:.4g} {}", measure::is_time(one.unit) ? "slower" : "less",
                                std::abs(one.numbers.shift), one.unit),
                    evidence_of(one));
  if (one.matters > 0 && one.numbers.smallest_visible > one.matters)
    into.say("blind", policy.blind, subject, "so many samples could not show the smallest shift that matters",
             evidence_of(one));
}

/// Nothing where the two cannot be compared, which is said.
std::optional<Compared> compared(Gathering& into, const Key& key, const Samples& then, const Samples& now) {
  const auto& policy = into.policy().regressions;
  const auto not_so = [&](std::string why) {
    into.say("not-compared", policy.too_few, title(key), std::move(why));
    return std::nullopt;
  };
  std::vector<double> before;
  for (const double value : then.values)
    if (const auto converted = measure::in_unit(value, then.unit, now.unit)) before.push_back(*converted);
  if (then.mixed || now.mixed || before.size() != then.values.size())
    return not_so(fmt::format("units of two kinds: {} and the baseline's {}", now.unit, then.unit));
  const auto few = [&](std::size_t count) { return count < policy.fewest; };
  const auto numbers = few(before.size()) || few(now.values.size())
                           ? std::nullopt
                           : measure::compare(before, now.values, policy.confidence);
  if (!numbers)
    return not_so(fmt::format("fewer samples than the policy asks for ({}): {}, and the baseline's {}",
                              policy.fewest, now.values.size(), before.size()));
  const auto middle = measure::statistic(before, "p50").value_or(0);
  return Compared{key.first, key.second, now.unit, *numbers,
                  into.policy().smallest_shift(key.first, now.unit, middle)};
}

void correct(std::vector<Compared>& all) {
  std::vector<measure::Comparison> numbers;
  numbers.reserve(all.size());
  for (const auto& one : all) numbers.push_back(one.numbers);
  measure::holm(numbers);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].numbers = numbers[i];
}

void say_of_budget(Gathering& into, const spec::Measurement& one) {
  const auto value = measure::statistic(one.values, one.of.empty() ? "p95" : one.of);
  if (!one.limit || !value) return;
  const auto standing = measure::standing(*value, *one.limit, one.u.value_or(0), measure::is_time(one.unit));
  if (standing == Standing::kept) return;
  const bool over = standing == Standing::broken;
  const auto sentence = fmt::format("{} is {:.4g} {}, and its limit {:.4g} {}",
                                    one.of.empty() ? "p95" : one.of, *value, one.unit, *one.limit, one.unit);
  const auto subject = title({one.name, one.requirement});
  if (into.excuse({one.case_id, one.requirement, {}, sentence}) != nullptr)
    return into.say("known-failure", Weight::list, subject, sentence);
  into.say(over ? "over-budget" : "budget-too-close",
           over ? into.policy().budgets.over : into.policy().budgets.too_close, subject, sentence,
           {fmt::format("{} samples of {}; uncertainty {:.4g} {}", one.values.size(), one.case_id,
                        one.u.value_or(0), one.unit)});
}

}  // namespace

void gather_budgets(Gathering& into) {
  for (const auto& one : into.judgement().measurements) say_of_budget(into, one);
}

void gather_regressions(Gathering& into) {
  if (!into.question.baseline) return;
  const auto then = samples_of(into.question.baseline->judgement), now = samples_of(into.judgement());
  auto& all = into.out.compared;
  for (const auto& [key, before] : then) {
    const auto found = now.find(key);
    if (found == now.end())
      into.say("vanished-measurement", into.policy().baseline.vanished_measurement, title(key),
               "the baseline has it, and the record has not");
    else if (auto one = compared(into, key, before, found->second))
      all.push_back(std::move(*one));
  }
  correct(all);
  for (const auto& one : all) say_of(into, one);
}

}  // namespace attest::reports

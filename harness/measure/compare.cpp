#include "harness/measure/compare.hpp"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "harness/measure/u_distribution.hpp"

namespace attest::measure {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kPower = 0.80;

bool all_finite(std::span<const double> samples) {
  return std::all_of(samples.begin(), samples.end(), [](double one) { return std::isfinite(one); });
}

std::vector<double> sorted(std::span<const double> samples) {
  std::vector<double> all(samples.begin(), samples.end());
  std::sort(all.begin(), all.end());
  return all;
}

double z_of(double probability) {
  return boost::math::quantile(boost::math::normal(), probability);
}

/// Doubles as whole numbers of the same order.
std::uint64_t key(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

double value_of(std::uint64_t key) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  return std::bit_cast<double>((key & kSign) != 0 ? key & ~kSign : ~key) + 0.0;  // no negative zero
}

/// All differences candidate - baseline, in their order, without ever making them: there may be 10^10.
class Differences {
 public:
  /// Both sorted, and not empty.
  Differences(const std::vector<double>& baseline, const std::vector<double>& candidate)
      : baseline_(baseline), candidate_(candidate) {}

  [[nodiscard]] std::uint64_t count() const { return std::uint64_t{baseline_.size()} * candidate_.size(); }

  /// The k-th smallest, k from 1 to count(): bisects the doubles themselves, so at most 64 passes.
  [[nodiscard]] double smallest(std::uint64_t k) const {
    auto low = key(candidate_.front() - baseline_.back());
    auto high = key(candidate_.back() - baseline_.front());
    while (low < high) {
      const auto middle = low + (high - low) / 2;
      if (at_most(value_of(middle)) >= k)
        high = middle;
      else
        low = middle + 1;
    }
    return value_of(low);
  }

  [[nodiscard]] double median() const {
    const auto half = (count() + 1) / 2;
    const double lower = smallest(half);
    return count() % 2 == 1 ? lower : std::midpoint(lower, smallest(half + 1));
  }

  /// From the interval's ends to the next difference outside, the smaller one: what a step of the measurement
  /// is where samples are tied, and next to nothing where they are not. Nothing where none lies outside.
  [[nodiscard]] double step_beyond(const Interval& interval) const {
    const double rounding = 1e-9 * (smallest(count()) - smallest(1));
    const auto below = at_most(std::nextafter(interval.low - rounding, -kInfinite));
    const auto up_to = at_most(interval.high + rounding);
    const double down = below > 0 ? interval.low - smallest(below) : kInfinite;
    const double up = up_to < count() ? smallest(up_to + 1) - interval.high : kInfinite;
    return std::isfinite(std::min(down, up)) ? std::min(down, up) : 0;
  }

 private:
  /// How many are `limit` or less. Rounding keeps the order of differences, so that one pass along both sides
  /// counts exactly what a table of all would.
  [[nodiscard]] std::uint64_t at_most(double limit) const {
    std::uint64_t found = 0;
    std::size_t first = 0;  // the smallest baseline that is great enough
    for (const double one : candidate_) {
      while (first < baseline_.size() && one - baseline_[first] > limit) ++first;
      found += baseline_.size() - first;
    }
    return found;
  }

  const std::vector<double>& baseline_;
  const std::vector<double>& candidate_;
};

Ties ties_in(const std::vector<double>& all) {
  Ties ties{.sum = 0, .step = static_cast<double>(all.size())};
  double before = 0;
  for (auto from = all.begin(); from != all.end();) {
    const auto to = std::upper_bound(from, all.end(), *from);
    const auto t = static_cast<double>(to - from);
    ties.sum += t * t * t - t;
    if (before > 0) ties.step = std::min(ties.step, (before + t) / 2);
    before = t;
    from = to;
  }
  return ties;
}

Ties ties_of(const std::vector<double>& baseline, const std::vector<double>& candidate) {
  std::vector<double> all;
  all.reserve(baseline.size() + candidate.size());
  std::merge(baseline.begin(), baseline.end(), candidate.begin(), candidate.end(), std::back_inserter(all));
  return ties_in(all);
}

/// Pairs in which the candidate is the greater one, ties by half.
double u_of(const std::vector<double>& baseline, const std::vector<double>& candidate) {
  double u = 0;
  for (const double one : candidate) {
    const auto [same, more] = std::equal_range(baseline.begin(), baseline.end(), one);
    u += static_cast<double>(same - baseline.begin()) + static_cast<double>(more - same) / 2;
  }
  return u;
}

Interval shift_interval(const Differences& differences, double cut) {
  if (cut < 1) return {-kInfinite, kInfinite};
  const auto k = static_cast<std::uint64_t>(cut);
  return {differences.smallest(k), differences.smallest(differences.count() + 1 - k)};
}

double visible_beyond(const Interval& interval, double confidence) {
  const double z = z_of(1 - (1 - confidence) / 2);
  return (interval.high - interval.low) / 2 * (z + z_of(kPower)) / z;
}

}  // namespace

std::optional<Comparison> compare(std::span<const double> baseline, std::span<const double> candidate,
                                  double confidence) {
  if (std::min(baseline.size(), candidate.size()) < kFewest) return {};
  if (!all_finite(baseline) || !all_finite(candidate)) return {};
  const auto before = sorted(baseline), after = sorted(candidate);
  const UDistribution chance(before.size(), after.size(), ties_of(before, after));
  const Differences differences(before, after);
  Comparison out{.baseline_count = before.size(), .candidate_count = after.size()};
  out.shift = differences.median();
  out.interval = shift_interval(differences, chance.cut(1 - confidence));
  out.p = out.p_adjusted = chance.two_sided(u_of(before, after));
  out.smallest_visible =
      std::max(visible_beyond(out.interval, confidence), differences.step_beyond(out.interval));
  return out;
}

void holm(std::vector<Comparison>& comparisons) {
  std::vector<std::size_t> order(comparisons.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return comparisons[a].p < comparisons[b].p; });
  double worst = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto& one = comparisons[order[i]];
    worst = std::max(worst, std::min(1.0, one.p * static_cast<double>(order.size() - i)));
    one.p_adjusted = worst;
  }
}

namespace {

/// How many of n samples lie at or below a quantile that is not known.
class CountBelow {
 public:
  CountBelow(std::size_t n, double q) : n_(static_cast<double>(n)), of_(n_, q) {}

  /// The smallest count k with P(at most k) >= level.
  [[nodiscard]] double reaching(double level) const {
    double below = -1, reached = n_;
    while (reached - below > 1) {
      const double middle = std::floor((below + reached) / 2);
      (at_most(middle) >= level ? reached : below) = middle;
    }
    return reached;
  }
  [[nodiscard]] double between(double first, double last) const { return at_most(last) - at_most(first - 1); }

 private:
  [[nodiscard]] double at_most(double count) const {
    if (count < 0) return 0;
    return count >= n_ ? 1 : boost::math::cdf(of_, count);
  }

  double n_;
  boost::math::binomial of_;
};

}  // namespace

std::optional<Interval> quantile_interval(std::span<const double> samples, double q, double confidence) {
  if (samples.empty() || !all_finite(samples)) return {};
  const CountBelow below(samples.size(), q);
  const double tail = (1 - confidence) / 2, n = static_cast<double>(samples.size());
  // Between the samples of these ranks, from 1. Equal tails where the samples are enough for that; near the
  // end of the samples one side gives what the other cannot.
  double low = std::max(1.0, below.reaching(tail)), high = std::min(n, below.reaching(1 - tail) + 1);
  while (below.between(low, high - 1) < confidence) {
    if (low == 1 && high == n) return {};
    (low > 1 ? --low : ++high);
  }
  const auto all = sorted(samples);
  return Interval{all[static_cast<std::size_t>(low) - 1], all[static_cast<std::size_t>(high) - 1]};
}

Interval rate_interval(std::size_t hits, std::size_t tries, double confidence) {
  if (tries == 0) return {0, 1};
  const auto n = static_cast<double>(tries), x = static_cast<double>(std::min(hits, tries));
  const double tail = (1 - confidence) / 2;
  using boost::math::binomial;
  return {binomial::find_lower_bound_on_p(n, x, tail), binomial::find_upper_bound_on_p(n, x, tail)};
}

}  // namespace attest::measure

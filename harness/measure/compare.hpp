// Two sets of samples of one measurement: has it shifted, by how much, and how small a shift could have been
// seen? No normal distribution of the samples is assumed anywhere: times of a device have long tails and
// several humps. All that is used is their order (Mann and Whitney 1947; Hodges and Lehmann 1963).
//
// Samples are taken to be independent of each other. A sample that is no finite number was not measured, and
// nothing is said of a side that has one: to leave it out would be a decision, which is the caller's.
// `confidence` lies between 0 and 1, both left out.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace attest::measure {

/// Holds the true value with at least the confidence that was asked for. Both ends belong to it.
struct Interval {
  double low = 0, high = 0;
};

/// candidate - baseline, in the unit of the samples. Interval and p speak of the same U: where the interval
/// leaves out zero, p is below 1 - confidence, and the shift has that sign. Without ties the converse holds
/// too; with ties p may be small while the interval, in whole steps of the measurement, still touches zero.
struct Comparison {
  std::size_t baseline_count = 0, candidate_count = 0;
  double shift = 0;  ///< Hodges-Lehmann: the median of all differences candidate - baseline
  /// Of the shift, from the distribution of Mann-Whitney's U. Where so few samples cannot give one of that
  /// confidence it is unbounded (minus infinity to infinity).
  Interval interval;
  /// Mann-Whitney, two-sided. Exact where there are no ties and neither side has more than 20 samples; else
  /// the normal approximation of U, corrected for ties and continuity. 1 where all samples are equal. What is
  /// approximate is the tail: where one side is far smaller than the other and nearly all samples are one
  /// value, a p below 0.001 may come two or three times as often as it says.
  double p = 1;
  double p_adjusted = 1;  ///< the same until holm() has seen all comparisons of a decision
  /// A true shift of this size would be found with a power of 80 % or more by this comparison alone (Holm's
  /// correction over many asks for more). From the half width h of the interval: h is z(1-a/2) standard
  /// errors, to be found takes z(1-a/2) + z(0.8) of them. An estimate, as good as h is; at least a step of
  /// the measurement, where it has steps. 0: the samples show no spread, and any shift at all would be seen.
  /// Infinite where the interval is unbounded.
  double smallest_visible = 0;
};

/// Nothing where one side has fewer than `kFewest` samples, or one that is not finite.
inline constexpr std::size_t kFewest = 5;
[[nodiscard]] std::optional<Comparison> compare(std::span<const double> baseline,
                                                std::span<const double> candidate, double confidence = 0.95);

/// Holm's step-down correction of `p` into `p_adjusted`, over all of them: the chance that even one of them
/// cries wolf stays below the level that is held against p_adjusted.
void holm(std::vector<Comparison>& comparisons);

/// Of the quantile q (0 < q < 1), from order statistics (binomial): both ends are samples that were seen.
/// Nothing where so few samples cannot give one of that confidence (p99 at 0.95: fewer than 299), or where
/// one is not finite.
[[nodiscard]] std::optional<Interval> quantile_interval(std::span<const double> samples, double q,
                                                        double confidence = 0.95);

/// Of a rate of which `hits` in `tries` were seen (Clopper-Pearson, exact). tries = 0: [0, 1]. More hits than
/// tries count as all.
[[nodiscard]] Interval rate_interval(std::size_t hits, std::size_t tries, double confidence = 0.95);

}  // namespace attest::measure

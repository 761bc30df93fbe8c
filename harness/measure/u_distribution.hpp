// Mann-Whitney's U under the hypothesis that both sides are alike: how probable is a U as small as this?
#pragma once

#include <cstddef>
#include <vector>

namespace attest::measure {

/// What equal samples among those of both sides together do to U.
struct Ties {
  double sum = 0;  ///< of t^3 - t over the groups of t equal samples; 0 without ties
  double step =
      1;  ///< U goes no smaller steps: half the samples of two neighbouring groups, the smallest of all
};

/// U counts the pairs (baseline, candidate) in which the candidate is the greater one; a tie counts one half.
/// Taken as symmetric about half the number of pairs.
class UDistribution {
 public:
  UDistribution(std::size_t baseline_count, std::size_t candidate_count, const Ties& ties);

  /// P(U <= u): exact without ties and up to 20 samples a side, else normal, corrected for ties and
  /// continuity (by half a step: of samples of two or three values the steps are large).
  [[nodiscard]] double at_most(double u) const;
  /// Two-sided p of an observed U.
  [[nodiscard]] double two_sided(double u) const;
  /// The largest whole c with P(U <= c - 1) < alpha / 2, 0 if there is none: the c-th smallest and the c-th
  /// largest of all differences are the ends of the interval of the shift.
  [[nodiscard]] double cut(double alpha) const;

 private:
  double pairs_, sigma_, continuity_;
  std::vector<double> cumulative_;  ///< exact: P(U <= index); empty: normal
};

}  // namespace attest::measure

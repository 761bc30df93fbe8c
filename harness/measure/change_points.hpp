// A series of values, one for each run in the order of time: where has their level shifted? As in
// compare.hpp, nothing but the order of the values counts, and no distribution is assumed.
//
// The series is cut in two where Mann-Whitney's test tells its two sides apart best, and so is each part
// again (binary segmentation). What is promised: of series whose values are independent and alike, at most
// the share `level` is said to have any change, for p is corrected for all the splits that were tried
// (Bonferroni) and for all the parts that the series is in by then. Where the changes that there are were
// found just where they are, the same holds of any beyond them. A slow drift is told as steps.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "harness/measure/compare.hpp"

namespace attest::measure {

struct ChangePoint {
  std::size_t index = 0;  ///< of the first value of the new level
  double before = 0;      ///< median of the values up to it, from the change before it or the beginning
  double after =
      0;  ///< median of the values from it on, up to the next change or the end; another one than `before`
  double p = 1;  ///< two-sided and corrected, so at most `level`
};

struct ChangeOptions {
  double level = 0.01;
  std::size_t smallest = kFewest;  ///< a level has at least so many values (at least 2)
};

/// In the order of the series. None where there are fewer than twice the smallest, or a value is not finite.
/// Costs a sort for each part that is looked at: 10,000 values some milliseconds.
[[nodiscard]] std::vector<ChangePoint> change_points(std::span<const double> series,
                                                     const ChangeOptions& options = {});

}  // namespace attest::measure

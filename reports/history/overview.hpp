// What all runs together say, in whole: the answers that go over everything at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/spec/judgement.hpp"

namespace attest::reports {

struct RunRef {
  std::int64_t id = 0;
  std::string began;  ///< UTC, ISO 8601
  std::string
      firmware;  ///< as the device tells it; of several devices each once, joined by " + "; may be empty
};

/// The latest unbroken series of fails. Only pass and fail count: a run in which the case was none, inconc or
/// error says nothing, and neither begins nor ends a series.
struct FirstBad {
  RunRef first_bad, latest_bad;
  std::size_t fails = 0;
  std::optional<RunRef> last_good;   ///< before it; nothing: it has never passed before
  std::optional<RunRef> good_again;  ///< the first pass after it; nothing: it still fails
};

struct NamedFirstBad {
  std::string id;  ///< of a case or of a requirement
  FirstBad found;
};

/// The latest unbroken series of runs in which a deviation was seen. A run is without it where it was not
/// seen, although its requirement passed or failed there, or a case passed or failed that this deviation has
/// touched in any run. All other runs say nothing, as do those in which it was only seen while bytes were
/// lost.
struct DeviationSeries {
  std::string id, requirement;
  std::string summary;  ///< of the latest run that saw it
  RunRef first, latest;
  std::optional<RunRef> before;  ///< the last run before the series that was without; nothing: none was
  std::optional<RunRef>
      gone_since;        ///< the first run after the series, which is without; nothing: it is there still
  std::size_t runs = 0;  ///< in which it was seen, of all
};

struct MeasurementSummary {
  std::size_t count = 0;
  double median = 0, least = 0, most = 0;
};

/// One measurement of one case on one device, from run to run.
struct MeasurementSeries {
  struct Point {
    std::int64_t run = 0;
    MeasurementSummary of;
  };
  std::string name, unit, device, case_id;
  std::string of;  ///< as the latest run has it: the statistic that the budget is of; empty: there is none
  std::optional<double> limit, u;  ///< as the latest run has them
  std::vector<Point> points;       ///< in the order of time; runs without a sample have none
};

struct FirmwareSummary {
  struct Median {
    std::string name, unit;
    MeasurementSummary of;  ///< of all cases and devices together
  };
  std::string firmware;
  std::size_t runs = 0;  ///< all of them
  RunRef latest;         ///< the latest that is complete
  spec::Counts cases;    ///< in it
  /// Cases that passed in the latest complete run of the firmware before it and fail in this one, and the
  /// other way round.
  std::vector<std::string> newly_failing, newly_passing;
  std::vector<Median> medians;  ///< by name
};

}  // namespace attest::reports

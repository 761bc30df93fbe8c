// One record of several that were written side by side on one machine, so with one clock.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "harness/record/line.hpp"

namespace attest::record {

struct Merged {
  std::size_t parts = 0;                ///< that had at least a whole line
  std::uint64_t torn = 0;               ///< bytes of last lines that were never finished
  bool cut = false;                     ///< a part has no run.end: who wrote it was killed
  bool bench = false, stopped = false;  ///< the reason that a run.end tells
  Instant last;                         ///< the latest time of all
};

/// Hands over `head`, a run.begin, with the time and the `wall` of the first line, and then all lines of the
/// parts but run.begin and run.end: by time, each part's in their own order, and without the part's hash
/// chain. run.end is for the caller to write. Each part is read as read() reads, in constant memory; a part
/// that is not there counts for nothing. What the sink throws goes through.
[[nodiscard]] Result<Merged> merge(const std::vector<std::filesystem::path>& parts, Event head,
                                   LineSink& into);

}  // namespace attest::record

// What our own side takes of a round trip, for the uncertainty of what is measured (design: Time).
#pragma once

#include <vector>

#include "harness/at/dialect.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::suites {

/// How long AT and its OK take through session, reader and a pseudo-terminal whose far end answers at once.
/// Some tens of milliseconds in all. An adapter's part is not in it: Link::hold_back().
[[nodiscard]] Result<std::vector<Nanos>> own_round_trips(const at::Dialect& dialect, const Clock& clock);

}  // namespace attest::suites

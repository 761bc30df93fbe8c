// What our own side, and an adapter, take of a round trip, for the uncertainty of what is measured (design:
// Time).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/at/dialect.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"
#include "harness/transport/link.hpp"

namespace attest::suites {

struct OwnSide {
  /// How long AT and its OK take through session, reader and a pseudo-terminal whose far end answers at once.
  std::vector<Nanos> round_trips;
  /// How late the time stamp of those answers is: from right before the far end's write.
  std::vector<Nanos> lateness;
};

/// Some tens of milliseconds in all. An adapter's part is not in it.
[[nodiscard]] Result<OwnSide> own_side(const at::Dialect& dialect, const Clock& clock);

/// What an adapter takes beyond the wire's time for a few bytes that go out at `out` and come in at `in`: one
/// port with a loopback plug, or two ports that are crossed. A bench error if they do not come, or come
/// changed.
[[nodiscard]] Result<std::vector<Nanos>> adapter_side(transport::Link& out, transport::Link& in,
                                                      const Clock& clock);

/// The same, with the ports that a bench names; nothing if it names none.
[[nodiscard]] Result<std::optional<std::vector<Nanos>>> adapter_side(const std::string& loopback,
                                                                     const std::string& far,
                                                                     const Clock& clock);

struct Floor {
  nlohmann::json fields;  ///< of the event `floor`
  double u_ms = 0;
};

/// u is the p99 of our own side and of the adapter's; of one that nobody measures what it says that it holds
/// back. What our side takes is in the adapter's times too: so u is rather too large than too small.
[[nodiscard]] Floor floor_of(const OwnSide& ours, const std::optional<std::vector<Nanos>>& adapter,
                             Nanos hold_back);

}  // namespace attest::suites

// The names of all departures that the reader and the session can find, each given once and for ever.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/at/exchange.hpp"

namespace attest::at {

struct DeviationKind {
  std::string_view id, requirement, summary;
};

/// Of how a line is written, and not of what is said or whether: it breaks its own requirement, whatever
/// command provoked the line.
[[nodiscard]] bool is_of_form(std::string_view id);

/// For documents, and for the matrix of faults.
[[nodiscard]] std::span<const DeviationKind> all_deviations();

/// Adds it unless the exchange has one of that id already: the first evidence counts. `requirement` empty:
/// the usual one.
void note(Exchange& exchange, std::string_view id, std::string_view evidence,
          std::string_view requirement = {});

}  // namespace attest::at

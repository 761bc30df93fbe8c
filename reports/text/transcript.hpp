// What went over the line in a case, and what the world around the device saw, as text for people: for where
// a page cannot be shown, such as in the output of another test runner.
#pragma once

#include <span>
#include <string>

#include "harness/record/event.hpp"

namespace attest::reports {

/// How much of a long one is told: its begin and its end.
struct TranscriptLimits {
  std::size_t lines = 200;  ///< the middle of more is left out, and says so
  std::size_t bytes = 120;  ///< of one event's bytes
};

/// The line: what was sent and received, what was found in it, and how the device was brought back.
/// Milliseconds are counted from the first event. No control characters; empty if there is nothing.
[[nodiscard]] std::string transcript(std::span<const record::Event> events,
                                     const TranscriptLimits& limits = {});

/// Servers, name server and radio, in the same form.
[[nodiscard]] std::string journal(std::span<const record::Event> events, const TranscriptLimits& limits = {});

}  // namespace attest::reports

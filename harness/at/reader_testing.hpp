// For the tests of this folder: a reply as one text, read as a session would read it, and shown in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/at/reader.hpp"

namespace attest::at::testing {

/// The exchange, and what followed it up to the next command.
struct Read {
  Exchange exchange, strays;
};

/// How the reply to that command is read.
[[nodiscard]] Reading reply_to(std::string_view command, const Dialect& dialect = {});

/// Feeds `bytes` cut at `cuts`, all at one moment, then silence until the deadline.
[[nodiscard]] Read read_all(const Reading& reading, std::string_view echo, std::string_view bytes,
                            const std::vector<std::size_t>& cuts, const Dialect& dialect = {});

/// "framing final | unsolicited": the kinds in order, `|` where the exchange ends.
[[nodiscard]] std::string kinds_of(const Read& read);
/// "size-padded(HC-10) stray-bytes(GEN-03)", sorted.
[[nodiscard]] std::string deviations_of(const Read& read);
/// Final result, data, deviations: what must not depend on the circumstances.
[[nodiscard]] std::string gist_of(const Read& read);
/// Everything, items and outcome too: what must not depend on how the bytes are cut.
[[nodiscard]] std::string whole_of(const Read& read);
/// Why the items do not cover what was received exactly; empty if they do.
[[nodiscard]] std::string gaps_in(const Exchange& exchange);

}  // namespace attest::at::testing

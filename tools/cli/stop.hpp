// Ctrl-C as a descriptor: once finishes the record in order, twice ends the process at once.
#pragma once

namespace attest::cli {

/// Readable after the first SIGINT or SIGTERM; the second one kills. For the whole process, once.
[[nodiscard]] int stop_on_signals();

}  // namespace attest::cli

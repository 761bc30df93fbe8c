// The line discipline and speed of an open port.
#pragma once

#include "harness/transport/link.hpp"

namespace attest::transport {

/// Raw bytes at these settings from now on, without modem control, without hanging up at the end. Reads back
/// what the driver made of it: a rate or frame that it did not take is an error (a pseudo-terminal takes
/// any).
[[nodiscard]] Status apply_line(int fd, const LineSettings& line, const std::string& device);

/// A pseudo-terminal's near end: it has no frame, no lines, no counters, and outlives those who open it.
[[nodiscard]] bool is_pseudo_terminal(int fd);

/// Any rate, by number (BOTHER). False: the kernel refused.
[[nodiscard]] bool set_custom_baud(int fd, unsigned baud);
/// The rate that the driver says it runs at; 0 if it does not say.
[[nodiscard]] unsigned line_rate(int fd);

}  // namespace attest::transport

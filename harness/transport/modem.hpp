// What a driver may offer besides bytes: modem lines, counters, low latency. Not offered is an answer, not an
// error.
#pragma once

#include <optional>
#include <string>

#include "harness/transport/link.hpp"

namespace attest::transport {

/// False: the driver has no modem lines.
bool set_modem_lines(int fd, std::optional<bool> dtr, std::optional<bool> rts);

/// "DTR on, RTS off", or "no modem lines".
[[nodiscard]] std::string modem_lines_text(int fd);

/// Since the driver began to count.
[[nodiscard]] std::optional<LineCounters> driver_counters(int fd);
/// What came between; the driver's counters are 32 bits wide and wrap.
[[nodiscard]] LineCounters difference(const LineCounters& from, const LineCounters& to);

/// Asks the driver to hand over bytes at once rather than in batches. True: it says that it does.
bool ask_low_latency(int fd);

/// How long the adapter collects bytes before it hands them over, as the kernel shows it; 0 if it shows
/// nothing.
[[nodiscard]] Nanos latency_timer(const std::string& device);

/// "driver ftdi_sio, latency timer 1 ms" from what the kernel shows of the device; empty if it shows nothing.
[[nodiscard]] std::string driver_text(const std::string& device);

}  // namespace attest::transport

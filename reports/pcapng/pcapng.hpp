// A run as packets, for Wireshark and tshark: the UART's bytes both ways, HTTP and DNS, and what the bench
// noted, all with the record's times.
//
//   uart NAME   each piece of bytes as it was read or written (inbound: from the device). Link type 252
//               (Wireshark's exported PDUs) with the name of the dissector of plain lines, so that the text is
//               seen without any set-up; from Wireshark 4.2 on in the list of packets, too.
//   notes       cases, steps, checks and deviations, a packet each, of the same link type.
//   network     HTTP and DNS, rebuilt from the journals (link type 101, IP). Request heads and response heads
//               are the bytes that went over the wire, those of TLS decrypted; handshakes, acknowledgements
//               and ends are made up around them. A body is not in the record: its packets are cut and say
//               how long they were. Names are asked for and answered as the journal tells. The server's own
//               address is not in the record: it is 192.0.2.1 (RFC 5737), ports 80 and 53.
//
// Times are those of CLOCK_MONOTONIC, moved so that run.begin falls on its `wall`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "harness/base/result.hpp"

namespace attest::reports {

struct PcapngSummary {
  std::uint64_t packets = 0;
  std::uint64_t uart_bytes = 0;
  std::uint64_t requests = 0, responses = 0;
};

/// Whole or not at all, in memory that does not grow with the record. `tls_key_log` (tls-keys.log of `attest
/// run --key-log`) is put in as it is, for a capture of the real network that is merged with this one.
/// Errors: those of record::read(), a key log that cannot be read, and a file that cannot be written.
[[nodiscard]] Result<PcapngSummary> write_pcapng(const std::filesystem::path& record,
                                                 const std::optional<std::filesystem::path>& tls_key_log,
                                                 const std::filesystem::path& out);

}  // namespace attest::reports

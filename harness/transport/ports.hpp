// What serial ports there are, for the cure of an error that names one that is not.
#pragma once

#include <string>
#include <vector>

#include "harness/transport/link.hpp"

namespace attest::transport {

/// /dev/serial/by-id/* (names that stay), then /dev/ttyUSB* and /dev/ttyACM* that no such name leads to.
[[nodiscard]] std::vector<std::string> serial_ports(const std::string& dev = "/dev");

/// "serial ports here: …", or where to look if there is none.
[[nodiscard]] std::string serial_ports_text(const std::string& dev = "/dev");

/// The device file of an address: its path, or that of the adapter that it names, as the kernel shows it now.
/// An error (bench) where there is none, or where two adapters say that they are it.
[[nodiscard]] Result<std::string> device_of(const LinkAddress& address, const std::string& sys = "/sys",
                                            const std::string& dev = "/dev");

/// Whether what the address names is the same port when it is opened again: a name of udev's (a symbolic
/// link), an adapter, a port that is built in, an endpoint on the network. /dev/ttyUSB0 and a pseudo-terminal
/// are whatever came first: another device may have that name by then.
[[nodiscard]] bool names_one_port(const LinkAddress& address);

}  // namespace attest::transport

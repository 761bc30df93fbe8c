// What the kernel shows of the adapter behind a serial port, and the udev rules that are made of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace attest::lab::doctor {

struct Adapter {
  std::filesystem::path folder;   ///< of the USB device below /sys
  std::string vendor, product;    ///< "0403", "6001"
  std::string serial, interface;  ///< "A50285BI"; "01", where the device has several. Else empty
  std::string name;               ///< "FTDI FT232R USB UART": what it calls itself; may be empty
  /// "0403:6001 FTDI FT232R USB UART, serial A50285BI".
  [[nodiscard]] std::string text() const;
  /// What a rule finds it by: `ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ATTRS{serial}=="…"`.
  [[nodiscard]] std::string match() const;
};

/// `tty`: "ttyUSB0". Nothing for a port that no USB device is behind.
[[nodiscard]] std::optional<Adapter> adapter_of(const std::filesystem::path& sys, const std::string& tty);

/// Gives the port to the group dialout, and a name of its own: /dev/attest-NAME.
[[nodiscard]] std::string port_rule(const Adapter& adapter, const std::string& name);
/// ModemManager sends no AT commands to it.
[[nodiscard]] std::string no_modem_rule(const Adapter& adapter);
/// Bytes are handed over after 1 ms at the latest.
[[nodiscard]] std::string latency_rule(const std::string& driver);

/// The command that adds a rule to ours and makes udev follow it at once.
[[nodiscard]] std::string install(const std::string& rule);

}  // namespace attest::lab::doctor

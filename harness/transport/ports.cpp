#include "harness/transport/ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"
#include "harness/base/text.hpp"

namespace attest::transport {
namespace {

std::vector<std::filesystem::path> entries(const std::filesystem::path& folder) {
  std::error_code none;
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<std::string> serial_ports(const std::string& dev) {
  std::vector<std::string> out;
  std::set<std::filesystem::path> named;
  std::error_code none;
  for (const auto& link : entries(dev + "/serial/by-id")) {
    named.insert(std::filesystem::canonical(link, none));
    out.push_back(link.string());
  }
  for (const auto& node : entries(dev)) {
    const auto name = node.filename().string();
    if ((glob("ttyUSB*", name) || glob("ttyACM*", name)) &&
        !named.contains(std::filesystem::canonical(node, none)))
      out.push_back(node.string());
  }
  return out;
}

namespace {

/// A USB tty as sysfs has it: the folder above its tty is the interface ("1-1.4:1.0"), and above that the
/// adapter.
struct UsbPort {
  std::string node;    ///< "ttyUSB0"
  std::string place;   ///< "1-1.4"
  std::string serial;  ///< may be empty
  unsigned interface = 0;
};

std::string line_of(const std::filesystem::path& file) {
  return std::string(trimmed(read_file(file).value_or("")));
}

std::vector<UsbPort> usb_ports(const std::string& sys) {
  std::vector<UsbPort> out;
  std::error_code none;
  for (const auto& tty : entries(sys + "/class/tty")) {
    auto folder = std::filesystem::canonical(tty / "device", none);
    while (folder.has_relative_path() && !std::filesystem::exists(folder / "bInterfaceNumber", none))
      folder = folder.parent_path();
    if (!folder.has_relative_path()) continue;
    const auto adapter = folder.parent_path();
    const auto number = line_of(folder / "bInterfaceNumber");
    out.push_back({tty.filename().string(), adapter.filename().string(), line_of(adapter / "serial"),
                   static_cast<unsigned>(std::strtoul(number.c_str(), nullptr, 16))});
  }
  return out;
}

}  // namespace

Result<std::string> device_of(const LinkAddress& address, const std::string& sys, const std::string& dev) {
  if (address.usb_serial.empty() && address.usb_port.empty()) return address.path;
  const auto all = usb_ports(sys);
  std::vector<std::string> fit, known;
  for (const auto& port : all) {
    known.push_back(fmt::format("{} (serial {}, place {}, interface {})", port.node,
                                port.serial.empty() ? "none" : port.serial, port.place, port.interface));
    const bool is =
        address.usb_serial.empty() ? port.place == address.usb_port : port.serial == address.usb_serial;
    if (is && (!address.usb_interface || *address.usb_interface == port.interface)) fit.push_back(port.node);
  }
  if (fit.size() == 1) return dev + "/" + fit.front();
  const auto here = known.empty()
                        ? std::string("no USB serial port is here: is the adapter plugged in (lsusb, dmesg)?")
                        : "here are " + joined(known, ", ");
  if (fit.empty()) return fail(Fault::bench, fmt::format("{}: no such adapter is here", address.text), here);
  return fail(Fault::bench, fmt::format("{}: {} are all of that name", address.text, joined(fit, ", ")),
              "name the interface, or its place on the bus; " + here);
}

bool names_one_port(const LinkAddress& address) {
  if (address.kind != LinkAddress::Kind::serial || address.path.empty()) return true;
  std::error_code none;
  if (std::filesystem::is_symlink(address.path, none)) return true;
  const auto name = std::filesystem::path(address.path).filename().string();
  return glob("ttyS*", name) || glob("ttyAMA*", name);
}

std::string serial_ports_text(const std::string& dev) {
  const auto ports = serial_ports(dev);
  if (!ports.empty()) return fmt::format("serial ports here: {}", joined(ports, ", "));
  return fmt::format(
      "there is no {0}/serial/by-id, {0}/ttyUSB* or {0}/ttyACM* here: is the adapter plugged in (lsusb, "
      "dmesg)?",
      dev);
}

}  // namespace attest::transport

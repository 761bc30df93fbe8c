#include "harness/transport/ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

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

std::string serial_ports_text(const std::string& dev) {
  const auto ports = serial_ports(dev);
  if (!ports.empty()) return fmt::format("serial ports here: {}", joined(ports, ", "));
  return fmt::format(
      "there is no {0}/serial/by-id, {0}/ttyUSB* or {0}/ttyACM* here: is the adapter plugged in (lsusb, "
      "dmesg)?",
      dev);
}

}  // namespace attest::transport

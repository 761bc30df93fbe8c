#include "harness/lab/doctor_usb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "harness/base/bytes.hpp"
#include "harness/lab/doctor_checks.hpp"

namespace attest::lab::doctor {
namespace {
namespace fs = std::filesystem;

/// A serial number may hold what a rule or a shell would read as its own: such a character is any one.
std::string as_pattern(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '-' && c != '_' && c != ':'; },
      '?');
  return text;
}

std::string as_name(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_'; },
      '-');
  return text;
}

}  // namespace

std::string Adapter::text() const {
  return fmt::format("{}:{}{}{}{}{}", vendor, product, name.empty() ? "" : " ", visible(name, 60),
                     serial.empty() ? "" : ", serial ", visible(serial, 60));
}

std::string Adapter::match() const {
  // All ATTRS of a rule are of one device, so the interface's number, which is its child's, comes from udev.
  auto out = fmt::format(R"(ATTRS{{idVendor}}=="{}", ATTRS{{idProduct}}=="{}")", vendor, product);
  if (!serial.empty()) out += fmt::format(R"(, ATTRS{{serial}}=="{}")", as_pattern(serial));
  return out;
}

std::optional<Adapter> adapter_of(const fs::path& sys, const std::string& tty) {
  std::error_code none;
  auto folder = fs::canonical(sys / "class/tty" / tty / "device", none);
  Adapter out;
  for (; folder.has_relative_path() && folder != sys; folder = folder.parent_path()) {
    if (out.interface.empty()) out.interface = word_in(folder / "bInterfaceNumber");
    if (fs::exists(folder / "idVendor", none)) break;
  }
  out.vendor = word_in(folder / "idVendor");
  if (out.vendor.empty()) return std::nullopt;
  out.folder = folder;
  out.product = word_in(folder / "idProduct");
  out.serial = word_in(folder / "serial");
  out.name = trimmed(fmt::format("{} {}", word_in(folder / "manufacturer"), word_in(folder / "product")));
  if (std::strtoul(word_in(folder / "bNumInterfaces").c_str(), nullptr, 10) < 2) out.interface.clear();
  return out;
}

std::string port_rule(const Adapter& adapter, const std::string& name) {
  auto out = fmt::format(R"(SUBSYSTEM=="tty", {})", adapter.match());
  if (!adapter.interface.empty())
    out += fmt::format(R"(, ENV{{ID_USB_INTERFACE_NUM}}=="{}")", adapter.interface);
  return out + fmt::format(R"(, MODE="0660", GROUP="dialout", SYMLINK+="attest-{}")", as_name(name));
}

std::string no_modem_rule(const Adapter& adapter) {
  return adapter.match() + R"(, ENV{ID_MM_DEVICE_IGNORE}="1")";
}

std::string latency_rule(const std::string& driver) {
  return fmt::format(R"(SUBSYSTEM=="usb-serial", DRIVER=="{}", ATTR{{latency_timer}}="1")", driver);
}

std::string install(const std::string& rule) {
  return fmt::format(
      "echo '{}' | sudo tee -a /etc/udev/rules.d/70-attest.rules && sudo udevadm control --reload && sudo "
      "udevadm "
      "trigger --action=add",
      rule);
}

}  // namespace attest::lab::doctor

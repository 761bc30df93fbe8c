#include "harness/ble/bluez/errors.hpp"

#include <fmt/format.h>

#include <array>

#include "harness/base/bytes.hpp"

namespace attest::ble::bluez {
namespace {

struct Known {
  std::string_view name, meaning, cure;
};

constexpr std::array<Known, 12> known{{
    {"org.bluez.Error.Blocked", "the adapter is blocked by rfkill", "rfkill unblock bluetooth"},
    {"org.bluez.Error.NotReady", "the adapter is off", "bluetoothctl power on"},
    {"org.bluez.Error.InProgress", "the adapter is busy with the same for somebody else",
     "end the other scan or connection (bluetoothctl scan off), and try again"},
    {"org.bluez.Error.Busy", "the adapter is busy",
     "end what else uses it, or name another one as ble.adapter"},
    {"org.bluez.Error.NotPermitted", "BlueZ does not permit it", "see `journalctl -u bluetooth`"},
    {"org.bluez.Error.NotAuthorized", "the device asks for pairing", "unpair it: bluetoothctl remove"},
    {"org.freedesktop.DBus.Error.AccessDenied", "D-Bus does not permit it",
     "join the group `bluetooth`, or run as root"},
    {"org.freedesktop.DBus.Error.ServiceUnknown", "BlueZ is not running", "systemctl start bluetooth"},
    {"org.freedesktop.DBus.Error.NameHasNoOwner", "BlueZ is not running", "systemctl start bluetooth"},
    {"org.freedesktop.DBus.Error.UnknownObject", "it is no longer there", "scan again"},
    {timed_out, "no answer by the deadline", "is the device in reach? else systemctl restart bluetooth"},
    {interrupted, "it was cut short", "see `journalctl -u bluetooth`, and try again"},
}};

/// Older BlueZ has one error for many things, and says which in words.
std::string_view meant(const CallError& e) {
  const auto says = [&](std::string_view word) { return lower(e.message).find(word) != std::string::npos; };
  if (says("rfkill") || says("blocked through")) return "org.bluez.Error.Blocked";
  if (e.name == "org.freedesktop.DBus.Error.UnknownMethod" && says("doesn't exist")) {
    return "org.freedesktop.DBus.Error.UnknownObject";
  }
  return e.name;
}

}  // namespace

Error no_bus(const std::string& address, const std::string& why) {
  const auto which = address == "system" ? "the system's D-Bus" : fmt::format("the D-Bus at {}", address);
  return {Fault::bench, fmt::format("connect to {}: {}", which, why),
          address == "system" ? "systemctl start dbus, or set ble.bus" : "start it, or set ble.bus"};
}

Error no_bluez(const std::string& address, const CallError& e) {
  return explain(address == "system" ? "reach BlueZ on the system's D-Bus"
                                     : fmt::format("reach BlueZ on the D-Bus at {}", address),
                 e);
}

Error explain(const std::string& tried, const CallError& e, Fault otherwise) {
  const auto name = meant(e);
  for (const auto& k : known) {
    if (k.name != name) continue;
    const bool has_words = !e.message.empty() && e.message != k.meaning;
    return {
        Fault::bench,
        fmt::format("{}: {}{}", tried, k.meaning, has_words ? fmt::format(" ({})", visible(e.message)) : ""),
        std::string(k.cure)};
  }
  return {otherwise, fmt::format("{}: {} ({})", tried, visible(e.message), visible(e.name)),
          "see `journalctl -u bluetooth`, and try again"};
}

}  // namespace attest::ble::bluez

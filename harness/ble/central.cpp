#include "harness/ble/central.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "harness/base/bytes.hpp"

namespace attest::ble {
namespace {

constexpr std::string_view base_uuid = "-0000-1000-8000-00805f9b34fb";
// GAP, GATT, device information, battery: a phone's user would not write a password there.
constexpr std::array<std::string_view, 4> everyones_services{"1800", "1801", "180a", "180f"};

bool is_everyones(const Characteristic& c) {
  return std::any_of(everyones_services.begin(), everyones_services.end(),
                     [&](std::string_view s) { return c.service == full_uuid(s); });
}

std::string list(const std::vector<Characteristic>& all) {
  std::string text;
  for (const auto& c : all) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", visible(c.uuid), fmt::join(c.flags, " "));
    if (text.size() > 2000) return text + " …";
  }
  return text.empty() ? "none at all" : text;
}

}  // namespace

NameTest named(std::string name) {
  return [name = std::move(name)](std::string_view seen) { return seen == name; };
}

NameTest named_like(std::string name) {
  return [name = std::move(name)](std::string_view seen) {
    return seen.starts_with(name) &&
           (seen.size() == name.size() || std::isalnum(static_cast<unsigned char>(seen[name.size()])) == 0);
  };
}

bool Characteristic::has(std::string_view flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

std::string full_uuid(std::string_view uuid) {
  std::string text = lower(trimmed(uuid));
  if (text.starts_with("0x")) text.erase(0, 2);
  const bool is_hex = text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_hex && text.size() == 4) return fmt::format("0000{}{}", text, base_uuid);
  if (is_hex && text.size() == 8) return fmt::format("{}{}", text, base_uuid);
  return text;
}

Result<Characteristic> Connection::writable(const std::optional<std::string>& uuid) const {
  const auto all = characteristics();
  const auto fits = [&](const Characteristic& c) {
    return uuid ? c.uuid == full_uuid(*uuid) : c.writable() && !is_everyones(c);
  };
  const auto found = std::find_if(all.begin(), all.end(), fits);
  if (found != all.end() && found->writable()) return *found;
  if (found != all.end()) {
    return fail(Fault::device,
                fmt::format("write to the characteristic {}: it cannot be written, its flags are: {}",
                            visible(found->uuid), fmt::join(found->flags, " ")),
                "give another one as ble.characteristic, or leave it out");
  }
  return fail(
      Fault::device,
      fmt::format("look for {}: the device has {}",
                  uuid ? "the characteristic " + full_uuid(*uuid) : "a writable characteristic", list(all)),
      "give the right one as ble.characteristic");
}

}  // namespace attest::ble

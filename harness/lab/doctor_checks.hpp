// The doctor's table: one row a check. Who adds one writes a function and a row.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/doctor.hpp"
#include "harness/lab/lease.hpp"
#include "harness/spec/profile.hpp"
#include "harness/transport/link.hpp"

namespace attest::lab::doctor {

/// What a check found: a Finding without whom and what it is about.
struct Found {
  Health health = Health::ok;
  std::string text;
  std::vector<std::string> fixes = {};
};
[[nodiscard]] inline Found ok(std::string text) {
  return {Health::ok, std::move(text)};
}
[[nodiscard]] inline Found skip(std::string why) {
  return {Health::skip, std::move(why)};
}
[[nodiscard]] inline Found warn(std::string text, std::vector<std::string> fixes) {
  return {Health::warn, std::move(text), std::move(fixes)};
}
[[nodiscard]] inline Found wrong(std::string text, std::vector<std::string> fixes) {
  return {Health::fail, std::move(text), std::move(fixes)};
}
[[nodiscard]] inline Found wrong(const Error& error) {
  return wrong(error.what, {error.cure});
}

/// One device, and what the checks before have learnt of it.
struct Patient {
  const Bench& bench;
  const Surroundings& at;
  const std::vector<Bench>& all;  ///< of the bench file, this one too
  spec::Profile profile = {};
  std::optional<transport::LinkAddress> link = {};  ///< empty: virtual, or not understood
  /// Of a link over the network, from the check that opened it to the one that speaks.
  std::optional<Lease> lease = {};
  std::unique_ptr<transport::Link> opened = {};

  [[nodiscard]] bool serial() const { return link && link->kind == transport::LinkAddress::Kind::serial; }
  /// The device file, as it is reached below the folders of the machine.
  [[nodiscard]] std::filesystem::path port() const;
};

/// Nothing: the bench does not have what it is about.
using Look = std::optional<Found> (*)(Patient&);
struct Check {
  std::string_view name;
  Look look;
  /// Checks of the same device without which it says nothing.
  std::vector<std::string_view> needs = {};
  /// False: it is not told of even where what it needs is wrong.
  bool (*applies)(const Patient&) = nullptr;
};

/// A path of a bench file, below the folders of the machine.
[[nodiscard]] std::filesystem::path place_of(const std::string& path, const Surroundings& at);
/// A program of that name in the search path, or by its own path.
[[nodiscard]] bool has_program(const std::string& name, const Surroundings& at);
/// A process of that name; its pid, or 0.
[[nodiscard]] int process_named(std::string_view name, const Surroundings& at);
/// First line of a file of the kernel's, trimmed; empty if it is not there.
[[nodiscard]] std::string word_in(const std::filesystem::path& file);

// The host.
[[nodiscard]] std::optional<Found> programs(Patient&);
[[nodiscard]] std::optional<Found> terminals(Patient&);
[[nodiscard]] std::optional<Found> clock(Patient&);
[[nodiscard]] std::optional<Found> clock_synchronised(Patient&);
[[nodiscard]] std::optional<Found> disk(Patient&);
// The way to the device, and the device.
[[nodiscard]] std::optional<Found> profile(Patient&);
[[nodiscard]] std::optional<Found> link_understood(Patient&);
[[nodiscard]] std::optional<Found> port_there(Patient&);
[[nodiscard]] std::optional<Found> port_permission(Patient&);
[[nodiscard]] std::optional<Found> port_name(Patient&);
[[nodiscard]] std::optional<Found> port_lock(Patient&);
[[nodiscard]] std::optional<Found> modem_manager(Patient&);
[[nodiscard]] std::optional<Found> latency_timer(Patient&);
[[nodiscard]] std::optional<Found> endpoint(Patient&);
[[nodiscard]] std::optional<Found> contact(Patient&);
// What is around it.
[[nodiscard]] std::optional<Found> origin_address(Patient&);
[[nodiscard]] std::optional<Found> http_port(Patient&);
[[nodiscard]] std::optional<Found> https_port(Patient&);
[[nodiscard]] std::optional<Found> dns_address(Patient&);
[[nodiscard]] std::optional<Found> dns_port(Patient&);
[[nodiscard]] std::optional<Found> ble_adapter(Patient&);
[[nodiscard]] std::optional<Found> ble_daemon(Patient&);
[[nodiscard]] std::optional<Found> airkiss_address(Patient&);
[[nodiscard]] std::optional<Found> airkiss_key(Patient&);
[[nodiscard]] std::optional<Found> hostapd_socket(Patient&);
[[nodiscard]] std::optional<Found> network_password(Patient&);
[[nodiscard]] std::optional<Found> network_command(Patient&);
[[nodiscard]] std::optional<Found> ota_image(Patient&);
[[nodiscard]] std::optional<Found> ota_other_image(Patient&);
[[nodiscard]] std::optional<Found> power_commands(Patient&);
[[nodiscard]] std::optional<Found> power_hub(Patient&);
[[nodiscard]] std::optional<Found> reset_command(Patient&);
[[nodiscard]] std::optional<Found> flash_command(Patient&);
[[nodiscard]] std::optional<Found> floor_ports(Patient&);

}  // namespace attest::lab::doctor

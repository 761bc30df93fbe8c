#include "harness/ble/provision.hpp"

namespace attest::ble {
namespace {

using Ended = std::optional<Error>;

/// Sees the device under such a name; the scan ends with it.
Ended look(Central& central, const Plan& plan, const Clock& clock, Delivered& out, Peripheral& device) {
  out.step = Step::look;
  const auto fits = name_starts_with(plan.name);
  if (auto s = central.start_scan({}, fits); !s) return s.error();
  auto found = central.find(fits, Deadline::in(clock, plan.advert_limit));
  const auto stopped = central.stop_scan();
  if (!found) return found.error();
  if (!stopped) return stopped.error();
  device = std::move(*found);
  out.advertisement = device.first;
  out.name = device.name;
  out.address = device.address;
  out.exact_name = device.name == plan.name;
  return {};
}

/// Connects and writes; the connection ends with it.
Ended hand_over(Central& central, const Peripheral& device, const Plan& plan, const Clock& clock,
                Delivered& out) {
  out.step = Step::connect;
  auto connection = central.connect(device, Deadline::in(clock, plan.connect_limit));
  if (!connection) return connection.error();
  auto& c = **connection;
  out.step = Step::discover;
  if (auto s = c.resolve_services(Deadline::in(clock, plan.services_limit)); !s) return s.error();
  const auto to = c.writable(plan.characteristic);
  if (!to) return to.error();
  out.characteristic = to->uuid;
  out.flags = to->flags;
  out.step = Step::write;
  if (auto s = c.write(*to, plan.payload, plan.write, Deadline::in(clock, plan.write_limit)); !s)
    return s.error();
  out.written = clock.now();
  if (auto s = c.disconnect(Deadline::in(clock, plan.connect_limit)); !s) return s.error();
  out.step = Step::done;
  return {};
}

}  // namespace

Delivered deliver(Central& central, const Plan& plan, const Clock& clock) {
  Delivered out{.scan_start = clock.now()};
  Peripheral device;
  out.trouble = look(central, plan, clock, out, device);
  if (!out.trouble) out.trouble = hand_over(central, device, plan, clock, out);
  return out;
}

}  // namespace attest::ble

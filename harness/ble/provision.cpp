#include "harness/ble/provision.hpp"

namespace attest::ble {
namespace {

using Ended = std::optional<Error>;

/// An advertisement and its scan response may come some intervals apart.
constexpr Nanos kExactName = std::chrono::seconds(1);

/// Sees the device under such a name; the scan ends with it.
Ended look(Central& central, const Plan& plan, const Clock& clock, Delivered& out, Peripheral& device) {
  out.step = Step::look;
  const auto fits = named_like(plan.name);
  if (auto s = central.start_scan({}, fits); !s) return s.error();
  const auto limit = Deadline::in(clock, plan.advert_limit);
  auto found = central.find(fits, limit);
  // The very name goes before one that is only like it, which may be a neighbour's.
  if (found && found->name != plan.name)
    if (auto exact = central.find(named(plan.name), limit.sooner(Deadline::in(clock, kExactName))))
      found = exact;
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

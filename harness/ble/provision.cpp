#include "harness/ble/provision.hpp"

namespace attest::ble {
namespace {

/// Connects and writes; the connection ends with it.
Status hand_over(Central& central, const Peripheral& device, const Plan& plan, const Clock& clock,
                 Delivered& out) {
  auto connection = central.connect(device, Deadline::in(clock, plan.connect_limit));
  if (!connection) return tl::unexpected(connection.error());
  auto& c = **connection;
  if (auto s = c.resolve_services(Deadline::in(clock, plan.services_limit)); !s) return s;
  const auto to = c.writable(plan.characteristic);
  if (!to) return tl::unexpected(to.error());
  out.characteristic = to->uuid;
  const Deadline limit = Deadline::in(clock, plan.write_limit);
  if (auto s = c.write(*to, plan.payload, plan.write, limit); !s) return s;
  out.written = clock.now();
  return c.disconnect(Deadline::in(clock, plan.connect_limit));
}

}  // namespace

Result<Delivered> deliver(Central& central, const Plan& plan, const Clock& clock) {
  const auto fits = name_starts_with(plan.name);
  Delivered out{.scan_start = clock.now()};
  if (auto s = central.start_scan({}, fits); !s) return tl::unexpected(s.error());
  const auto device = central.find(fits, Deadline::in(clock, plan.advert_limit));
  const auto stopped = central.stop_scan();
  if (!device) return tl::unexpected(device.error());
  if (!stopped) return tl::unexpected(stopped.error());
  out.advertisement = device->first;
  out.name = device->name;
  out.address = device->address;
  out.exact_name = device->name == plan.name;
  if (auto s = hand_over(central, *device, plan, clock, out); !s) return tl::unexpected(s.error());
  return out;
}

}  // namespace attest::ble

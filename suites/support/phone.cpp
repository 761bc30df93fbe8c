#include "suites/support/phone.hpp"

#include <fmt/format.h>

#include "harness/ble/bluez/central.hpp"
#include "harness/spec/claims.hpp"
#include "suites/support/stage.hpp"

namespace attest::suites {
namespace {

/// The device's errors are the case's business; the others say that nothing can be known.
template <class T>
T known(Result<T> result) {
  if (!result) throw CannotTell(result.error().text());
  return std::move(*result);
}
void known(const Status& status) {
  if (!status) throw CannotTell(status.error().text());
}

void need_claim(const spec::Profile& profile, std::string_view way) {
  if (const auto why = spec::unclaimed_feature(profile, way); !why.empty()) throw NotApplicable(why);
}

}  // namespace

std::optional<Error> Phone::open() {
  if (setup_.no_ble) return setup_.no_ble;
  auto central = ble::open_bluez(
      {setup_.bench.ble_bus, setup_.bench.ble_adapter}, clock_,
      [this](const ble::Event& event) { recorder_.radio("ble", event.kind, event.at, event.fields); });
  if (!central) return central.error();
  if (auto on = (*central)->power_on(); !on) return on.error();
  central_ = std::move(*central);
  return {};
}

void Phone::need_ble() {
  if (setup_.bench.ble_bus == lab::kNone)
    throw NotApplicable("not applicable: this bench has no BLE (ble.bus)");
  need_claim(profile_, "ble");
  if (!central_ && !broken_) broken_ = open();
  if (broken_) throw CannotTell(broken_->text());
}

bool Phone::has_ble() try {
  need_ble();
  return true;
} catch (const CannotTell&) {
  return false;
} catch (const NotApplicable&) {
  return false;
}

bool Phone::has_airkiss() const try {
  need_airkiss();
  return true;
} catch (const CannotTell&) {
  return false;
} catch (const NotApplicable&) {
  return false;
}

ble::Central& Phone::central() {
  need_ble();
  return *central_;
}

void Phone::need_airkiss() const {
  if (setup_.bench.airkiss_to == lab::kNone)
    throw NotApplicable("not applicable: this bench has no AirKiss (airkiss.to)");
  need_claim(profile_, "airkiss");
  if (setup_.bench.airkiss_to.empty())
    throw CannotTell(
        "nobody has said where AirKiss packets go: give airkiss.to in the bench file, the broadcast address "
        "of "
        "the device's network and a port");
}

Phone::Watch::Watch(Phone& phone) : phone_(phone) {
  known(phone_.central().start_scan({}, ble::name_starts_with(phone_.profile_.provisioning().name)));
}

Phone::Watch::~Watch() {
  if (phone_.central_) (void)phone_.central_->stop_scan();
}

std::optional<Instant> Phone::Watch::seen(Nanos within) const {
  const auto found = phone_.central_->find(ble::named(phone_.profile_.provisioning().name),
                                           Deadline::in(phone_.clock_, within));
  if (found) return found->first;
  if (found.error().fault != Fault::device) throw CannotTell(found.error().text());
  return {};
}

std::optional<std::string> Phone::Watch::seen_longer_name() const {
  const auto found = phone_.central_->find(ble::name_starts_with(phone_.profile_.provisioning().name),
                                           Deadline::in(phone_.clock_, Nanos{}));
  return found ? std::optional(found->name) : std::nullopt;
}

bool Phone::Watch::gone() const {
  const auto window = phone_.profile_.deadlines().advert_gone;
  return known(phone_.central_->silent_for(ble::name_starts_with(phone_.profile_.provisioning().name), window,
                                           Deadline::in(phone_.clock_, 2 * window)));
}

Result<ble::Delivered> Phone::write(std::string payload) {
  auto& central = this->central();
  const auto& how = profile_.provisioning();
  const auto& limits = profile_.deadlines();
  ble::Plan plan;
  plan.name = how.name;
  if (!how.characteristic.empty()) plan.characteristic = how.characteristic;
  plan.payload = std::move(payload);
  plan.write = {.with_response = how.write != "command", .chunk = how.chunk};
  plan.advert_limit = limits.advert;
  plan.connect_limit = plan.services_limit = plan.write_limit = limits.phone;
  auto delivered = ble::deliver(central, plan, clock_);
  if (!delivered && delivered.error().fault != Fault::device) throw CannotTell(delivered.error().text());
  return delivered;
}

airkiss::Plan Phone::kiss_plan(const lab::Network& network, std::uint8_t random) const {
  airkiss::Plan plan;
  plan.ssid = network.ssid;
  plan.password = network.password;
  plan.random = random;
  plan.to = setup_.bench.airkiss_to;
  plan.listen = setup_.bench.airkiss_listen;
  plan.pace = profile_.provisioning().pace;
  plan.limit = profile_.deadlines().airkiss;
  return plan;
}

Result<airkiss::Outcome> Phone::kiss(const lab::Network& network, std::uint8_t random,
                                     const airkiss::Disturbance& disturbance, const std::stop_token& stop) {
  auto plan = kiss_plan(network, random);
  plan.disturbance = disturbance;
  auto key = airkiss::key_from(profile_.provisioning().airkiss_key);
  if (!key) return tl::unexpected(key.error());
  plan.key = *key;
  return airkiss::send(
      plan, clock_,
      [this](std::string_view event, Instant at, nlohmann::json fields) {
        recorder_.radio("airkiss", event, at, std::move(fields));
      },
      stop);
}

Nanos Phone::three_rounds(const lab::Network& network) const {
  return known(airkiss::time_of(kiss_plan(network, 1), 3));
}

void Phone::offer(const std::vector<lab::Network>& networks) {
  if (setup_.access_point) known(setup_.access_point->set(networks));
}

void Phone::make(const lab::Network& network, bool beside_home) {
  if (!setup_.access_point)
    throw CannotTell("this bench cannot make a network of that name: give network.set in the bench file");
  std::vector<lab::Network> networks{network};
  if (beside_home && setup_.home) networks.push_back(*setup_.home);
  offer(networks);
}

void Phone::make_home_only() {
  if (setup_.home) offer({*setup_.home});
}

}  // namespace attest::suites

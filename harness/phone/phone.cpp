#include "harness/phone/phone.hpp"

#include <atomic>
#include <mutex>
#include <stop_token>
#include <thread>

#include "harness/ble/bluez/central.hpp"
#include "harness/spec/claims.hpp"

namespace attest::phone {

std::string_view name_of(Way way) {
  return way == Way::ble ? "ble" : "airkiss";
}

std::string not_meant(Way way, const lab::Bench& bench, const spec::Profile& profile) {
  if (way == Way::ble && bench.ble_bus == lab::kNone)
    return "not applicable: this bench has no BLE (ble.bus)";
  if (way == Way::airkiss && bench.airkiss_to == lab::kNone)
    return "not applicable: this bench has no AirKiss (airkiss.to)";
  return spec::unclaimed_feature(profile, name_of(way));
}

namespace {

class Scan final : public Watch {
 public:
  Scan(ble::Central& central, const spec::Profile& profile, const Clock& clock)
      : central_(central), profile_(profile), clock_(clock) {}
  ~Scan() override { (void)central_.stop_scan(); }
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  Result<std::optional<Instant>> seen(Nanos within) const override {
    const auto found = central_.find(ble::named(profile_.provisioning().name), Deadline::in(clock_, within));
    if (found) return std::optional(found->first);
    if (found.error().fault != Fault::device) return tl::unexpected(found.error());
    return std::nullopt;
  }

  std::optional<std::string> seen_longer_name() const override {
    const auto found =
        central_.find(ble::named_like(profile_.provisioning().name), Deadline::in(clock_, Nanos{}));
    return found ? std::optional(found->name) : std::nullopt;
  }

  Result<bool> gone() const override {
    const auto window = profile_.deadlines().advert_gone;
    return central_.silent_for(ble::named_like(profile_.provisioning().name), window,
                               Deadline::in(clock_, 2 * window));
  }

 private:
  ble::Central& central_;
  const spec::Profile& profile_;
  const Clock& clock_;
};

/// `send` in a thread of its own.
class Sending final : public Kissing {
 public:
  using Send = std::function<Result<airkiss::Outcome>(const std::stop_token&)>;
  explicit Sending(Send send)
      : send_(std::move(send)), thread_([this](const std::stop_token& stop) {
          sent_ = send_(stop);
          over_ = true;
        }) {}

  bool over() const override { return over_; }
  Result<airkiss::Outcome> finish() override {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    return std::move(sent_);
  }

 private:
  const Send send_;
  Result<airkiss::Outcome> sent_;
  std::atomic<bool> over_ = false;
  std::jthread thread_;  ///< the last: it ends before what it uses
};

class LabPhone final : public Phone {
 public:
  LabPhone(Setup setup, spec::Profile profile, Observer observer, const Clock& clock)
      : setup_(std::move(setup)),
        profile_(std::move(profile)),
        observer_(std::move(observer)),
        clock_(clock) {}

  std::string not_meant(Way way) const override { return phone::not_meant(way, setup_.bench, profile_); }
  Status ready(Way way) override;
  Result<std::unique_ptr<Watch>> watch() override;
  ble::Delivered write(std::string payload, std::optional<bool> with_response) override;
  std::unique_ptr<Kissing> kiss(const lab::Network& network, std::uint8_t random,
                                const airkiss::Disturbance& disturbance, Nanos listen_on) override;
  Result<Nanos> three_rounds(const lab::Network& network) const override;
  Status make(const lab::Network& network) override;
  Status make_home_only() override;
  void give_up() override;
  bool can_make() const override { return setup_.access_point != nullptr; }
  const std::optional<lab::Network>& home() const override { return setup_.home; }

 private:
  [[nodiscard]] Status open_ble();
  [[nodiscard]] Result<airkiss::Plan> kiss_plan(const lab::Network& network, std::uint8_t random) const;
  [[nodiscard]] Result<airkiss::Outcome> send(const Result<airkiss::Plan>& plan,
                                              const std::stop_token& stop) const;

  Setup setup_;
  const spec::Profile profile_;
  const Observer observer_;
  const Clock& clock_;
  std::mutex changing_;  ///< held while central_ is put in or taken out
  std::unique_ptr<ble::Central> central_;
  std::atomic<bool> given_up_ = false;
  std::optional<Error> broken_;  ///< BLE was tried, and is not there
};

Status LabPhone::ready(Way way) {
  if (way == Way::airkiss) {
    if (!setup_.bench.airkiss_to.empty()) return {};
    return fail(
        Fault::usage, "nobody has said where AirKiss packets go",
        "give airkiss.to in the bench file: the broadcast address of the device's network and a port");
  }
  if (given_up_.exchange(false)) {
    const std::lock_guard lock(changing_);
    central_.reset();
  }
  if (central_) return {};
  if (!broken_)
    if (auto opened = open_ble(); !opened) broken_ = opened.error();
  if (broken_) return tl::unexpected(*broken_);
  return {};
}

Status LabPhone::open_ble() {
  if (setup_.no_ble) return tl::unexpected(*setup_.no_ble);
  auto central = ble::open_bluez({setup_.bench.ble_bus, setup_.bench.ble_adapter}, clock_,
                                 [this](const ble::Event& event) {
                                   observer_(Way::ble, event.kind, event.at, event.text, event.fields);
                                 });
  if (!central) return tl::unexpected(central.error());
  if (auto on = (*central)->power_on(); !on) return on;
  const std::lock_guard lock(changing_);
  central_ = std::move(*central);
  return {};
}

void LabPhone::give_up() {
  const std::lock_guard lock(changing_);
  if (!central_) return;
  given_up_ = true;
  central_->give_up();
}

Result<std::unique_ptr<Watch>> LabPhone::watch() {
  if (auto ok = ready(Way::ble); !ok) return tl::unexpected(ok.error());
  if (auto ok = central_->start_scan({}, ble::named_like(profile_.provisioning().name)); !ok)
    return tl::unexpected(ok.error());
  return std::make_unique<Scan>(*central_, profile_, clock_);
}

ble::Delivered LabPhone::write(std::string payload, std::optional<bool> with_response) {
  if (auto ok = ready(Way::ble); !ok) return {.trouble = ok.error()};
  const auto& how = profile_.provisioning();
  const auto& limits = profile_.deadlines();
  ble::Plan plan;
  plan.name = how.name;
  if (!how.characteristic.empty()) plan.characteristic = how.characteristic;
  plan.payload = std::move(payload);
  if (!how.write.empty()) plan.write.with_response = how.write == "request";
  if (with_response) plan.write.with_response = with_response;
  plan.write.chunk = how.chunk;
  plan.advert_limit = limits.advert;
  plan.connect_limit = plan.services_limit = plan.write_limit = limits.phone;
  return ble::deliver(*central_, plan, clock_);
}

Result<airkiss::Plan> LabPhone::kiss_plan(const lab::Network& network, std::uint8_t random) const {
  airkiss::Plan plan;
  if (const auto& file = setup_.bench.airkiss_key_file; !file.empty()) {
    const auto text = read_secret(file);
    if (!text) return tl::unexpected(text.error());
    auto key = airkiss::key_from(text->reveal());
    if (!key) return tl::unexpected(key.error());
    plan.key = *key;
  }
  plan.ssid = network.ssid;
  plan.password = network.password;
  plan.random = random;
  plan.to = setup_.bench.airkiss_to;
  plan.listen = setup_.bench.airkiss_listen;
  plan.pace = profile_.provisioning().pace;
  plan.limit = profile_.deadlines().airkiss;
  return plan;
}

std::unique_ptr<Kissing> LabPhone::kiss(const lab::Network& network, std::uint8_t random,
                                        const airkiss::Disturbance& disturbance, Nanos listen_on) {
  auto plan = kiss_plan(network, random);
  if (plan) {
    plan->disturbance = disturbance;
    plan->listen_on = listen_on;
  }
  return std::make_unique<Sending>(
      [this, plan = std::move(plan)](const std::stop_token& stop) { return send(plan, stop); });
}

Result<airkiss::Outcome> LabPhone::send(const Result<airkiss::Plan>& plan,
                                        const std::stop_token& stop) const {
  if (!plan) return tl::unexpected(plan.error());
  return airkiss::send(
      *plan, clock_,
      [this](std::string_view event, Instant at, nlohmann::json fields) {
        observer_(Way::airkiss, event, at, "", std::move(fields));
      },
      stop);
}

Result<Nanos> LabPhone::three_rounds(const lab::Network& network) const {
  const auto plan = kiss_plan(network, 1);
  if (!plan) return tl::unexpected(plan.error());
  return airkiss::time_of(*plan, 3);
}

Status LabPhone::make(const lab::Network& network) {
  if (setup_.access_point) return setup_.access_point->set({network});
  return fail(Fault::usage, "this bench cannot make a network of that name",
              "give network.set in the bench file");
}

Status LabPhone::make_home_only() {
  return setup_.access_point && setup_.home ? setup_.access_point->set({*setup_.home}) : Status{};
}

}  // namespace

std::unique_ptr<Phone> lab_phone(Setup setup, spec::Profile profile, Observer observer, const Clock& clock) {
  return std::make_unique<LabPhone>(std::move(setup), std::move(profile), std::move(observer), clock);
}

}  // namespace attest::phone

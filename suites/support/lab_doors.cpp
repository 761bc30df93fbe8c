// The doors of a bench.
#include <fmt/format.h>

#include "harness/lab/ixit.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/lab/virtual_world.hpp"
#include "suites/support/doors.hpp"

namespace attest::suites {
namespace {

using namespace std::chrono_literals;

lab::Network virtual_home() {
  return {"attest-home", Secret("at-home-with-attest")};
}

class LabDoors final : public Doors {
 public:
  LabDoors(const StageSetup& setup, Recorder& recorder, const Clock& clock)
      : setup_(setup), recorder_(recorder), clock_(clock) {}

  Status open() {
    if (auto ok = open_servers(); !ok) return ok;
    if (auto ok = open_link(); !ok) return ok;
    return open_phone();
  }

  transport::Link& link() override { return *link_; }
  server::Origin& origin() override { return *origin_; }
  server::Origin& secure_origin(server::Leaf leaf, server::TlsTrouble trouble) override;
  server::Origin& secure_origin() override {
    return secure_origin_ ? *secure_origin_ : secure_origin(server::Leaf::good, server::TlsTrouble::none);
  }
  const server::Pki& pki() override;
  server::Relay& relay() override { return *relay_; }
  Result<HeldPort> refusing_port() override;
  server::Names* names() override { return names_.get(); }
  lab::Power* power() override { return power_; }
  phone::Phone& phone() override { return *phone_; }
  const lab::StationWatch* access_point() const override { return station_watch_.get(); }
  Status lead_by_way_of_80() override;
  Result<Floor> floor(const at::Dialect& dialect) override;

 private:
  [[nodiscard]] Status open_servers();
  [[nodiscard]] Status open_origin(std::uint16_t port, std::uint16_t advertise_port);
  [[nodiscard]] Status open_relay(std::uint16_t port, std::uint16_t advertise_port);
  [[nodiscard]] Status open_names();
  [[nodiscard]] Status open_link();
  [[nodiscard]] std::function<Status()> reset_of(const lab::Bench& bench);
  [[nodiscard]] Result<std::string> start_virtual_device();
  [[nodiscard]] Status open_phone();
  [[nodiscard]] Result<phone::Setup> phone_setup() const;
  [[nodiscard]] Status watch_access_point();
  [[nodiscard]] server::JournalListener journal_listener();

  const StageSetup& setup_;
  Recorder& recorder_;
  const Clock& clock_;
  std::unique_ptr<server::Origin> origin_, secure_origin_;
  std::unique_ptr<server::Relay> relay_;
  std::unique_ptr<server::Names> names_;
  std::shared_ptr<const server::Pki> pki_;
  std::uint16_t secure_port_ = 0;
  std::optional<server::RefusingPort> secure_port_held_;  ///< until the HTTPS origin needs it
  std::optional<lab::VirtualWorld> world_;
  std::optional<lab::VirtualDevice> virtual_device_;
  std::unique_ptr<lab::Power> own_power_;
  lab::Power* power_ = nullptr;
  std::unique_ptr<transport::Link> link_;
  std::unique_ptr<phone::Phone> phone_;
  std::unique_ptr<lab::StationWatch> station_watch_;
};

/// Where the bench fixes the port, the relay stands there, so that faults can strike what the device knows as
/// the origin. Else each has a port of its own.
Status LabDoors::open_servers() {
  const auto& bench = setup_.bench;
  if (auto ok = open_origin(0, bench.http_port); !ok) return ok;
  if (auto ok = open_relay(bench.http_port, 0); !ok) return ok;
  if (auto ok = open_names(); !ok) return ok;
  secure_port_ = bench.https_port;
  if (secure_port_ != 0) return {};
  auto held = server::RefusingPort::open(bench.listen);
  if (!held) return tl::unexpected(held.error());
  secure_port_held_.emplace(std::move(*held));
  secure_port_ = secure_port_held_->port();
  return {};
}

Status LabDoors::open_names() {
  const auto& bench = setup_.bench;
  if (!bench.is_virtual() && bench.dns_listen.empty()) return {};
  auto names = server::start_names({bench.is_virtual() ? bench.listen : bench.dns_listen,
                                    bench.is_virtual() ? std::uint16_t{0} : bench.dns_port},
                                   clock_, [this](const server::Query& query) { recorder_.asked(query); });
  if (!names) return tl::unexpected(names.error());
  names_ = std::move(*names);
  return {};
}

Status LabDoors::open_origin(std::uint16_t port, std::uint16_t advertise_port) {
  const server::OriginConfig config{setup_.bench.listen, setup_.bench.advertise, port, advertise_port, {}};
  auto origin = server::start_origin(config, clock_, journal_listener());
  if (!origin) return tl::unexpected(origin.error());
  origin_ = std::move(*origin);
  return {};
}

Status LabDoors::open_relay(std::uint16_t port, std::uint16_t advertise_port) {
  const auto& bench = setup_.bench;
  auto relay = server::start_relay(
      {bench.listen, bench.advertise, port, advertise_port, bench.listen, origin_->port(), false}, clock_,
      [this](std::string_view event, Instant at, const server::Relayed& seen) {
        recorder_.relayed(event, at, seen);
      });
  if (!relay) return tl::unexpected(relay.error());
  relay_ = std::move(*relay);
  return {};
}

Status LabDoors::lead_by_way_of_80() {
  const auto origin = origin_->port(), relay = relay_->port();
  relay_.reset();
  origin_.reset();
  if (auto ok = open_origin(origin, 80); !ok) return ok;
  return open_relay(relay, 80);
}

server::JournalListener LabDoors::journal_listener() {
  return [this](std::string_view event, Instant at, const server::Served& served) {
    recorder_.served(event, at, served);
  };
}

const server::Pki& LabDoors::pki() {
  if (!pki_) {
    const auto& bench = setup_.bench;
    pki_ = server::make_pki({bench.advertise.empty() ? bench.listen : bench.advertise, "attest.test",
                             "httpbin.org", "www.baidu.com"},
                            setup_.keys);
  }
  return *pki_;
}

server::Origin& LabDoors::secure_origin(server::Leaf leaf, server::TlsTrouble trouble) {
  (void)pki();
  const server::TlsSetup tls{pki_, leaf, trouble, setup_.key_log};
  if (secure_origin_) {
    secure_origin_->use(tls);
    return *secure_origin_;
  }
  secure_port_held_.reset();
  // Where the device takes no port from a URL, its router leads 443 here.
  const bool portless = origin_->authority() == origin_->advertised_host();
  const server::OriginConfig config{setup_.bench.listen, setup_.bench.advertise, secure_port_,
                                    portless ? std::uint16_t{443} : std::uint16_t{0}, tls};
  secure_origin_ = must(server::start_origin(config, clock_, journal_listener()));
  return *secure_origin_;
}

Result<HeldPort> LabDoors::refusing_port() {
  auto held = server::RefusingPort::open(origin_->advertised_host());
  if (!held) return tl::unexpected(held.error());
  const auto port = held->port();
  return HeldPort{std::move(*held), port};
}

/// The servers stand by now: the virtual device is told of them as its network.
Status LabDoors::open_link() {
  auto where = setup_.bench.link;
  if (setup_.bench.is_virtual()) {
    auto started = start_virtual_device();
    if (!started) return tl::unexpected(started.error());
    where = std::move(*started);
  }
  const auto address = transport::parse_link(where);
  if (!address) return tl::unexpected(address.error());
  const auto connect = lab::habitat_of(setup_.profile).connect_deadline;
  const auto returns = setup_.link_returns_within;
  auto link = returns > Nanos(0) ? transport::await_link(*address, clock_, Deadline::in(clock_, returns))
                                 : transport::open_link(*address, clock_, Deadline::in(clock_, connect));
  if (!link) return tl::unexpected(link.error());
  link_ = std::move(*link);
  if (!setup_.bench.is_virtual()) {
    own_power_ = lab::power_by({setup_.bench.power_off, setup_.bench.power_on, reset_of(setup_.bench)});
    power_ = own_power_.get();
  }
  return {};
}

std::function<Status()> LabDoors::reset_of(const lab::Bench& bench) {
  if (!bench.reset_command.empty())
    return [&bench] { return lab::carry_out("reset the device", bench.reset_command, "reset"); };
  if (!bench.reset_line.empty())
    return [this, &bench] { return lab::pull_reset(*link_, bench.reset_line, bench.reset_hold, clock_); };
  return {};
}

Result<std::string> LabDoors::start_virtual_device() {
  world_ = lab::VirtualWorld::start();
  auto options = setup_.virtual_device;
  options.resolver = fmt::format("{}:{}", names_->address(), names_->port());
  options.forwards = {{80, relay_->port()}, {443, secure_port_}};
  options.ble_bus = world_->bus();
  options.air = world_->air();
  options.access_points = world_->access_points();
  options.ssid = virtual_home().ssid;
  options.password = virtual_home().password;
  const auto around = lab::access_points_in_file(options.access_points)->set({virtual_home()});
  if (!around) return tl::unexpected(around.error());
  auto device = lab::VirtualDevice::start(options);
  if (!device) return tl::unexpected(device.error());
  virtual_device_.emplace(std::move(*device));
  power_ = &virtual_device_->power();
  // What the far end of a pseudo-terminal runs at is not asked of it: the option tells.
  const auto more = setup_.bench.link_options();
  return fmt::format("{}?baud={}{}{}", virtual_device_->link(), options.baud == 0 ? 115200U : options.baud,
                     more.empty() ? "" : "&", more);
}

Result<phone::Setup> LabDoors::phone_setup() const {
  phone::Setup phone{setup_.bench, nullptr, {}, {}};
  auto& bench = phone.bench;
  if (world_) {
    phone.home = virtual_home();
    phone.access_point = lab::access_points_in_file(world_->access_points());
    phone.no_ble = world_->bus_fault();
    if (!virtual_device_->has_radio())
      phone.no_ble = Error{Fault::bench, "this virtual device has no radio", "build again: tools/dev/build"};
    if (bench.ble_bus != lab::kNone) bench.ble_bus = world_->bus();
    if (bench.airkiss_to != lab::kNone) bench.airkiss_to = world_->airkiss_to();
    bench.airkiss_listen = world_->air();
  } else {
    auto home = lab::home_of(bench);
    if (!home) return tl::unexpected(home.error());
    phone.home = std::move(*home);
    if (!bench.network_set.empty()) phone.access_point = lab::access_points_by_command(bench.network_set);
    if (bench.airkiss_listen.empty()) bench.airkiss_listen = bench.listen;
  }
  return phone;
}

Status LabDoors::open_phone() {
  auto phone = phone_setup();
  if (!phone) return tl::unexpected(phone.error());
  phone_ = phone::lab_phone(
      std::move(*phone), setup_.profile,
      [this](phone::Way way, std::string_view event, Instant at, std::string_view, nlohmann::json fields) {
        recorder_.radio(phone::name_of(way), event, at, std::move(fields));
      },
      clock_);
  return watch_access_point();
}

Status LabDoors::watch_access_point() {
  if (setup_.bench.network_hostapd.empty()) return {};
  auto watch = lab::StationWatch::attach(setup_.bench.network_hostapd, clock_, [this](const auto& event) {
    recorder_.radio("ap", event.event, event.at, {{"station", event.station}});
  });
  if (!watch) return tl::unexpected(watch.error());
  station_watch_ = std::move(*watch);
  return {};
}

Result<Floor> LabDoors::floor(const at::Dialect& dialect) {
  const auto ours = own_side(dialect, clock_);
  if (!ours) return tl::unexpected(ours.error());
  const auto adapter = adapter_side(setup_.bench.floor_loopback, setup_.bench.floor_far, clock_);
  if (!adapter) return tl::unexpected(adapter.error());
  return floor_of(*ours, *adapter, link_->hold_back());
}

}  // namespace

Result<std::unique_ptr<Doors>> lab_doors(const StageSetup& setup, Recorder& recorder, const Clock& clock) {
  auto doors = std::make_unique<LabDoors>(setup, recorder, clock);
  if (auto ok = doors->open(); !ok) return tl::unexpected(ok.error());
  return doors;
}

}  // namespace attest::suites

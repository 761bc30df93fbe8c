#include "suites/support/stage.hpp"

#include <fmt/format.h>

#include "harness/at/translation.hpp"
#include "harness/base/bytes.hpp"
#include "harness/lab/ixit.hpp"
#include "harness/measure/budget.hpp"
#include "harness/spec/claims.hpp"
#include "suites/support/floor.hpp"
#include "suites/support/home.hpp"
#include "suites/support/http.hpp"

namespace attest::suites {
namespace {

/// What the data after a command's prompt count as.
std::string data_of(const std::string& command) {
  return "the data of " + command;
}

lab::Network virtual_home() {
  return {"attest-home", Secret("at-home-with-attest")};
}

/// The feature that a command line makes use of beside its command; empty for most.
std::string_view feature_in(std::string_view line, std::string_view name) {
  if (name == "E0" || name == "E1") return "echo";
  if (name != "HTTPCLIENT" || line.find('=') == std::string_view::npos) return {};
  const auto parameters = line.substr(line.find('=') + 1);
  const auto opt = parameters.substr(0, parameters.find(','));
  if (opt == "1") return "head";
  if (opt == "4") return "put";
  return opt == "5" ? "delete" : "";
}

}  // namespace

using namespace std::chrono_literals;

Stage* Stage::current = nullptr;

Result<std::unique_ptr<Stage>> Stage::open(StageSetup setup, record::Sink& sink, const Clock& clock) {
  std::unique_ptr<Stage> stage(new Stage(std::move(setup), sink, clock));
  if (auto ok = stage->open_servers(); !ok) return tl::unexpected(ok.error());
  if (auto ok = stage->open_link(); !ok) return tl::unexpected(ok.error());
  if (auto ok = stage->open_phone(); !ok) return tl::unexpected(ok.error());
  if (auto ok = stage->open_device(); !ok) return tl::unexpected(ok.error());
  if (auto ok = stage->measure_floor(); !ok) return tl::unexpected(ok.error());
  return stage;
}

Status Stage::measure_floor() {
  const auto ours = own_side(lab::dialect_of(setup_.profile), clock_);
  if (!ours) return tl::unexpected(ours.error());
  const auto adapter = adapter_side(setup_.bench.floor_loopback, setup_.bench.floor_far, clock_);
  if (!adapter) return tl::unexpected(adapter.error());
  auto floor = floor_of(*ours, *adapter, link_->hold_back());
  uncertainty_ms_ = floor.u_ms;
  recorder_.put("floor", std::move(floor.fields));
  return {};
}

/// Where the bench fixes the port, the relay stands there, so that faults can strike what the device knows as
/// the origin. Else each has a port of its own.
Status Stage::open_servers() {
  const auto& bench = setup_.bench;
  if (auto ok = open_origin(0, bench.http_port); !ok) return ok;
  if (auto ok = open_relay(bench.http_port, 0); !ok) return ok;
  if (bench.is_virtual() || !bench.dns_listen.empty()) {
    auto names = server::start_names({bench.is_virtual() ? bench.listen : bench.dns_listen,
                                      bench.is_virtual() ? std::uint16_t{0} : bench.dns_port},
                                     clock_, [this](const server::Query& query) { recorder_.asked(query); });
    if (!names) return tl::unexpected(names.error());
    names_ = std::move(*names);
  }
  secure_port_ = bench.https_port;
  if (secure_port_ != 0) return {};
  auto held = server::RefusingPort::open(bench.listen);
  if (!held) return tl::unexpected(held.error());
  secure_port_held_.emplace(std::move(*held));
  secure_port_ = secure_port_held_->port();
  return {};
}

Status Stage::open_origin(std::uint16_t port, std::uint16_t advertise_port) {
  const server::OriginConfig config{setup_.bench.listen, setup_.bench.advertise, port, advertise_port, {}};
  auto origin = server::start_origin(config, clock_, journal_listener());
  if (!origin) return tl::unexpected(origin.error());
  origin_ = std::move(*origin);
  return {};
}

Status Stage::open_relay(std::uint16_t port, std::uint16_t advertise_port) {
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

server::JournalListener Stage::journal_listener() {
  return [this](std::string_view event, Instant at, const server::Served& served) {
    recorder_.served(event, at, served);
  };
}

const server::Pki& Stage::pki() {
  if (!pki_) {
    const auto& bench = setup_.bench;
    pki_ = server::make_pki({bench.advertise.empty() ? bench.listen : bench.advertise, "attest.test",
                             "httpbin.org", "www.baidu.com"},
                            setup_.keys);
  }
  return *pki_;
}

server::Origin& Stage::secure_origin(server::Leaf leaf, server::TlsTrouble trouble) {
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

server::Origin& Stage::secure_origin() {
  return secure_origin_ ? *secure_origin_ : secure_origin(server::Leaf::good, server::TlsTrouble::none);
}

bool Stage::has_standard_ports() const {
  return virtual_device_.has_value() || (setup_.bench.http_port == 80 && setup_.bench.https_port == 443);
}

/// The servers stand by now: the virtual device is told of them as its network.
Status Stage::open_link() {
  auto where = setup_.bench.link;
  if (setup_.bench.is_virtual()) {
    auto started = start_virtual_device();
    if (!started) return tl::unexpected(started.error());
    where = std::move(*started);
  } else if (!setup_.bench.power_off.empty() && !setup_.bench.power_on.empty()) {
    own_power_ = lab::power_by_commands(setup_.bench.power_off, setup_.bench.power_on);
    power_ = own_power_.get();
  }
  const auto address = transport::parse_link(where);
  if (!address) return tl::unexpected(address.error());
  auto link = transport::open_link(*address, clock_,
                                   Deadline::in(clock_, lab::habitat_of(setup_.profile).connect_deadline));
  if (!link) return tl::unexpected(link.error());
  link_ = std::move(*link);
  return {};
}

Result<std::string> Stage::start_virtual_device() {
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
  return fmt::format("{}?baud={}", virtual_device_->link(), options.baud == 0 ? 115200U : options.baud);
}

Status Stage::open_device() {
  dut_ =
      std::make_unique<lab::Dut>(*link_, lab::dialect_of(setup_.profile), lab::habitat_of(setup_.profile),
                                 clock_, &recorder_, [this](const lab::Rung& rung) { recorder_.rung(rung); });
  dut_->supplied_by(power_);
  if (auto awake = dut_->wake(); !awake) return awake;
  recorder_.contact_made();
  const auto version = dut_->command("AT+GMR");
  for (const auto line : version.infos()) firmware_ += (firmware_.empty() ? "" : "\n") + std::string(line);
  recorder_.put("device", {{"link", link_->name()},
                           {"virtual", virtual_device_.has_value()},
                           {"firmware", to_latin1_json(firmware_)}});
  count();
  probe_origin();
  return {};
}

std::string Stage::unclaimed(std::string_view line) const {
  const auto name = at::name_in(line);
  auto why = spec::unclaimed_command(setup_.profile, name);
  return why.empty() ? spec::unclaimed_feature(setup_.profile, feature_in(line, name)) : why;
}

void Stage::need(std::string_view line) const {
  if (const auto why = unclaimed(line); !why.empty()) throw NotApplicable(why);
}

void Stage::need_feature(std::string_view feature) const {
  if (const auto why = spec::unclaimed_feature(setup_.profile, feature); !why.empty())
    throw NotApplicable(why);
}

bool Stage::arrives(const server::Resource& resource, const std::string& line, const Overhear& overhear) {
  if (!unclaimed(line).empty()) return false;
  const auto exchange = dut_->command(line);
  if (overhear) overhear(exchange);
  return resource.wait_for(1, Deadline::in(clock_, 100ms));
}

/// Any request by any command shows that the device reaches the origin.
bool Stage::reaches_origin(const Overhear& overhear) {
  const auto page = origin_->add({.content_type = "text/plain", .body = "hello"});
  return arrives(*page, http_get(*page, *origin_).line(), overhear) ||
         arrives(*page, http_get_size(page->url()), overhear) ||
         arrives(*page, http_post(*page, *origin_, "hello").line(), overhear) || arrives_by_data(*page);
}

bool Stage::arrives_by_data(const server::Resource& page) {
  const auto line = http_cpost(page.url(), 5);
  if (!unclaimed(line).empty() || dut_->command(line).outcome != at::Outcome::prompted) return false;
  at::Expectation due;
  due.deadline = dut_->session().dialect().network_deadline;
  (void)dut_->data("hello", due);
  return page.wait_for(1, Deadline::in(clock_, 100ms));
}

/// Whether any command is claimed by which the device can be seen to reach the origin.
bool Stage::asks_servers() const {
  return unclaimed("AT+HTTPCLIENT").empty() || unclaimed("AT+HTTPGETSIZE").empty() ||
         unclaimed("AT+HTTPCPOST").empty();
}

Status Stage::open_phone() {
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
  phone_ = std::make_unique<phone::Phone>(
      std::move(phone), setup_.profile,
      [this](phone::Way way, std::string_view event, Instant at, std::string_view, nlohmann::json fields) {
        recorder_.radio(phone::name_of(way), event, at, std::move(fields));
      },
      clock_);
  return watch_access_point();
}

Status Stage::watch_access_point() {
  if (setup_.bench.network_hostapd.empty()) return {};
  auto watch = lab::StationWatch::attach(setup_.bench.network_hostapd, clock_, [this](const auto& event) {
    recorder_.radio("ap", event.event, event.at, {{"station", event.station}});
  });
  if (!watch) return tl::unexpected(watch.error());
  station_watch_ = std::move(*watch);
  return {};
}

bool Stage::gets_through(int tries, const Overhear& overhear) {
  const Chatter window(recorder_);
  while (true) {
    if (reaches_origin(overhear)) return true;
    if (--tries <= 0) return false;
    const auto strays =
        dut_->session().listen(100ms, 300ms);  // an address may be there before its routes are
    dut_->heard(strays);
    if (overhear) overhear(strays);
  }
}

bool Stage::brought_home() {
  WayHome way(*dut_, power_, *phone_, recorder_, setup_.profile, clock_);
  if (!phone_->has(phone::Way::ble) && !phone_->has(phone::Way::airkiss)) {
    const Chatter window(recorder_);  // nobody has given it another network: it joins its own at a start
    if (phone_->make_home_only() && dut_->restart() && gets_through()) return true;
  }
  for (int tries = 0; tries < 2; ++tries)
    if (way.provision() && gets_through()) return true;
  return way.flash_anew() && gets_through();
}

void Stage::come_home() {
  if (!std::exchange(moved_, false) || unreachable_) return;
  if (!brought_home())
    no_network({Fault::bench, "the device cannot be brought back to its network since a case gave it another",
                "provision it by hand, with attest provision"});
}

/// A device that ignores ports in URLs, or is on another network, would fail every case for a reason that is
/// the bench's.
void Stage::probe_origin() try {
  if (!asks_servers()) return;
  for (int tries = 0; tries < 3; ++tries) {
    if (reaches_origin()) return;
    // Firmware in the field goes to port 80 whatever the URL says.
    if (tries == 0 && virtual_device_ && open_by_way_of_80() && reaches_origin()) return;
    dut_->heard(dut_->session().listen(1s, 1s));  // it may still be joining its network
  }
  // One that has never been told of a network is told now.
  if (setup_.bench.is_virtual() || phone_->home()) {
    if (WayHome(*dut_, nullptr, *phone_, recorder_, setup_.profile, clock_).provision() && gets_through())
      return;
  }
  no_network(
      {Fault::bench,
       fmt::format(
           "the device does not reach the origin: asked for pages at {} again and again, and no request came",
           origin_->authority()),
       setup_.bench.http_port == 80
           ? "is the device on that network, and does the bench file's origin.advertise name an address that "
             "it can reach?"
           : "firmware in the field ignores ports in URLs: set origin.http_port = 80 in "
             "the bench file, and check that the device is on that network"});
} catch (const Failure& failure) {
  no_network(failure.error());
}

/// The virtual device's router leads port 80 to the relay, and the relay to the origin: URLs need no port
/// then.
bool Stage::open_by_way_of_80() {
  const auto origin = origin_->port(), relay = relay_->port();
  relay_.reset();
  origin_.reset();
  return open_origin(origin, 80).has_value() && open_relay(relay, 80).has_value();
}

void Stage::no_network(Error why) {
  recorder_.fault(why);
  unreachable_ = std::move(why);
}

void Stage::mind(const std::string& what) {
  const auto advice = patience_.before(what);
  if (advice == Patience::Advice::give_up && !recorder_.in_keystone())
    throw CannotTell(
        fmt::format("{} stays without an answer again and again, so it is seldom asked any more", what));
  if (advice == Patience::Advice::restart_first && !gave_data_) must(dut_->restart());
}

/// An ERROR tells nothing of whether the command can be carried out.
void Stage::minded(const std::string& what, const at::Exchange& exchange) {
  if (exchange.outcome == at::Outcome::silent && !recorder_.blaming())
    patience_.after(what, true);
  else if (exchange.outcome == at::Outcome::prompted || exchange.ok() ||
           exchange.final == at::FinalCode::send_ok)
    patience_.after(what, false);
}

at::Exchange Stage::command(std::string_view line, const at::Expectation& expectation) {
  need(line);
  asked_ = Patience::kind_of(line);
  mind(asked_);
  mind(data_of(asked_));  // where its data are not taken, a prompt would only be left open
  auto exchange = dut_->command(line, expectation);
  minded(asked_, exchange);
  return exchange;
}

at::Exchange Stage::data(std::string_view bytes, const at::Expectation& expectation) {
  auto exchange = dut_->data(bytes, expectation);
  minded(data_of(asked_), exchange);
  gave_data();
  return exchange;
}

void Stage::count() {
  if (const auto now = link_->counters()) recorder_.counters(*now);
}

void Stage::examine() {
  const auto pulse = dut_->command("AT");
  if (recorder_.verdict() != record::Verdict::fail || pulse.outcome != at::Outcome::complete || pulse.ok())
    return;
  was_unfit_ = true;
  recorder_.put("unfit", {{"what", fmt::format("AT is answered {}", at::name_of(*pulse.final))}});
  must(dut_->restart());
}

void Stage::tidy() {
  const auto quiet = lab::habitat_of(setup_.profile).quiet;
  dut_->heard(dut_->session().listen(quiet, 1s));
  was_unfit_ = gave_data_ = false;
  // What a case provoked may show in the next command only: let that be seen here, where it belongs.
  const bool failed = recorder_.verdict() == record::Verdict::fail;
  if ((recorder_.blaming() || failed) && !dut_->in_doubt()) examine();
  count();
  if (dut_->in_doubt()) {
    if (auto back = dut_->recover(); !back) {
      recorder_.device_is_dead();
      throw Failure(back.error());
    }
  }
  dut_->session().no_restart_due();
  recorder_.device_lives();
}

}  // namespace attest::suites

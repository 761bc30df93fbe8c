#include "suites/support/stage.hpp"

#include <fmt/format.h>
#include <poll.h>

#include "harness/at/translation.hpp"
#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "harness/lab/ixit.hpp"
#include "harness/measure/budget.hpp"
#include "harness/spec/claims.hpp"
#include "suites/support/answers.hpp"
#include "suites/support/home.hpp"
#include "suites/support/http.hpp"
#include "suites/support/memory.hpp"
#include "suites/support/questions.hpp"

namespace attest::suites {
namespace {

/// Of an image in a file of the bench.
constexpr std::size_t kLargestFile = std::size_t{1} << 28;

/// What the data after a command's prompt count as.
std::string data_of(const std::string& command) {
  return "the data of " + command;
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

Result<std::unique_ptr<Stage>> Stage::open(StageSetup setup, record::Sink& sink, std::unique_ptr<Tape> tape) {
  std::unique_ptr<Stage> stage(new Stage(std::move(setup), sink, std::move(tape)));
  stage->tape_->begin_opening();
  if (auto ok = stage->open_doors(); !ok) return tl::unexpected(ok.error());
  if (auto ok = stage->begin_on_device(); !ok) return tl::unexpected(ok.error());
  stage->tape_->end_opening();
  stage->astray_ = stage->tape_->diverged().has_value();
  return stage;
}

/// A replay that cannot follow the opening can still follow cases, from their marks on.
Status Stage::begin_on_device() try {
  make_dut();
  auto done = open_device();
  if (done) done = measure_floor();
  return tape_->diverged() ? Status{} : done;
} catch (const Diverged&) {
  return {};
}

Status Stage::open_doors() {
  std::unique_ptr<Doors> real;
  if (!tape_->replays()) {
    auto opened = lab_doors(setup_, recorder_, steady_clock());
    if (!opened) return tl::unexpected(opened.error());
    real = std::move(*opened);
  }
  doors_ = taped_doors(setup_, *tape_, std::move(real));
  return {};
}

Status Stage::measure_floor() {
  auto floor = doors_->floor(lab::dialect_of(setup_.profile));
  if (!floor) return tl::unexpected(floor.error());
  uncertainty_ms_ = floor->u_ms;
  recorder_.put("floor", std::move(floor->fields));
  return {};
}

bool Stage::has_standard_ports() const {
  return setup_.bench.is_virtual() || (setup_.bench.http_port == 80 && setup_.bench.https_port == 443);
}

void Stage::pause(Nanos span) const {
  if (tape_->replays()) return;
  const timespec ts{span.count() / 1'000'000'000, span.count() % 1'000'000'000};
  (void)ppoll(nullptr, 0, &ts, nullptr);
}

std::string Stage::bytes_of_bench(const std::function<std::string()>& made) {
  std::string bytes;
  const std::size_t size = tape_->value(question::kFile, [&] {
    bytes = made();
    return nlohmann::json(bytes.size());
  });
  if (size > kLargestFile) tape_->diverge(std::string(question::kFile.words), "it would be too large");
  bytes.resize(size);
  return bytes;
}

void Stage::broke(const std::exception& exception) {
  if (on_broken) on_broken(exception);
}

void Stage::begin_order(const std::string& id, int attempt, std::size_t place) {
  const auto found = tape_->begin_case(id, attempt, place, [this] { return mark(); });
  if (std::exchange(astray_, false) || (tape_->replays() && place != next_place_)) try {
      return_to(found);
    } catch (const std::exception& wrong) {  // of another form, or what it points to is not there
      tape_->doubt(fmt::format("the record does not say what was known before it: {}", wrong.what()));
    }
  next_place_ = place + 1;
}

void Stage::end_order() {
  tape_->end_case();
  astray_ = tape_->diverged().has_value();
}

nlohmann::json Stage::mark() {
  const auto position = dut_->session().position();
  nlohmann::json mark{{"exchange", position.exchange},
                      {"received", position.received},
                      {"echo", static_cast<int>(position.echo)}};
  if (moved_) mark["moved"] = true;
  if (unreachable_) mark["unreachable"] = answer_of(*unreachable_);
  if (auto counts = patience_.saved(); !counts.empty()) mark["patience"] = std::move(counts);
  for (const auto& memory : memories())
    if (const auto known = memory.saved(); !known.empty())
      mark["known"][memory.name] = tape_->number_of(memory.name, known);
  return mark;
}

void Stage::return_to(const nlohmann::json& mark) {
  recorder_.forget();
  if (!dut_) make_dut();
  dut_->resume({mark.value("exchange", std::uint64_t{0}), mark.value("received", std::uint64_t{0}),
                static_cast<at::Session::Echo>(mark.value("echo", 0))});
  moved_ = mark.value("moved", false);
  unreachable_.reset();
  if (mark.contains("unreachable")) unreachable_ = error_in(mark.at("unreachable"));
  patience_.restore(mark.value("patience", nlohmann::json::object()));
  const auto known = mark.value("known", nlohmann::json::object());
  for (const auto& memory : memories())
    memory.restore(known.contains(memory.name) ? tape_->of_number(memory.name, known.at(memory.name))
                                               : nlohmann::json::object());
}

void Stage::make_dut() {
  dut_ = std::make_unique<lab::Dut>(doors_->link(), lab::dialect_of(setup_.profile),
                                    lab::habitat_of(setup_.profile), clock_, &recorder_,
                                    [this](const lab::Rung& rung) { recorder_.rung(rung); });
  dut_->supplied_by(doors_->power());
}

Status Stage::open_device() {
  if (auto awake = dut_->wake_or_revive(); !awake) return awake;
  recorder_.contact_made();
  const auto version = dut_->command("AT+GMR");
  for (const auto line : version.infos()) firmware_ += (firmware_.empty() ? "" : "\n") + std::string(line);
  if (const auto& wanted = setup_.bench.firmware; !wanted.empty() && !glob(wanted, firmware_))
    return fail(Fault::bench,
                fmt::format("the device runs another firmware than the bench names: \"{}\" does not fit {}",
                            visible(firmware_, 120), wanted),
                "flash the one that is to be tested, or mend `firmware` in the bench file");
  recorder_.put("device", {{"link", doors_->link().name()},
                           {"virtual", setup_.bench.is_virtual()},
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
  const auto page = origin().add({.content_type = "text/plain", .body = "hello"});
  return arrives(*page, http_get(*page, origin()).line(), overhear) ||
         arrives(*page, http_get_size(page->url()), overhear) ||
         arrives(*page, http_post(*page, origin(), "hello").line(), overhear) || arrives_by_data(*page);
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
  WayHome way(*dut_, power(), phone(), recorder_, setup_.profile, clock_);
  if (!phone().has(phone::Way::ble) && !phone().has(phone::Way::airkiss)) {
    const Chatter window(recorder_);  // nobody has given it another network: it joins its own at a start
    if (phone().make_home_only() && dut_->restart() && gets_through()) return true;
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
    if (tries == 0 && setup_.bench.is_virtual() && doors_->lead_by_way_of_80() && reaches_origin()) return;
    dut_->heard(dut_->session().listen(1s, 1s));  // it may still be joining its network
  }
  // One that has never been told of a network is told now.
  if (setup_.bench.is_virtual() || phone().home()) {
    if (WayHome(*dut_, nullptr, phone(), recorder_, setup_.profile, clock_).provision() && gets_through())
      return;
  }
  no_network(
      {Fault::bench,
       fmt::format(
           "the device does not reach the origin: asked for pages at {} again and again, and no request came",
           origin().authority()),
       setup_.bench.http_port == 80
           ? "is the device on that network, and does the bench file's origin.advertise name an address that "
             "it can reach?"
           : "firmware in the field ignores ports in URLs: set origin.http_port = 80 in "
             "the bench file, and check that the device is on that network"});
} catch (const lab::LinkLost&) {
  throw;
} catch (const Failure& failure) {
  no_network(failure.error());
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
  if (const auto now = doors_->link().counters()) recorder_.counters(*now);
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

#include "suites/support/stage.hpp"

#include <fmt/format.h>

#include "harness/base/bytes.hpp"
#include "suites/support/http.hpp"
#include "suites/support/ixit.hpp"

namespace attest::suites {
namespace {

/// What the data after a command's prompt count as.
std::string data_of(const std::string& command) {
  return "the data of " + command;
}

}  // namespace

using namespace std::chrono_literals;

Stage* Stage::current = nullptr;

Result<std::unique_ptr<Stage>> Stage::open(StageSetup setup, record::Sink& sink, const Clock& clock) {
  std::unique_ptr<Stage> stage(new Stage(std::move(setup), sink, clock));
  if (auto ok = stage->open_origin(); !ok) return tl::unexpected(ok.error());
  if (auto ok = stage->open_device(); !ok) return tl::unexpected(ok.error());
  return stage;
}

Status Stage::open_origin() {
  auto origin = server::start_origin(
      setup_.origin, clock_, [this](std::string_view event, Instant at, const server::Served& served) {
        recorder_.served(event, at, served);
      });
  if (!origin) return tl::unexpected(origin.error());
  origin_ = std::move(*origin);
  return {};
}

Status Stage::open_device() {
  const auto address = transport::parse_link(setup_.link);
  if (!address) return tl::unexpected(address.error());
  const auto habitat = habitat_of(setup_.profile);
  auto link = transport::open_link(*address, clock_, Deadline::in(clock_, habitat.connect_deadline));
  if (!link) return tl::unexpected(link.error());
  link_ = std::move(*link);
  dut_ = std::make_unique<lab::Dut>(*link_, dialect_of(setup_.profile), habitat, clock_, &recorder_,
                                    [this](const lab::Rung& rung) { recorder_.rung(rung); });
  if (auto awake = dut_->wake(); !awake) return awake;
  recorder_.contact_made();
  const auto version = dut_->command("AT+GMR");
  for (const auto line : version.infos()) firmware_ += (firmware_.empty() ? "" : "\n") + std::string(line);
  recorder_.put(
      "device",
      {{"link", setup_.link}, {"virtual", setup_.is_virtual}, {"firmware", to_latin1_json(firmware_)}});
  count();
  probe_origin();
  return {};
}

bool Stage::arrives(const server::Resource& resource, const std::string& line) {
  (void)dut_->command(line);
  return resource.wait_for(1, Deadline::in(clock_, 100ms));
}

/// A device that ignores ports in URLs, or is on another network, would fail every case for a reason that is
/// the bench's. Any request by any command shows that it is not so.
void Stage::probe_origin() try {
  const auto page = origin_->add({.content_type = "text/plain", .body = "hello"});
  for (int tries = 0; tries < 3; ++tries) {
    if (arrives(*page, http_get(*page, *origin_).line()) || arrives(*page, http_get_size(page->url())) ||
        arrives(*page, http_post(*page, *origin_, "hello").line()))
      return;
    dut_->heard(dut_->session().listen(1s, 1s));  // it may still be joining its network
  }
  no_network(
      {Fault::bench,
       fmt::format("the device does not reach the origin: asked for {} nine times, and no request came",
                   page->url()),
       origin_->port() == 80 ? "is the device on that network, and does the bench file's origin.advertise "
                               "name an address that it can reach?"
                             : "firmware in the field ignores ports in URLs: set origin.http_port = 80 in "
                               "the bench file, and check that the device is on that network"});
} catch (const Failure& failure) {
  no_network(failure.error());
}

void Stage::no_network(Error why) {
  recorder_.fault(why);
  unreachable_ = std::move(why);
}

void Stage::mind(const std::string& what) {
  const auto advice = patience_.before(what);
  if (advice == Patience::Advice::give_up)
    throw CannotTell(
        fmt::format("{} stays without an answer again and again, so it is seldom asked any more", what));
  if (advice == Patience::Advice::restart_first) must(dut_->restart());
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
  const auto quiet = habitat_of(setup_.profile).quiet;
  dut_->heard(dut_->session().listen(quiet, 1s));
  was_unfit_ = false;
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
  recorder_.device_lives();
}

}  // namespace attest::suites

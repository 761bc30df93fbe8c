#include "suites/support/stage.hpp"

#include <fmt/format.h>

#include "harness/base/bytes.hpp"
#include "suites/support/ixit.hpp"

namespace attest::suites {
using namespace std::chrono_literals;

Stage* Stage::current = nullptr;

Result<std::unique_ptr<Stage>> Stage::open(StageSetup setup, record::Sink& sink, const Clock& clock) {
  std::unique_ptr<Stage> stage(new Stage(std::move(setup), sink, clock));
  if (auto ok = stage->open_origin(); !ok) return tl::unexpected(ok.error());
  if (auto ok = stage->open_device(); !ok) return tl::unexpected(ok.error());
  return stage;
}

Status Stage::open_origin() {
  auto origin = server::start_origin(setup_.origin, clock_, [this](std::string_view event, Instant at, const server::Served& served) {
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
  const auto version = dut_->command("AT+GMR");
  for (const auto line : version.infos()) firmware_ += (firmware_.empty() ? "" : "\n") + std::string(line);
  recorder_.put("device", {{"link", setup_.link}, {"virtual", setup_.is_virtual}, {"firmware", to_latin1_json(firmware_)}});
  count();
  return {};
}

void Stage::count() {
  const auto now = link_->counters();
  if (!now || *now == counted_) return;
  recorder_.counters(*now);
  counted_ = *now;
}

void Stage::tidy() {
  const auto quiet = habitat_of(setup_.profile).quiet;
  dut_->heard(dut_->session().listen(quiet, 1s));
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

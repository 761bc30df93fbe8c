#include "harness/lab/dut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "harness/base/bytes.hpp"
#include "harness/lab/contact.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;
using at::Exchange;
using at::Kind;
using at::Outcome;
}  // namespace

Dut::Dut(transport::Link& link, at::Dialect dialect, Habitat habitat, const Clock& clock,
         at::Observer* observer, RungListener on_rung)
    : clock_(clock),
      habitat_(std::move(habitat)),
      observer_(observer),
      on_rung_(std::move(on_rung)),
      session_(std::make_unique<at::Session>(link, std::move(dialect), clock, observer)) {}

bool Dut::saw_network(const Exchange& exchange) const {
  return std::any_of(exchange.items.begin(), exchange.items.end(), [&](const at::Item& item) {
    return item.kind == Kind::unsolicited && trimmed(exchange.text(item)) == habitat_.network_up;
  });
}

void Dut::remember(const Exchange& exchange) {
  if (exchange.outcome == Outcome::lost)
    throw LinkLost({Fault::bench, fmt::format("the link to the device broke: {}", exchange.link_error),
                    "check cable, power and adapter, and start again"});
  if (!exchange.received.empty()) last_heard_ = exchange.received;
  if (exchange.find(Kind::boot) != nullptr) {
    booted_ = true;
    network_up_ = false;
  }
  if (saw_network(exchange)) network_up_ = true;
}

void Dut::resume(const at::Session::Position& position) {
  session_->resume(position);
  in_doubt_ = prompt_open_ = booted_ = network_up_ = false;
  only_power_helped_ = 0;
  last_command_.clear();
  last_heard_.clear();
}

void Dut::stopped() {
  session_->resume(session_->position());
  in_doubt_ = true;
}

void Dut::noticed(const Exchange& exchange) {
  remember(exchange);
  last_command_ = exchange.sent;
  prompt_open_ = exchange.outcome == Outcome::prompted;
  in_doubt_ = exchange.outcome == Outcome::silent || exchange.outcome == Outcome::restarted || booted_;
}

void Dut::heard(const Exchange& strays) {
  remember(strays);
  in_doubt_ = in_doubt_ || booted_ || prompt_open_;
}

Exchange Dut::command(std::string_view line) {
  return command(line, at::expectation_for(line, session_->dialect()));
}

Exchange Dut::command(std::string_view line, const at::Expectation& expectation) {
  if (in_doubt_ || prompt_open_) must(recover());
  auto exchange = session_->command(line, expectation);
  noticed(exchange);
  return exchange;
}

Exchange Dut::data(std::string_view bytes, const at::Expectation& expectation) {
  auto exchange = session_->data(bytes, expectation);
  noticed(exchange);
  return exchange;
}

bool Dut::answers(Nanos patience) {
  at::Expectation plain;
  plain.deadline = patience;
  const auto exchange = session_->command("AT", plain);
  remember(exchange);
  return exchange.ok();
}

Status Dut::settle_after_boot(bool network_seen) {
  constexpr int kStarts = 3;  // a device may start once more while it starts
  for (int start = 0; start < kStarts; ++start, network_seen = false) {
    if (settled_after_start(network_seen)) return {};
    if (!booted_) break;
  }
  return fail(Fault::bench, "the device restarted and does not answer AT", "look at the record's last bytes");
}

bool Dut::settled_after_start(bool network_seen) {
  booted_ = false;
  // Between two lines of the start-up there is silence; listen for the whole time that the profile grants.
  const auto deadline = Deadline::in(clock_, habitat_.network_settle);
  network_up_ = network_up_ || network_seen || habitat_.network_up.empty();
  while (!network_up_ && !deadline.passed(clock_)) {
    const auto left = deadline.left(clock_);
    remember(session_->listen(std::min<Nanos>(left, 10ms), left));
  }
  booted_ = false;
  const auto patience = session_->dialect().command_deadline;
  // One answer may be lost on the way; a device that starts once more is waited for anew.
  if (!answers(patience) && (booted_ || !answers(patience))) return false;
  (void)session_->command("ATE0");
  return true;
}

Status Dut::wake() try {
  remember(session_->listen(habitat_.quiet, 500ms));
  const auto deadline = Deadline::in(clock_, habitat_.connect_deadline);
  int tries = 1;
  while (!answers(std::min<Nanos>(1s, habitat_.connect_deadline))) {
    if (deadline.passed(clock_))
      return no_contact(session_->link(), tries, habitat_.connect_deadline, last_heard_);
    remember(session_->listen(habitat_.quiet, 200ms));
    ++tries;
  }
  in_doubt_ = false;
  if (booted_) return settle_after_boot();
  (void)session_->command("ATE0");
  return {};
} catch (const LinkLost&) {
  throw;
} catch (const Failure& broken) {
  return tl::unexpected(broken.error());
}

Status Dut::wake_or_revive() {
  auto awake = wake();
  const auto revived = [&](const char* rung, const std::function<bool(std::string&)>& act) {
    try {
      if (!climb(rung, act)) return;
    } catch (const LinkLost&) {
      throw;
    } catch (const Failure& broken) {
      awake = tl::unexpected(broken.error());
      return;
    }
    awake = wake();
  };
  if (!awake && can_reset())
    revived("reset", [this](std::string& detail) { return starts_after_reset(detail); });
  if (!awake && can_cut())
    revived("power", [this](std::string& detail) { return starts_again(detail, false); });
  return awake;
}

bool Dut::climb(const std::string& name, const std::function<bool(std::string&)>& act) {
  Rung rung{name, false, {}};
  rung.worked = act(rung.detail);
  if (on_rung_) on_rung_(rung);
  return rung.worked;
}

/// A device that waits for data takes an AT for data. It is given what it waits for; where that goes does not
/// matter.
bool Dut::fill_open_prompt(std::string& detail) {
  prompt_open_ = false;
  const auto digits = last_command_.find_last_of(',');
  const auto length =
      digits == std::string::npos ? 0UL : std::strtoul(last_command_.c_str() + digits + 1, nullptr, 10);
  at::Expectation due;
  due.deadline = session_->dialect().network_deadline;
  const auto exchange = session_->data(std::string(std::clamp(length, 1UL, 4096UL), 'x'), due);
  remember(exchange);
  detail = fmt::format("{} bytes of data, then {}", length, at::name_of(exchange.outcome));
  return exchange.outcome == Outcome::complete;
}

bool Dut::reboots() {
  remember(session_->command("AT+RST"));
  if (!booted_) remember(session_->await_boot(session_->dialect().restart_deadline));
  return booted_;
}

/// Off and on. Whatever the device had to say before is gone.
bool Dut::starts_again(std::string& detail, bool flash_anew) {
  booted_ = prompt_open_ = network_up_ = false;
  auto done = power_->off();
  remember(session_->listen(habitat_.quiet, 200ms));
  booted_ = false;
  if (done && flash_anew) done = power_->flash_anew();
  if (const auto on = power_->on(); done) done = on;
  return starts(done, detail);
}

bool Dut::starts_after_reset(std::string& detail) {
  booted_ = prompt_open_ = network_up_ = false;
  return starts(power_->reset(), detail);
}

bool Dut::starts(const Status& done, std::string& detail) {
  if (!done) {
    detail = done.error().text();
    return false;
  }
  if (!booted_) remember(session_->await_boot(session_->dialect().restart_deadline));
  // A device that comes without a banner may be there all the same.
  return booted_ || answers(std::min<Nanos>(session_->dialect().command_deadline, 2s));
}

Status Dut::power_cycle() {
  if (!can_cut())
    return fail(Fault::bench, "this bench cannot cut the device's power", "give [power] in the bench file");
  if (!climb("power", [this](std::string& detail) { return starts_again(detail, false); })) return recover();
  in_doubt_ = false;
  return settle_after_boot();
}

Status Dut::restart() {
  network_up_ = false;
  if (climb("restart", [this](std::string&) { return reboots(); })) {
    in_doubt_ = prompt_open_ = false;
    return settle_after_boot();
  }
  return recover();
}

Status Dut::recover() {
  if (observer_ == nullptr) return climb_all();
  struct Recovering {
    at::Observer& observer;
    explicit Recovering(at::Observer& of) : observer(of) { observer.recovering(true); }
    ~Recovering() { observer.recovering(false); }
  } const recovering(*observer_);
  return climb_all();
}

Status Dut::climb_all() {
  const std::string cause = visible(last_command_, 80);
  const auto patience = session_->dialect().command_deadline;
  bool floods = false;
  const auto drained = [&](std::string& detail) {
    // What was too late for its deadline may still be coming.
    const auto heard =
        session_->listen(std::max<Nanos>(habitat_.quiet, 50ms), session_->dialect().network_deadline);
    remember(heard);
    detail = fmt::format("{} bytes", heard.received.size());
    floods = heard.deviates("reply-too-long");
    return booted_;
  };
  const auto resynced = [&](std::string& detail) {
    for (int tries = 1; tries <= 3; ++tries) {
      detail = fmt::format("AT, {} times", tries);
      if (answers(std::min<Nanos>(patience, 2s))) return true;
    }
    return false;
  };
  const auto restarted = [&](std::string&) { return reboots(); };
  // One that has started is there only when it has been seen to stay.
  const auto helped = [this](bool worked) { return worked && (!booted_ || settle_after_boot().has_value()); };
  bool alive = helped(climb("drain", drained));
  if (!alive && prompt_open_)
    alive = helped(climb("fill", [this](std::string& detail) { return fill_open_prompt(detail); }));
  // Where only the supply has helped the last times, the rungs between are a waste of deadlines.
  const bool straight_to_power = power_ != nullptr && only_power_helped_ >= 2;
  if (!straight_to_power)
    alive = alive || helped(climb("resync", resynced)) || helped(climb("restart", restarted));
  only_power_helped_ = alive ? 0 : only_power_helped_ + 1;
  if (!alive && can_reset())
    alive = helped(climb("reset", [this](std::string& detail) { return starts_after_reset(detail); }));
  if (!alive && can_cut())
    alive = helped(climb("power", [this](std::string& detail) { return starts_again(detail, false); })) ||
            helped(climb("flash", [this](std::string& detail) { return starts_again(detail, true); }));
  if (!alive)
    return fail(Fault::bench,
                fmt::format("the device {} after \"{}\", and neither AT nor AT+RST {}brought it back",
                            floods ? "does not stop sending" : "stopped answering", cause,
                            can_cut()     ? "nor power off and on "
                            : can_reset() ? "nor a reset "
                                          : ""),
                "power it off and on; if it dies of that command again, the record shows the way there");
  in_doubt_ = false;
  if (session_->echo() != at::Session::Echo::off) (void)session_->command("ATE0");
  return {};
}

}  // namespace attest::lab

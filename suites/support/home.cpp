#include "suites/support/home.hpp"

#include <stop_token>
#include <thread>

#include "harness/ble/payload.hpp"
#include "suites/support/stage.hpp"

namespace attest::suites {

namespace {
using namespace std::chrono_literals;
constexpr Nanos kStep = 20ms;
}  // namespace

bool WayHome::provision() try {
  if (!phone_.home()) return false;
  const Chatter window(recorder_);
  const auto home = *phone_.home();
  phone_.make_home_only();
  const bool done = phone_.has_ble() ? by_ble(home) : by_airkiss(home);
  stop();
  return done;
} catch (const CannotTell& why) {
  recorder_.note(why.what());
  return false;
} catch (const NotApplicable& why) {
  recorder_.note(why.what());
  return false;
}

bool WayHome::by_ble(const lab::Network& home) {
  if (!dut_.command("AT+CWSTARTSMART=1,0").ok()) return false;
  if (const auto written = phone_.write(must(ble::encode_payload(home.ssid, home.password))); !written) {
    recorder_.note(written.error().text());
    return false;
  }
  return told_of_network(profile_.deadlines().join);
}

bool WayHome::by_airkiss(const lab::Network& home) {
  phone_.need_airkiss();
  if (!dut_.command("AT+CWSTARTSMART=2,0").ok()) return false;
  Result<airkiss::Outcome> sent;
  const std::jthread sender([&](const std::stop_token& stop) { sent = phone_.kiss(home, 1, {}, stop); });
  return told_of_network(profile_.deadlines().airkiss);
}

bool WayHome::told_of_network(Nanos limit) {
  const auto& up = profile_.lines().network_up;
  const auto last = Deadline::in(clock_, limit);
  while (!last.passed(clock_)) {
    const auto heard = dut_.session().listen(kStep, kStep);
    dut_.heard(heard);
    for (const auto& item : heard.items)
      if (!up.empty() && heard.text(item).find(up) != std::string_view::npos) return true;
  }
  return up.empty();
}

void WayHome::stop() {
  for (const auto* line : {"AT+CWSTOPSMART", "AT+CWSTOPTSMART"})
    if (dut_.command(line).ok()) return;
}

bool WayHome::flash_anew() {
  if (power_ == nullptr) return false;
  const Chatter window(recorder_);
  if (!power_->off() || !power_->flash_anew()) return false;
  return power_->on().has_value() && dut_.recover().has_value();
}

}  // namespace attest::suites

#include "harness/phone/provision.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "harness/ble/payload.hpp"

namespace attest::phone {
namespace {
class Provisioning {
 public:
  Provisioning(lab::Dut& dut, Phone& phone, const lab::Network& network, const spec::Profile& profile,
               const Clock& clock)
      : dut_(dut), phone_(phone), network_(network), profile_(profile), clock_(clock) {}

  Status by_ble() {
    const auto payload = ble::encode_payload(network_.ssid, network_.password);
    if (!payload) return tl::unexpected(payload.error());
    if (auto started = start(1); !started) return started;
    const auto written = phone_.write(*payload);
    // One that hangs up in the middle of the write may have taken it.
    if (written.trouble && !written.sent()) return tl::unexpected(*written.trouble);
    const auto told = network_told(profile_.deadlines().join);
    return told || !written.trouble ? told : tl::unexpected(*written.trouble);
  }

  Status by_airkiss() {
    if (auto started = start(2); !started) return started;
    const auto sender = phone_.kiss(network_, 1, {}, Nanos{});
    const auto told = network_told(profile_.deadlines().airkiss);
    const auto sent = sender->finish();
    if (!sent) return tl::unexpected(sent.error());
    return told;
  }

  [[nodiscard]] const std::string& told() const { return told_; }

 private:
  Status start(int type) {
    const auto line = fmt::format("AT+CWSTARTSMART={},0", type);
    const auto exchange = dut_.command(line);
    if (exchange.ok()) return {};
    return fail(Fault::device,
                fmt::format("{}: the device answers {}", line,
                            exchange.final ? std::string(at::name_of(*exchange.final)) : "nothing"),
                "does this firmware have the command? `attest probe` finds out");
  }

  /// Until the line that tells of the network, or one that the profile knows for a failure.
  Status network_told(Nanos limit) {
    const auto last = Deadline::in(clock_, limit);
    while (told_.empty() && !failed_ && !last.passed(clock_))
      hear(dut_.session().await_anything(profile_.deadlines().quiet, last.left(clock_)));
    if (!told_.empty() || (!failed_ && profile_.lines().network_up.empty())) return {};
    return fail(Fault::device,
                fmt::format("wait for \"{}\": the device says {}", visible(profile_.lines().network_up),
                            said_.empty() ? "nothing" : visible(joined(said_, " | "))),
                "are name and password right, and is the network in reach?");
  }

  void hear(const at::Exchange& heard) {
    dut_.heard(heard);
    const auto& up = profile_.lines().network_up;
    const auto& failures = profile_.lines().network_failed;
    for (const auto& item : heard.items) {
      if (item.kind == at::Kind::echo || item.kind == at::Kind::framing) continue;
      const std::string line(trimmed(heard.text(item)));
      if (line.empty()) continue;
      said_.push_back(line);
      if (!up.empty() && line.find(up) != std::string::npos) told_ = line;
      failed_ = failed_ || std::any_of(failures.begin(), failures.end(),
                                       [&](const auto& pattern) { return glob(pattern, line); });
    }
  }

  lab::Dut& dut_;
  Phone& phone_;
  const lab::Network& network_;
  const spec::Profile& profile_;
  const Clock& clock_;
  std::vector<std::string> said_;
  std::string told_;
  bool failed_ = false;
};

}  // namespace

Result<Provisioned> provision(lab::Dut& dut, Phone& phone, Way way, const lab::Network& network,
                              const spec::Profile& profile, const Clock& clock) {
  if (auto ok = phone.ready(way); !ok) return tl::unexpected(ok.error());
  const auto begun = clock.now();
  Provisioning provisioning(dut, phone, network, profile, clock);
  const auto done = way == Way::ble ? provisioning.by_ble() : provisioning.by_airkiss();
  const auto took = clock.now() - begun;
  (void)stop_provisioning(dut);
  if (!done) return tl::unexpected(done.error());
  return Provisioned{provisioning.told(), took};
}

bool stop_provisioning(lab::Dut& dut) {
  return std::any_of(std::begin(kStopLines), std::end(kStopLines),
                     [&](const char* line) { return dut.command(line).ok(); });
}

}  // namespace attest::phone

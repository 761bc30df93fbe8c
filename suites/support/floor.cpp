#include "suites/support/floor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "harness/at/session.hpp"
#include "harness/base/bytes.hpp"
#include "harness/measure/budget.hpp"
#include "harness/transport/pty.hpp"

namespace attest::suites {
namespace {
using namespace std::chrono_literals;

constexpr int kRoundTrips = 100;
constexpr std::string_view kProbe = "AT\r\n";

/// A device that knows AT and takes no time. It keeps when it answered.
class InstantDevice {
 public:
  InstantDevice(transport::Link& far, const Clock& clock)
      : far_(far), clock_(clock), thread_([this] { answer(); }) {}

  /// Nothing if it has not answered since the last call.
  [[nodiscard]] std::optional<Instant> answered_at() {
    const std::lock_guard lock(mutex_);
    return std::exchange(answered_at_, std::nullopt);
  }
  void finish() { over_ = true; }

 private:
  void answer() {
    std::array<char, 64> bytes{};
    while (!over_) {
      const auto arrived = far_.read(bytes, Deadline::in(clock_, 1s));
      if (!arrived) return;
      const std::string_view seen(bytes.data(), arrived->count);
      if (!seen.ends_with('\n')) continue;
      const std::lock_guard lock(mutex_);  // asked for after the answer has arrived, and had then
      if (const auto at = far_.write("OK\r\n", Deadline::in(clock_, 1s))) answered_at_ = *at;
    }
  }

  transport::Link& far_;
  const Clock& clock_;
  std::atomic<bool> over_ = false;
  std::mutex mutex_;
  std::optional<Instant> answered_at_;
  std::jthread thread_;
};

/// What was sent, back at the other end. When its last byte was there.
Result<Instant> comes_back(transport::Link& in, std::string_view sent, const Clock& clock) {
  const auto deadline = Deadline::in(clock, 1s);
  std::string came;
  for (std::array<char, 64> bytes{}; came.size() < sent.size();) {
    const auto arrived = in.read(bytes, deadline);
    if (!arrived) return tl::unexpected(arrived.error());
    came.append(bytes.data(), arrived->count);
    if (came == sent) return arrived->at;
    if (arrived->count == 0) break;
  }
  return fail(
      Fault::bench,
      fmt::format("measure the adapter at {}: of '{}' there came '{}'", in.name(), visible(sent),
                  visible(came)),
      "floor.loopback needs a plug that bridges TX and RX, or floor.far the port that it is crossed with");
}

/// What was received before anybody measured.
Status drained(transport::Link& in) {
  for (std::array<char, 256> bytes{};;) {
    const auto arrived = in.read(bytes, Deadline(Instant{}));
    if (!arrived) return tl::unexpected(arrived.error());
    if (arrived->count == 0) return {};
  }
}

double in_ms(Nanos time) {
  return static_cast<double>(time.count()) / 1e6;
}

std::vector<double> in_ms(const std::vector<Nanos>& times) {
  std::vector<double> all;
  for (const auto one : times) all.push_back(in_ms(one));
  return all;
}

Result<std::unique_ptr<transport::Link>> opened(const std::string& port, const Clock& clock) {
  const auto address = transport::parse_link(port);
  if (!address) return tl::unexpected(address.error());
  return transport::open_link(*address, clock, Deadline::in(clock, 5s));
}

}  // namespace

Result<OwnSide> own_side(const at::Dialect& dialect, const Clock& clock) {
  auto pair = transport::PtyPair::open(clock);
  if (!pair) return tl::unexpected(pair.error());
  auto near = opened(pair->address() + "?baud=115200&lock=off", clock);
  if (!near) return tl::unexpected(near.error());
  InstantDevice device(pair->far(), clock);
  auto hurried = dialect;
  hurried.words = {};  // those of the device above
  hurried.guard = Nanos(0);
  at::Session session(**near, hurried, clock, nullptr);
  OwnSide out;
  for (int i = 0; i < kRoundTrips; ++i) {
    const auto exchange = session.command("AT");
    const auto answered = device.answered_at();
    if (!exchange.ok() || !answered) continue;
    out.round_trips.push_back(exchange.duration());
    out.lateness.push_back(exchange.ended_at - *answered);
  }
  device.finish();
  (void)(*near)->write("\n", Deadline::in(clock, 1s));  // wakes it
  return out;
}

Result<std::vector<Nanos>> adapter_side(transport::Link& out, transport::Link& in, const Clock& clock) {
  if (auto ok = drained(in); !ok) return tl::unexpected(ok.error());
  std::vector<Nanos> all;
  for (int i = 0; i < kRoundTrips; ++i) {
    const auto sent = out.write(kProbe, Deadline::in(clock, 1s));
    if (!sent) return tl::unexpected(sent.error());
    const auto back = comes_back(in, kProbe, clock);
    if (!back) return tl::unexpected(back.error());
    all.push_back(std::max(Nanos(0), *back - *sent - out.line().wire_time(kProbe.size())));
  }
  return all;
}

Result<std::optional<std::vector<Nanos>>> adapter_side(const std::string& loopback, const std::string& far,
                                                       const Clock& clock) {
  if (loopback.empty()) return std::nullopt;
  auto out = opened(loopback, clock);
  if (!out) return tl::unexpected(out.error());
  if (far.empty()) return adapter_side(**out, **out, clock);
  auto in = opened(far, clock);
  if (!in) return tl::unexpected(in.error());
  return adapter_side(**out, **in, clock);
}

Floor floor_of(const OwnSide& ours, const std::optional<std::vector<Nanos>>& adapter, Nanos hold_back) {
  const auto p99 = [](const std::vector<double>& all) { return measure::statistic(all, "p99").value_or(0); };
  const auto round_trips = in_ms(ours.round_trips);
  Floor out{{{"unit", "ms"},
             {"values", round_trips},
             {"lateness", in_ms(ours.lateness)},
             {"hold_back", in_ms(hold_back)}},
            p99(round_trips)};
  if (adapter) out.fields["adapter"] = in_ms(*adapter);
  out.u_ms += adapter ? p99(in_ms(*adapter)) : in_ms(hold_back);
  out.fields["u"] = out.u_ms;
  return out;
}

}  // namespace attest::suites

#include "suites/support/floor.hpp"

#include <array>
#include <atomic>
#include <thread>

#include "harness/at/session.hpp"
#include "harness/transport/pty.hpp"

namespace attest::suites {
namespace {
using namespace std::chrono_literals;

constexpr int kRoundTrips = 100;

/// A device that knows AT and takes no time.
void answer(transport::Link& far, const Clock& clock, const std::atomic<bool>& over) {
  std::array<char, 64> bytes{};
  while (!over) {
    const auto arrived = far.read(bytes, Deadline::in(clock, 1s));
    if (!arrived) return;
    const std::string_view seen(bytes.data(), arrived->count);
    if (seen.ends_with('\n')) (void)far.write("OK\r\n", Deadline::in(clock, 1s));
  }
}

}  // namespace

Result<std::vector<Nanos>> own_round_trips(const at::Dialect& dialect, const Clock& clock) {
  auto pair = transport::PtyPair::open(clock);
  if (!pair) return tl::unexpected(pair.error());
  const auto address = transport::parse_link(pair->address() + "?baud=115200&lock=off");
  if (!address) return tl::unexpected(address.error());
  auto near = transport::open_link(*address, clock, Deadline::in(clock, 1s));
  if (!near) return tl::unexpected(near.error());
  std::atomic<bool> over = false;
  std::jthread device([&] { answer(pair->far(), clock, over); });
  auto hurried = dialect;
  hurried.words = {};  // those of the device above
  hurried.guard = Nanos(0);
  at::Session session(**near, hurried, clock, nullptr);
  std::vector<Nanos> out;
  for (int i = 0; i < kRoundTrips; ++i)
    if (const auto exchange = session.command("AT"); exchange.ok()) out.push_back(exchange.duration());
  over = true;
  (void)(*near)->write("\n", Deadline::in(clock, 1s));  // wakes it
  return out;
}

}  // namespace attest::suites

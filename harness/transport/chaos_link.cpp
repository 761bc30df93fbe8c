#include "harness/transport/chaos_link.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/transport/descriptor_link.hpp"

namespace attest::transport {
namespace {

/// 0 <= x < 1, by the upper bits of a throw; the lowest three are left to choose a bit of a byte.
double fraction(std::uint64_t thrown) {
  return static_cast<double>(thrown >> 11) * 0x1p-53;
}

}  // namespace

ChaosLink::ChaosLink(std::unique_ptr<Link> inner, const Chaos& chaos, const Clock& clock)
    : inner_(std::move(inner)),
      chaos_(chaos),
      clock_(clock),
      rx_(chaos.rx, chaos.seed * 2),
      tx_(chaos.tx, chaos.seed * 2 + 1) {}

bool ChaosLink::happens(Direction& direction, double probability) {
  return direction.on && probability > 0 && fraction(direction.calls.next()) < probability;
}

bool ChaosLink::unplugged(Direction& direction) {
  gone_ = gone_ || happens(direction, chaos_.unplug);
  return gone_;
}

bool ChaosLink::harms_bytes(const Direction& direction) const {
  return direction.on && chaos_.drop + chaos_.duplicate + chaos_.corrupt > 0;
}

void ChaosLink::delay(Direction& direction, Deadline deadline) {
  if (!happens(direction, chaos_.delay)) return;
  const auto longest = static_cast<std::uint64_t>(Nanos(Chaos::kLongestDelay).count());
  const Nanos span(static_cast<Nanos::rep>(1 + direction.calls.below(longest)));
  wait_until(Deadline::in(clock_, std::min(span, deadline.left(clock_))), clock_);
}

void ChaosLink::put_through(Direction& direction, std::string_view bytes, std::string& out) {
  for (const char byte : bytes) {
    const auto thrown = direction.bytes.next();
    const auto fate = fraction(thrown);
    if (fate < chaos_.drop) {
      ++troubles_.dropped;
    } else if (fate < chaos_.drop + chaos_.duplicate) {
      ++troubles_.duplicated;
      out.append(2, byte);
    } else if (fate < chaos_.drop + chaos_.duplicate + chaos_.corrupt) {
      ++troubles_.corrupted;
      out.push_back(static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (thrown & 7U))));
    } else {
      out.push_back(byte);
    }
  }
}

Arrived ChaosLink::hand_out(std::span<char> into) {
  auto count = std::min(into.size(), waiting_.size());
  if (count > 1 && happens(rx_, chaos_.split)) count = 1 + rx_.calls.below(count - 1);
  std::copy_n(waiting_.begin(), count, into.begin());
  waiting_.erase(0, count);
  return {waiting_since_, count};
}

Result<Arrived> ChaosLink::read(std::span<char> into, Deadline deadline) {
  if (unplugged(rx_)) return tl::unexpected(gone());
  if (!waiting_.empty()) return hand_out(into);
  const bool whole = !harms_bytes(rx_) && !(rx_.on && chaos_.split > 0);
  while (true) {
    auto got = inner_->read(into, deadline);
    if (!got || got->count == 0) return got;
    if (rx_.on && chaos_.delay > 0) {
      delay(rx_, deadline);
      got->at = clock_.now();
    }
    if (whole) return got;
    const std::string_view bytes(into.data(), got->count);
    if (harms_bytes(rx_))
      put_through(rx_, bytes, waiting_);
    else
      waiting_ = bytes;
    waiting_since_ = got->at;
    if (!waiting_.empty()) return hand_out(into);
  }
}

Result<Instant> ChaosLink::write(std::string_view bytes, Deadline deadline) {
  if (unplugged(tx_)) return tl::unexpected(gone());
  delay(tx_, deadline);
  std::string harmed;
  if (harms_bytes(tx_)) {
    put_through(tx_, bytes, harmed);
    bytes = harmed;
  }
  if (bytes.empty()) return clock_.now();
  if (bytes.size() < 2 || !happens(tx_, chaos_.split)) return inner_->write(bytes, deadline);
  const auto first = 1 + tx_.calls.below(bytes.size() - 1);
  auto begun = inner_->write(bytes.substr(0, first), deadline);
  if (!begun) return begun;
  delay(tx_, deadline);
  if (auto rest = inner_->write(bytes.substr(first), deadline); !rest) return rest;
  return begun;
}

Status ChaosLink::set_line(const LineSettings& settings) {
  if (gone_) return tl::unexpected(gone());
  return inner_->set_line(settings);
}

std::optional<LineCounters> ChaosLink::counters() {
  const auto inner = inner_->counters();
  // Of a link whose driver does not count there is nothing to tell before something has happened: who finds
  // counters at once takes it for a line with a rate.
  if (!inner && troubles_.dropped + troubles_.corrupted + troubles_.duplicated == 0) return std::nullopt;
  auto out = inner.value_or(LineCounters{});
  out.overruns += troubles_.dropped;
  out.framing += troubles_.corrupted;
  out.buffer_overruns += troubles_.duplicated;
  return out;
}

Nanos ChaosLink::hold_back() const {
  return inner_->hold_back() + (rx_.on && chaos_.delay > 0 ? Nanos(Chaos::kLongestDelay) : Nanos(0));
}

std::string ChaosLink::details() const {
  const auto inner = inner_->details();
  return fmt::format(
      "{}{}chaos on {}: seed {}, drop {}, duplicate {}, corrupt {}, split {}, delay {}, unplug {}", inner,
      inner.empty() ? "" : "; ",
      rx_.on && tx_.on ? "both ways"
      : rx_.on         ? "rx"
                       : "tx",
      chaos_.seed, chaos_.drop, chaos_.duplicate, chaos_.corrupt, chaos_.split, chaos_.delay, chaos_.unplug);
}

Error ChaosLink::gone() const {
  return {Fault::bench, fmt::format("{} went away: chaos has unplugged it", name()),
          "leave out unplug: in the link's chaos="};
}

}  // namespace attest::transport

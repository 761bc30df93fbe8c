#include "server/dns/outbox.hpp"

namespace attest::server::dns {

std::optional<Instant> Outbox::next() const {
  return waiting_.empty() ? std::nullopt : std::optional(waiting_.begin()->first);
}

std::vector<Datagram> Outbox::take_due(Instant now) {
  const auto end = waiting_.upper_bound(now);
  std::vector<Datagram> due;
  for (auto one = waiting_.begin(); one != end; ++one) due.push_back(std::move(one->second));
  waiting_.erase(waiting_.begin(), end);
  return due;
}

}  // namespace attest::server::dns

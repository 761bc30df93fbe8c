// Answers that wait for their time.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "harness/base/clock.hpp"
#include "server/dns/udp.hpp"

namespace attest::server::dns {

class Outbox {
 public:
  void put(Instant due, Datagram answer) { waiting_.emplace(due, std::move(answer)); }
  /// When the next is due.
  [[nodiscard]] std::optional<Instant> next() const;
  /// Those that are due, in the order of their times, and of one time in the order that they came in.
  [[nodiscard]] std::vector<Datagram> take_due(Instant now);

 private:
  std::multimap<Instant, Datagram> waiting_;
};

}  // namespace attest::server::dns

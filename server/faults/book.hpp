// What became of a relay's connections, for those who ask from other threads.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "server/control/faults.hpp"

namespace attest::server::faults {

/// Written on the relay's thread, read on any. Whoever waits goes on only after the listener has returned.
class Book {
 public:
  explicit Book(RelayListener listener) : listener_(std::move(listener)) {}

  /// Under the next number, which is returned.
  std::uint64_t open(Relayed connection);
  void tell(std::string_view event, Instant at, const Relayed& connection);
  /// As tell, of what is no event of its own.
  void note(const Relayed& connection);

  [[nodiscard]] std::vector<Relayed> all() const;
  [[nodiscard]] bool wait_closed(Deadline deadline, const Clock& clock) const;
  [[nodiscard]] bool wait_left(Deadline deadline, const Clock& clock) const;

 private:
  template <class Rule>
  bool wait_all(Rule rule, Deadline deadline, const Clock& clock) const;

  RelayListener listener_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Relayed> all_;
};

}  // namespace attest::server::faults

#include "server/faults/book.hpp"

#include <algorithm>

namespace attest::server::faults {

std::uint64_t Book::open(Relayed connection) {
  connection.connection = all_.size() + 1;  // only this thread writes
  if (listener_) listener_("accept", connection.accepted, connection);
  const std::scoped_lock lock(mutex_);
  all_.push_back(std::move(connection));
  changed_.notify_all();
  return all_.size();
}

void Book::tell(std::string_view event, Instant at, const Relayed& connection) {
  if (listener_) listener_(event, at, connection);
  note(connection);
}

void Book::note(const Relayed& connection) {
  const std::scoped_lock lock(mutex_);
  all_.at(connection.connection - 1) = connection;
  changed_.notify_all();
}

std::vector<Relayed> Book::all() const {
  const std::scoped_lock lock(mutex_);
  return all_;
}

template <class Rule>
bool Book::wait_all(Rule rule, Deadline deadline, const Clock& clock) const {
  std::unique_lock lock(mutex_);
  const auto so_far = static_cast<std::ptrdiff_t>(all_.size());
  return changed_.wait_for(lock, deadline.left(clock),
                           [&] { return std::all_of(all_.begin(), all_.begin() + so_far, rule); });
}

bool Book::wait_closed(Deadline deadline, const Clock& clock) const {
  return wait_all([](const Relayed& one) { return one.closed.has_value(); }, deadline, clock);
}

bool Book::wait_left(Deadline deadline, const Clock& clock) const {
  return wait_all([](const Relayed& one) { return one.closed || one.client_left; }, deadline, clock);
}

}  // namespace attest::server::faults

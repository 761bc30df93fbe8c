#include "server/journal/journal.hpp"

#include <algorithm>

#include "server/journal/sha256.hpp"

namespace attest::server {
namespace {

// The run's clock may be a fake one; waiting is always done on the machine's.
auto steady(Deadline deadline) {
  return std::chrono::steady_clock::time_point(Nanos(deadline.at().ns()) - steady_clock_shift());
}

}  // namespace

std::uint64_t Journal::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

std::size_t Journal::open_connections() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

std::vector<Handshake> Journal::handshakes() const {
  const std::lock_guard lock(mutex_);
  std::vector<Handshake> out;
  out.reserve(handshakes_.size());
  for (const auto& [connection, seen] : handshakes_) out.push_back(*seen);
  return out;
}

template <class Rule>
bool Journal::wait(Deadline deadline, Rule rule) const {
  std::unique_lock lock(mutex_);
  const auto wakes = wakes_;
  changed_.wait_until(lock, steady(deadline), [&] { return rule() || wakes_ != wakes; });
  return rule();
}

bool Journal::wait_handshakes(std::size_t count, Deadline deadline) const {
  return wait(deadline, [&] { return shaken_ >= count; });
}

void Journal::wake() {
  const std::lock_guard lock(mutex_);
  ++wakes_;
  changed_.notify_all();
}

std::vector<Served> Shelf::copies() const {
  std::vector<Served> out;
  out.reserve(entries_.size());
  for (const auto& entry : entries_) out.push_back(entry->served);
  return out;
}

std::vector<Served> Shelf::all() const {
  const std::lock_guard lock(journal_->mutex_);
  return copies();
}

std::vector<Served> Shelf::take() {
  const std::lock_guard lock(journal_->mutex_);
  auto out = copies();
  entries_.clear();
  return out;
}

bool Shelf::wait(std::size_t count, bool Entry::*mark, Deadline deadline) const {
  return journal_->wait(deadline, [&] {
    const auto marked =
        std::count_if(entries_.begin(), entries_.end(), [&](const auto& e) { return (*e).*mark; });
    return static_cast<std::size_t>(marked) >= count;
  });
}

bool Shelf::wait_settled(std::size_t count, Deadline deadline) const {
  return wait(count, &Entry::settled, deadline);
}

bool Shelf::wait_answered(std::size_t count, Deadline deadline) const {
  return wait(count, &Entry::answered, deadline);
}

bool Shelf::wait_over(Deadline deadline) const {
  return journal_->wait(deadline, [&] {
    return std::all_of(entries_.begin(), entries_.end(), [](const auto& e) { return e->over; });
  });
}

ConnectionLog::ConnectionLog(std::shared_ptr<Journal> journal, std::string peer, Instant accepted)
    : journal_(std::move(journal)), current_(std::make_shared<Entry>()) {
  {
    const std::lock_guard lock(journal_->mutex_);
    current_->served.connection = ++journal_->connections_;
    ++journal_->open_;
  }
  current_->served.peer = std::move(peer);
  current_->served.accepted = accepted;
  tell("accept", accepted);
}

ConnectionLog::~ConnectionLog() {
  const std::lock_guard lock(journal_->mutex_);
  --journal_->open_;
  for (const auto& entry : entries_)
    if (const auto alive = entry.lock()) alive->answered = alive->over = true;
  journal_->changed_.notify_all();
}

void ConnectionLog::tell(std::string_view event, Instant at) const {
  if (journal_->listener_) journal_->listener_(event, at, current_->served);
}

void ConnectionLog::begin(Instant first_byte) {
  auto fresh = std::make_shared<Entry>();
  fresh->served.connection = current_->served.connection;
  fresh->served.peer = current_->served.peer;
  fresh->served.accepted = current_->served.accepted;
  fresh->served.tls = current_->served.tls;
  fresh->served.first_byte = first_byte;
  const std::lock_guard lock(journal_->mutex_);
  fresh->served.request = ++journal_->requests_;
  current_ = std::move(fresh);
  entries_.emplace_back(current_);
  any_ = true;
}

void ConnectionLog::head(Served served, Instant at, Shelf& shelf) {
  Served& mine = current_->served;  // on no shelf yet: nobody else sees it
  mine.raw_head = std::move(served.raw_head);
  mine.method = std::move(served.method);
  mine.target = std::move(served.target);
  mine.version = std::move(served.version);
  mine.headers = std::move(served.headers);
  mine.malformed = std::move(served.malformed);
  mine.head_done = at;
  tell("head", at);
  const std::lock_guard lock(journal_->mutex_);
  const auto later = [](std::uint64_t number, const auto& entry) { return number < entry->served.request; };
  const auto place = std::upper_bound(shelf.entries_.begin(), shelf.entries_.end(), mine.request, later);
  shelf.entries_.insert(place, current_);
  journal_->changed_.notify_all();
}

void ConnectionLog::body(std::string bytes, bool complete, Instant at) {
  auto digest = sha256_hex(bytes);
  {
    const std::lock_guard lock(journal_->mutex_);
    current_->served.body = std::move(bytes);
    current_->served.body_sha256 = std::move(digest);
    current_->served.body_complete = complete;
    current_->served.body_done = at;
  }
  tell("body", at);
  const std::lock_guard lock(journal_->mutex_);
  current_->settled = true;
  journal_->changed_.notify_all();
}

void ConnectionLog::response(Sent sent, Instant at) {
  {
    const std::lock_guard lock(journal_->mutex_);
    current_->served.response_first = sent.first;
    current_->served.response_last = sent.last;
    current_->served.body_bytes_sent = sent.body_bytes;
    current_->served.response_head = std::move(sent.head);
  }
  tell("response", at);
  const std::lock_guard lock(journal_->mutex_);
  current_->answered = true;
  journal_->changed_.notify_all();
}

void ConnectionLog::closed(Instant at, std::string_view by) {
  if (std::exchange(closed_, true)) return;
  {
    const std::lock_guard lock(journal_->mutex_);
    entries_.emplace_back(current_);  // that of a connection without a request is in no list
    for (const auto& entry : entries_)
      if (const auto alive = entry.lock()) {
        alive->served.closed = at;
        alive->served.closed_by = by;
      }
  }
  tell("close", at);
}

void ConnectionLog::handshake(Handshake seen) {
  seen.connection = current_->served.connection;
  seen.peer = current_->served.peer;
  seen.accepted = current_->served.accepted;
  const auto done = seen.completed ? seen.completed : seen.over;
  const auto shared = std::make_shared<const Handshake>(std::move(seen));
  {
    const std::lock_guard lock(journal_->mutex_);
    current_->served.tls = journal_->handshakes_[shared->connection] = shared;
  }
  if (!done || std::exchange(shaken_, true)) return;
  tell("tls", *done);
  const std::lock_guard lock(journal_->mutex_);
  ++journal_->shaken_;
  journal_->changed_.notify_all();
}

void ConnectionLog::blame(std::string_view reason) {
  const std::lock_guard lock(journal_->mutex_);
  auto& malformed = current_->served.malformed;
  malformed += (malformed.empty() ? "" : "; ") + std::string(reason);
}

}  // namespace attest::server

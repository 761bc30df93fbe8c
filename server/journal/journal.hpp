// The log of what happened on the network. Connections write it, each from its own thread; cases read it and
// wait on it from theirs. A listener is told of a change before anybody who waits for that change wakes up,
// so whatever the listener writes is complete when a case goes on.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "server/control/origin.hpp"

namespace attest::server {

class Journal;

/// One request. Only the thread of its connection writes it, under the journal's lock; so that thread may
/// read it without.
struct Entry {
  Served served;
  bool settled = false;   ///< its body is done or broken off, and the listener knows
  bool answered = false;  ///< its response is out or will not come, and the listener knows
  bool over = false;      ///< its connection's socket is closed, and the listener knows
};

/// The requests for one resource, or those for none. Thread-safe.
class Shelf {
 public:
  explicit Shelf(std::shared_ptr<Journal> journal) : journal_(std::move(journal)) {}
  [[nodiscard]] std::vector<Served> all() const;
  /// All, and none are left.
  [[nodiscard]] std::vector<Served> take();
  [[nodiscard]] bool wait_settled(std::size_t count, Deadline deadline) const;
  [[nodiscard]] bool wait_answered(std::size_t count, Deadline deadline) const;
  [[nodiscard]] bool wait_over(Deadline deadline) const;

 private:
  friend class ConnectionLog;
  [[nodiscard]] std::vector<Served> copies() const;
  [[nodiscard]] bool wait(std::size_t count, bool Entry::*mark, Deadline deadline) const;

  std::shared_ptr<Journal> journal_;
  std::vector<std::shared_ptr<Entry>> entries_;  // in the order of their first byte
};

/// A response as it went out, or as far as it did.
struct Sent {
  std::optional<Instant> first, last;  ///< of its bytes
  std::uint64_t body_bytes = 0;        ///< without framing
  std::string head;                    ///< with the blank line
};

/// What one connection did. Used by its own thread only. Lives until the socket is closed: its end is the
/// moment from which the connection no longer counts as open.
class ConnectionLog {
 public:
  ConnectionLog(std::shared_ptr<Journal> journal, std::string peer, Instant accepted);
  ConnectionLog(const ConnectionLog&) = delete;
  ConnectionLog& operator=(const ConnectionLog&) = delete;
  ~ConnectionLog();

  /// The first byte of a request is there.
  void begin(Instant first_byte);
  /// Its head is understood as far as it can be, and it belongs to `shelf`. `served` holds all that comes
  /// from the head.
  void head(Served served, Instant at, Shelf& shelf);
  void body(std::string bytes, bool complete, Instant at);
  void response(Sent sent, Instant at);
  void closed(Instant at, std::string_view by);
  /// What is known of the connection's handshake by now; who and when is filled in here.
  void handshake(Handshake seen);

  /// One more reason why the last request is not well-formed.
  void blame(std::string_view reason);
  [[nodiscard]] bool any() const { return any_; }
  /// The last request, as far as it has come.
  [[nodiscard]] const Served& last() const { return current_->served; }

 private:
  void tell(std::string_view event, Instant at) const;

  std::shared_ptr<Journal> journal_;
  std::shared_ptr<Entry> current_;
  std::vector<std::weak_ptr<Entry>> entries_;
  bool any_ = false;
  bool closed_ = false;
  bool shaken_ = false;
};

/// Thread-safe.
class Journal {
 public:
  explicit Journal(JournalListener listener) : listener_(std::move(listener)) {}
  [[nodiscard]] std::uint64_t connections() const;
  [[nodiscard]] std::size_t open_connections() const;
  /// In the order of their connections.
  [[nodiscard]] std::vector<Handshake> handshakes() const;
  [[nodiscard]] bool wait_handshakes(std::size_t count, Deadline deadline) const;
  /// Whoever waits goes on now, as if his deadline had passed.
  void wake();

 private:
  friend class Shelf;
  friend class ConnectionLog;
  template <class Rule>
  bool wait(Deadline deadline, Rule rule) const;

  const JournalListener listener_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t connections_ = 0;
  std::uint64_t requests_ = 0;
  std::size_t open_ = 0;
  std::uint64_t wakes_ = 0;
  std::map<std::uint64_t, std::shared_ptr<const Handshake>> handshakes_;
  std::size_t shaken_ = 0;  // of those, how many are completed or over, and the listener knows
};

}  // namespace attest::server

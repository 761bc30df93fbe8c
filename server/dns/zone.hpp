// The names that there are, and what was asked for.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "server/control/names.hpp"
#include "server/dns/message.hpp"

namespace attest::server::dns {

/// What goes back for a query.
struct Decision {
  std::optional<std::string> bytes;  ///< none: silence
  Nanos delay{};
  std::string said;  ///< Query::answered
};

/// Thread-safe.
class Zone {
 public:
  /// Returns what remove() takes. `addresses` are those of `answer`.
  std::uint64_t add(const std::string& name, NameAnswer answer, std::vector<Ipv4> addresses);
  void remove(const std::string& name, std::uint64_t id);
  [[nodiscard]] Decision decide(const Parsed& query) const;

  void journal(Query query);
  [[nodiscard]] std::vector<Query> queries(const std::string& name) const;
  [[nodiscard]] bool wait_for(const std::string& name, std::size_t count, Nanos at_most) const;

 private:
  struct Entry {
    std::uint64_t id;
    NameAnswer answer;
    std::vector<Ipv4> addresses;
  };
  [[nodiscard]] Decision decide_for(const Entry& entry, const Parsed& query) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable asked_;
  std::uint64_t last_id_ = 0;
  std::map<std::string, std::vector<Entry>> entries_;  ///< the last of a name counts
  std::map<std::string, std::vector<Query>> queries_;
};

}  // namespace attest::server::dns

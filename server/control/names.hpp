// The lab's name server: A records, and the ways in which a name server fails. The implementation is
// server/dns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::server {

struct NameAnswer {
  enum class Kind { addresses, nxdomain, servfail, silence } kind = Kind::addresses;
  std::vector<std::string> addresses;  ///< IPv4
  std::string alias{};                 ///< the name is one for this (CNAME), and the addresses are this one's
  Nanos delay{};                       ///< of the answer, whatever it is
  std::uint32_t ttl = 0;               ///< seconds; 0: ask again next time
};

/// One query as it came.
struct Query {
  Instant at;
  std::string peer;
  std::string name;        ///< lower case, without the last dot
  std::uint16_t type = 0;  ///< 1: A, 28: AAAA
  /// "A 127.0.0.1, 127.0.0.2", "NXDOMAIN", "SERVFAIL", "no records", "nothing". A query that could not be
  /// understood has no name and is "FORMERR" or "NOTIMP"; one for another class than that of the internet is
  /// "REFUSED".
  std::string answered;
  /// When the answer leaves; unset if none does. A delayed one is due then, and leaves as soon as the
  /// server's thread has woken up.
  std::optional<Instant> answered_at{};
};

class Names {
 public:
  virtual ~Names() = default;
  /// A name's answer for as long as this lives; a second for the same name takes over until it ends.
  class Record {
   public:
    virtual ~Record() = default;
  };
  /// Names compare without case. A name that has no record is NXDOMAIN; a type other than A of one that has
  /// is an answer without records. Throws a Failure (usage) for what is no IPv4 address. A Record may outlive
  /// the server.
  [[nodiscard]] virtual std::unique_ptr<Record> answer(std::string name, NameAnswer answer) = 0;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual const std::string& address() const = 0;
  /// The queries for a name so far.
  [[nodiscard]] virtual std::vector<Query> queries(std::string_view name) const = 0;
  /// Waits until there were `count` queries for a name, of whatever type; false when the deadline passes.
  [[nodiscard]] virtual bool wait_for(std::string_view name, std::size_t count, Deadline deadline) const = 0;
};

struct NamesConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the kernel chooses; devices ask at 53
};

/// On the server's thread, before the answer goes out; must not throw.
using QueryListener = std::function<void(const Query& query)>;

/// UDP. A port that is taken, or that needs a right which is missing, is a bench error as in start_origin.
[[nodiscard]] Result<std::unique_ptr<Names>> start_names(const NamesConfig& config, const Clock& clock,
                                                         QueryListener listener);

}  // namespace attest::server

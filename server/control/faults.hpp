// Trouble on the way: a TCP relay in front of the origin that does to connections what networks do. The
// implementation is server/faults on Boost.Asio, one file for each fault.
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
#include "server/control/origin.hpp"

namespace attest::server {

enum class Trouble {
  none,        ///< bytes pass as they come
  refuse,      ///< connecting is refused
  reset,       ///< RST at the place, to both sides
  stall,       ///< nothing more after the place, the connection stays open
  cut,         ///< an orderly close (FIN) at the place
  half_close,  ///< as cut, but what the client still sends is taken
  delay,       ///< nothing for `span` at the place: by default the response begins later
  drip,        ///< from the place on in pieces of `piece` bytes, `span` apart
  limit,       ///< `rate` bytes a second from the place on
  duplicate,   ///< the `piece` bytes before the place come twice
  trailing,    ///< `extra` at the place; by default after all that the server sends, before its close
};

/// A place in the bytes that go to the client. It is reached when all before it has been passed on; the very
/// start, when the server begins to answer (or ends). One behind the end of what the server sends is never
/// reached.
struct Place {
  /// body: the byte after the blank line of the first head, which cannot be seen in TLS
  enum class From { start, body } from = From::start;
  std::uint64_t bytes = 0;
};

struct NetFault {
  Trouble kind = Trouble::none;
  Place place{};
  Nanos span{};
  std::size_t piece = 1;
  double rate = 0;
  std::string extra;
  /// Connections that it is done to, counted from when it is applied; the later ones pass. 0: all.
  /// Connections that are refused cannot be counted, so `refuse` is for all.
  std::size_t times = 0;
  /// Spans and pieces vary by up to so much of themselves (0.3: 30 %), by the seed.
  double jitter = 0;
  std::uint64_t seed = 0;
};

/// One connection through the relay.
struct Relayed {
  std::uint64_t connection = 0;  ///< counted from 1 per relay
  std::string peer;
  Trouble done = Trouble::none;  ///< what was really done to it; none while the place has not come
  Instant accepted;
  std::optional<Instant> struck;  ///< when the fault began
  /// When the client ended its sending, by FIN or RST. One that gives up in a stall does this, while the
  /// connection stays: it may only have closed its half, and what is held back is still owed to it.
  std::optional<Instant> client_left;
  std::optional<Instant> closed;
  std::uint64_t to_server = 0, to_client = 0;  ///< bytes passed on, with those that the fault added
};

class Relay {
 public:
  virtual ~Relay() = default;

  /// A fault for as long as this lives. When it ends, connections in the middle of it go on as if it had
  /// never been: what was held back is passed on, a stall ends. A listening port that refused listens again.
  class Applied {
   public:
    virtual ~Applied() = default;
  };
  /// For connections that are accepted from now on; those before go on as they are. A second takes over from
  /// the first for new ones until it ends. In effect when this returns. Throws a Failure (usage) for what
  /// cannot be done, such as a limit of no bytes a second.
  [[nodiscard]] virtual std::unique_ptr<Applied> apply(NetFault fault) = 0;

  /// Ends the connections that are open now, in an orderly way, as a server does that tires of idle ones. How
  /// many those were.
  virtual std::size_t end_open() = 0;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// "127.0.0.1:40001", or without the port where it is 80 (443 in front of TLS).
  [[nodiscard]] virtual std::string authority() const = 0;
  /// The resource's URL, by way of this relay.
  [[nodiscard]] virtual std::string url(const Resource& resource) const = 0;
  [[nodiscard]] virtual std::vector<Relayed> connections() const = 0;
  /// Waits until every connection so far is closed.
  [[nodiscard]] virtual bool wait_closed(Deadline deadline) const = 0;
  /// Waits until the client of every connection so far has ended its sending (Relayed::client_left), or it is
  /// closed.
  [[nodiscard]] virtual bool wait_left(Deadline deadline) const = 0;
};

struct RelayConfig {
  std::string address = "127.0.0.1";  ///< where to listen
  std::string advertise;              ///< what the device is told; empty: the same
  std::uint16_t port = 0;             ///< 0: the kernel chooses
  std::uint16_t advertise_port = 0;   ///< what URLs name, where a router stands in front; 0: the port above
  std::string to_address = "127.0.0.1";
  std::uint16_t to_port = 0;
  bool tls = false;  ///< what it stands in front of speaks TLS: URLs are https, and 443 is left out of them
};

/// `event`: "accept", "strike" (the fault begins), "lift" (of one that had struck), "leave" (client_left),
/// "close". On the relay's thread; must not throw. Whoever waits in a Relay goes on only after the listener
/// has returned.
using RelayListener = std::function<void(std::string_view event, Instant at, const Relayed& connection)>;

/// A port that is taken, or that needs a right which is missing, is a bench error as in start_origin. The
/// relay's end resets what is open; an Applied may outlive it, to no effect.
[[nodiscard]] Result<std::unique_ptr<Relay>> start_relay(const RelayConfig& config, const Clock& clock,
                                                         RelayListener listener);

/// "half-close"; and the way back, where an unknown name is a usage error that says which is near.
[[nodiscard]] std::string_view name_of(Trouble trouble);
[[nodiscard]] Result<Trouble> net_trouble_named(std::string_view name);

}  // namespace attest::server

#include "harness/measure/split.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/measure/fields.hpp"

namespace attest::measure {
namespace {

using Json = nlohmann::json;

// What the exchange itself says.

struct Window {
  Instant begin, end;
  std::int64_t number = 0;
  std::int64_t end_offset = 0;                              ///< in all that was received
  std::vector<std::pair<std::int64_t, std::int64_t>> echo;  ///< offsets
  [[nodiscard]] bool holds(Instant at) const { return begin <= at && at <= end; }
};

void take_item(Window& window, bool& ended, const Json& item) {
  const auto kind = text(item, "kind");
  const auto begin = whole(item, "begin"), end = whole(item, "end"), last = whole(item, "last");
  if (!begin || !end || !last) return;
  if (kind == "echo") window.echo.emplace_back(*begin, *end);
  if (kind != "final" && kind != "prompt") return;
  ended = true;
  window.end = std::max(window.end, Instant(*last));
  window.end_offset = std::max(window.end_offset, *end);
}

std::optional<Window> window_of(const record::Event& exchange) {
  const auto number = whole(exchange.fields, "exchange"), sent_at = whole(exchange.fields, "sent_at");
  const auto items = exchange.fields.find("items");
  if (!number || !sent_at || items == exchange.fields.end() || !items->is_array()) return {};
  Window window{.begin = Instant(*sent_at), .end = Instant(*sent_at), .number = *number};
  bool ended = false;
  for (const auto& item : *items) take_item(window, ended, item);
  if (!ended) return {};
  return window;
}

/// When the last bit of the command was on the wire. Pieces queue up where they come faster than the line.
Instant command_end(const record::Event& exchange, std::span<const record::Event> around,
                    const Window& window, const Line& line) {
  std::optional<Instant> free;
  for (const auto& event : around) {
    if (event.type != "tx" || !window.holds(event.at)) continue;
    if (whole(event.fields, "exchange") != window.number) continue;
    free = std::max(free.value_or(event.at), event.at) + line.wire_time(bytes_in(event.fields, "bytes"));
  }
  return free.value_or(window.begin + line.wire_time(bytes_in(exchange.fields, "sent")));
}

// What the network saw.

enum class What {
  asked,
  untold,
  answered,
  relayed,
  unrelayed,
  accepted,
  shaken,
  requested,
  responded,
  closed
};

struct Moment {
  Instant at;
  What what;
  std::string peer;
};

std::optional<What> what_of(const record::Event& event) {
  static const std::map<std::string, What, std::less<>> kServer{{"accept", What::accepted},
                                                                {"tls", What::shaken},
                                                                {"response", What::responded},
                                                                {"close", What::closed}};
  const auto name = text(event.fields, "event");
  if (event.type == "relay" && name == "accept") return What::relayed;
  if (event.type == "relay" && name == "close") return What::unrelayed;
  if (event.type != "server") return {};
  if (name == "body" && is_true(event.fields, "complete")) return What::requested;
  const auto found = kServer.find(name);
  return found == kServer.end() ? std::nullopt : std::optional(found->second);
}

void add_query(std::vector<Moment>& all, const record::Event& event) {
  const auto answered_at = whole(event.fields, "answered_at");
  all.push_back({event.at, answered_at ? What::asked : What::untold, {}});
  if (answered_at) all.push_back({Instant(*answered_at), What::answered, {}});
}

std::vector<Moment> moments_in(const Window& window, std::span<const record::Event> around) {
  std::vector<Moment> all;
  for (const auto& event : around) {
    if (event.at < window.begin) continue;
    if (event.type == "dns") add_query(all, event);
    if (const auto what = what_of(event)) all.push_back({event.at, *what, text(event.fields, "peer")});
  }
  std::erase_if(all, [&](const Moment& one) { return !window.holds(one.at); });
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return all;
}

enum class Phase {
  idle,
  connecting,
  resolving,
  requesting,
  shaking,
  serving
};  // the greater one has the time

/// What goes on in the network. Connections are known by their peer: two origins count their own from 1 each.
class Network {
 public:
  explicit Network(const std::vector<Moment>& moments) {
    for (const auto& one : moments)
      if (one.what == What::shaken) secure_.insert(one.peer);
  }

  /// False: it is of no account here, as the end of a connection that an earlier command began.
  bool take(const Moment& moment) {
    switch (moment.what) {
      case What::asked:
        return ++unanswered_ > 0;
      case What::answered:
        unanswered_ = std::max(0, unanswered_ - 1);
        return connecting_ = true;
      case What::untold:
      case What::relayed:
        return connecting_ = true;
      case What::unrelayed:
        return std::exchange(connecting_, false);
      case What::closed:
        return connections_.erase(moment.peer) > 0;
      case What::accepted:
        connecting_ = false;
        return enter(moment.peer, secure_.contains(moment.peer) ? Phase::shaking : Phase::requesting);
      case What::requested:
        return enter(moment.peer, Phase::serving);
      case What::shaken:
        return leave(moment.peer, Phase::shaking, Phase::requesting);
      case What::responded:
        return leave(moment.peer, Phase::serving, Phase::idle);
    }
    return false;
  }

  [[nodiscard]] Phase phase() const {
    auto now = unanswered_ > 0 ? Phase::resolving : connecting_ ? Phase::connecting : Phase::idle;
    for (const auto& [peer, phase] : connections_) now = std::max(now, phase);
    return now;
  }

 private:
  bool enter(const std::string& peer, Phase phase) {
    connections_[peer] = phase;
    return true;
  }
  bool leave(const std::string& peer, Phase from, Phase to) {
    const auto found = connections_.find(peer);
    if (found == connections_.end() || found->second != from) return false;
    found->second = to;
    return true;
  }

  std::set<std::string> secure_;
  std::map<std::string, Phase> connections_;
  int unanswered_ = 0;
  bool connecting_ = false;
};

/// From `begin` to the next one, or the end.
struct Stretch {
  Instant begin;
  Phase phase = Phase::idle;
  What by = What::closed;
};

/// Of a connection that was not accepted in the end nothing is known but that the device was at it.
void forget_vain_connecting(std::vector<Stretch>& all) {
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    if (one->by == What::relayed || one->by == What::accepted) return;
    if (one->phase == Phase::connecting) one->phase = Phase::idle;
  }
}

/// The first is the time before the network saw anything; when it begins is not known here.
std::vector<Stretch> stretches_of(const std::vector<Moment>& moments) {
  Network network(moments);
  std::vector<Stretch> all(1);
  for (const auto& one : moments)
    if (network.take(one)) all.push_back({one.at, network.phase(), one.what});
  forget_vain_connecting(all);
  return all;
}

// And the parts.

bool by_the_device(What what) {
  return what == What::asked || what == What::untold || what == What::relayed || what == What::accepted ||
         what == What::requested;
}

Split::Part Split::*part_of(const std::vector<Stretch>& all, std::size_t i) {
  switch (all[i].phase) {
    case Phase::serving:
      return &Split::server;
    case Phase::shaking:
      return &Split::tls;
    case Phase::requesting:
      return &Split::request;
    case Phase::resolving:
      return &Split::dns;
    case Phase::connecting:
      return &Split::connect;
    case Phase::idle:
      break;
  }
  if (all.size() == 1) return &Split::device;
  if (i == 0) return &Split::before;
  const auto next = all.begin() + static_cast<std::ptrdiff_t>(i) + 1;
  const bool more = std::any_of(next, all.end(), [](const auto& one) { return by_the_device(one.by); });
  return more ? &Split::between : &Split::after;
}

std::int64_t overlap(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
  return std::max<std::int64_t>(0, std::min(b, d) - std::max(a, c));
}

/// Of the reply, without its echo, and nothing that came behind it in the same read.
std::uint64_t bytes_after(Instant moment, std::span<const record::Event> around, const Window& window) {
  std::int64_t count = 0;
  for (const auto& event : around) {
    const auto begin = whole(event.fields, "begin");
    if (event.type != "rx" || !begin || event.at <= moment || !window.holds(event.at)) continue;
    const auto bytes = static_cast<std::int64_t>(bytes_in(event.fields, "bytes"));
    const auto end = std::min(*begin + bytes, window.end_offset);
    count += std::max<std::int64_t>(0, end - *begin);
    for (const auto& [from, to] : window.echo) count -= overlap(*begin, end, from, to);
  }
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, count));
}

/// Gives each stretch to its part, and gives the moment from which on only the last part has had the time.
Instant share_out(Split& split, const std::vector<Stretch>& all, Instant end) {
  const auto last = part_of(all, all.size() - 1);
  Instant tail = end;
  for (std::size_t i = all.size(); i-- > 0; end = all[i].begin) {
    const auto part = part_of(all, i);
    split.*part = (split.*part).value_or(Nanos(0)) + (end - all[i].begin);
    if (part == last && tail == end) tail = all[i].begin;
  }
  return tail;
}

/// A device may go by the CR before the LF has come, and a line may be faster than we were told.
Instant begin_of_device(Instant command_end, const std::vector<Stretch>& all, Instant end) {
  const auto seen = all.size() > 1 ? all[1].begin : end;
  return std::min({command_end, seen, end});
}

}  // namespace

Nanos Line::wire_time(std::uint64_t bytes) const {
  if (baud == 0) return Nanos(0);
  const auto bits = static_cast<double>(bytes) * bits_per_byte;
  return Nanos(static_cast<std::int64_t>(bits * 1e9 / baud));
}

std::span<const NamedPart> parts() {
  static constexpr std::array<NamedPart, 11> kParts{{{"command", &Split::command},
                                                     {"device", &Split::device},
                                                     {"before", &Split::before},
                                                     {"dns", &Split::dns},
                                                     {"connect", &Split::connect},
                                                     {"tls", &Split::tls},
                                                     {"request", &Split::request},
                                                     {"server", &Split::server},
                                                     {"between", &Split::between},
                                                     {"after", &Split::after},
                                                     {"reply", &Split::reply}}};
  return kParts;
}

std::optional<Split> split(const record::Event& exchange, std::span<const record::Event> around,
                           const Line& line) {
  const auto window = window_of(exchange);
  if (!window) return {};
  auto stretches = stretches_of(moments_in(*window, around));
  auto& begin = stretches.front().begin;
  begin = begin_of_device(command_end(exchange, around, *window, line), stretches, window->end);

  Split out{.command = begin - window->begin, .total = window->end - window->begin};
  const auto tail = share_out(out, stretches, window->end);
  out.reply = std::min(line.wire_time(bytes_after(tail, around, *window)), window->end - tail);
  *(out.*part_of(stretches, stretches.size() - 1)) -= *out.reply;
  return out;
}

}  // namespace attest::measure

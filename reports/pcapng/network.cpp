#include "reports/pcapng/network.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "harness/measure/fields.hpp"

namespace attest::reports::pcapng {
namespace {

using From = TcpFlow::From;
using measure::text;
using measure::whole;

constexpr Endpoint kServer{{192, 0, 2, 1}, 80};
constexpr Endpoint kNameServer{{192, 0, 2, 1}, 53};
/// What one packet may be long, its heads left out.
constexpr std::uint64_t kSegment = 60'000;

Endpoint peer_of(const record::Event& event) {
  return endpoint(text(event.fields, "peer")).value_or(Endpoint{{192, 0, 2, 2}, 40'000});
}

std::string name_in_dns(std::string_view name) {
  std::string out;
  while (!name.empty() && out.size() < 250) {
    const auto label = name.substr(0, name.find('.'));
    const auto kept = label.substr(0, 63);
    if (!kept.empty()) out += big(kept.size(), 1) + std::string(kept);
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return out + std::string(1, '\0');
}

/// What a name server said: a code, and addresses.
struct Answer {
  std::uint16_t code = 0;
  std::vector<std::string> addresses;  ///< four bytes each
};

/// "A 192.168.1.2, 192.168.1.3", "NXDOMAIN", "no records", …; nothing for what cannot be told from its name.
std::optional<Answer> answer_of(std::string_view answered) {
  static constexpr std::pair<std::string_view, std::uint16_t> kCodes[] = {
      {"no records", 0}, {"FORMERR", 1}, {"SERVFAIL", 2}, {"NXDOMAIN", 3}, {"NOTIMP", 4}, {"REFUSED", 5}};
  for (const auto& [name, code] : kCodes)
    if (answered == name) return Answer{code, {}};
  if (!answered.starts_with("A ")) return {};
  Answer out;
  for (auto one : split(answered.substr(2), ',')) {
    const auto address = endpoint(std::string(trimmed(one)) + ":0");
    if (!address) return {};
    out.addresses.emplace_back(address->address.begin(), address->address.end());
  }
  return out;
}

}  // namespace

void Network::server(const record::Event& event) {
  const Key key{text(event.fields, "device"), whole(event.fields, "connection").value_or(0)};
  const auto what = text(event.fields, "event");
  if (what == "accept") return open(key, event);
  const auto found = open_.find(key);
  if (found == open_.end()) return;
  auto& one = found->second;
  const auto body =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, whole(event.fields, "bytes").value_or(0)));
  if (what == "tls") {
    one.tls = "over TLS (" + text(event.fields, "version") + ", " + text(event.fields, "suite") +
              "), shown decrypted; " + text(event.fields, "failure") + text(event.fields, "alert");
  } else if (what == "head") {
    one.head = record::text_of(event, "head");
    one.head_at = event.at;
  } else if (what == "body") {
    std::vector<std::string> comments;
    if (body > 0) comments.push_back("body SHA-256 " + text(event.fields, "body_sha256"));
    request(one, body, std::move(comments));
  } else if (what == "response") {
    request(one, 0, {"its body had not come when it was answered"});
    if (const auto head = record::text_of(event, "head"); !head.empty()) {
      message(one, From::server, event.at, head, body, {});
      ++responses_;
    }
  } else if (what == "close") {
    close(found, event.at);
  }
}

void Network::open(const Key& key, const record::Event& event) {
  if (const auto old = open_.find(key); old != open_.end()) close(old, event.at);
  if (open_.size() >= kOpenAtMost) close(open_.begin(), event.at);
  const auto one = open_.emplace(key, Connection{TcpFlow(peer_of(event), kServer), {}, {}, {}}).first;
  auto& flow = one->second.flow;
  capture_.ip(event.at, Direction::inbound, flow.syn(From::client), 0,
              {"connection " + std::to_string(key.second) + " of " + key.first});
  capture_.ip(event.at, Direction::outbound, flow.syn(From::server));
  capture_.ip(event.at, Direction::inbound, flow.ack(From::client));
}

/// Nothing where it has been written already.
void Network::request(Connection& one, std::uint64_t body, std::vector<std::string> comments) {
  if (one.head.empty()) return;
  if (!one.tls.empty()) comments.push_back(one.tls);
  message(one, From::client, one.head_at, std::exchange(one.head, {}), body, std::move(comments));
  ++requests_;
}

void Network::close(std::map<Key, Connection>::iterator one, Instant at) {
  request(one->second, 0, {"its body never came"});
  auto& flow = one->second.flow;
  capture_.ip(at, Direction::outbound, flow.fin(From::server));
  capture_.ip(at, Direction::inbound, flow.fin(From::client));
  capture_.ip(at, Direction::outbound, flow.ack(From::server));
  open_.erase(one);
}

void Network::message(Connection& one, From from, Instant at, const std::string& head, std::uint64_t body,
                      std::vector<std::string> comments) {
  const auto direction = from == From::client ? Direction::inbound : Direction::outbound;
  if (body > 0) comments.push_back(std::to_string(body) + " bytes of the body are not in the record");
  std::string_view rest = head;
  do {
    const auto known = rest.substr(0, kSegment);
    rest.remove_prefix(known.size());
    const auto left_out = rest.empty() ? std::min(body, kSegment - known.size()) : 0;
    body -= left_out;
    capture_.ip(at, direction, one.flow.data(from, known, static_cast<std::uint16_t>(left_out)), left_out,
                std::exchange(comments, {}));
  } while (!rest.empty() || body > 0);
}

void Network::dns(const record::Event& event) {
  static constexpr std::uint16_t kQuery = 0x0100, kAnswer = 0x8180;
  static constexpr std::uint16_t kNameAtTwelve = 0xc00c, kInternet = 1, kAddress = 1;
  const auto client = peer_of(event);
  const auto id = big(++dns_id_, 2);
  const auto type = static_cast<std::uint16_t>(whole(event.fields, "type").value_or(1));
  const auto question = name_in_dns(record::text_of(event, "name")) + big(type, 2) + big(kInternet, 2);
  capture_.ip(event.at, Direction::inbound,
              udp(client, kNameServer, id + big(kQuery, 2) + big(1, 2) + big(0, 6) + question));
  const auto at = whole(event.fields, "answered_at");
  if (!at) return;
  const auto answered = record::text_of(event, "answered");
  const auto known = answer_of(answered);
  if (!known) return;  // it is not known what stood in it
  auto answer =
      id + big(kAnswer | known->code, 2) + big(1, 2) + big(known->addresses.size(), 2) + big(0, 4) + question;
  for (const auto& address : known->addresses)
    answer += big(kNameAtTwelve, 2) + big(kAddress, 2) + big(kInternet, 2) + big(0, 4) + big(4, 2) + address;
  capture_.ip(Instant(*at), Direction::outbound, udp(kNameServer, client, answer), 0,
              {"answered: " + visible(answered)});
}

}  // namespace attest::reports::pcapng

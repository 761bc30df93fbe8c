#include "suites/support/taped_servers.hpp"

#include <fmt/format.h>

#include "suites/support/answers.hpp"
#include "suites/support/questions.hpp"
#include "suites/support/taped_resource.hpp"

namespace attest::suites {
namespace {

using nlohmann::json;

/// Whatever ends when a case lets go of it; a replay has nothing to end.
class NothingApplied final : public server::Relay::Applied {};
class NoRecord final : public server::Names::Record {};

/// What a call gave, or the Failure that it threw: both are the door's answer.
template <class Call>
Status outcome_of(const Call& call) {
  try {
    call();
    return {};
  } catch (const Failure& failure) {
    return tl::unexpected(failure.error());
  }
}

bool same(const server::Handshake& a, const server::Handshake& b) {
  return a.received == b.received && a.hello == b.hello && a.completed == b.completed && a.over == b.over &&
         a.version == b.version && a.alert == b.alert && a.failure == b.failure;
}

bool same(const server::Relayed& a, const server::Relayed& b) {
  return a.done == b.done && a.struck == b.struck && a.client_left == b.client_left && a.closed == b.closed &&
         a.to_server == b.to_server && a.to_client == b.to_client;
}

}  // namespace

TapedOrigin::TapedOrigin(Tape& tape, std::string name, std::size_t place, bool tls, server::Origin* real)
    : tape_(tape),
      real_(real),
      scheme_(tls ? "https://" : "http://"),
      handshakes_(fmt::format("handshakes at {} {}", name, place)) {
  const auto facts = tape.kept(name, place, [&]() -> json {
    return {{"host", real->advertised_host()}, {"authority", real->authority()}, {"port", real->port()}};
  });
  host_ = facts.at("host");
  authority_ = facts.at("authority");
  port_ = facts.at("port");
}

Result<std::unique_ptr<server::Resource>> TapedOrigin::placed(
    const std::function<Result<std::unique_ptr<server::Resource>>()>& place) {
  std::unique_ptr<server::Resource> real;
  const auto answer = tape_.value(question::kServe, [&]() -> json {
    auto made = place();
    if (!made) return {{"error", answer_of(made.error())}};
    real = std::move(*made);
    return to_latin1_json(real->path());
  });
  if (answer.is_object()) return tl::unexpected(error_in(answer.at("error")));
  const auto path = text_in(answer);
  return std::make_unique<TapedResource>(tape_, path, scheme_ + authority_ + path, std::move(real));
}

std::unique_ptr<server::Resource> TapedOrigin::add(server::Response response, std::string_view suffix) {
  return must(placed([&]() -> Result<std::unique_ptr<server::Resource>> {
    std::unique_ptr<server::Resource> made;
    if (auto ok = outcome_of([&] { made = real_->add(std::move(response), suffix); }); !ok)
      return tl::unexpected(ok.error());
    return made;
  }));
}

Result<std::unique_ptr<server::Resource>> TapedOrigin::add_at(server::Response response, std::string path) {
  return placed([&] { return real_->add_at(std::move(response), std::move(path)); });
}

std::uint64_t TapedOrigin::connections() const {
  return tape_.value(question::kConnections, [&] { return json(real_->connections()); });
}

std::size_t TapedOrigin::open_connections() const {
  return tape_.value(question::kOpen, [&] { return json(real_->open_connections()); });
}

/// Asked of the doors, which open it where it is not open yet.
void TapedOrigin::use(const server::TlsSetup& tls) {
  if (real_ != nullptr) real_->use(tls);
}

std::vector<server::Handshake> TapedOrigin::handshakes() const {
  return handshakes_.ask(
      tape_, question::kHandshakes, [&] { return real_->handshakes(); },
      [](const auto& a, const auto& b) { return same(a, b); },
      [&](const auto& one) { return answer_of(one, tape_.number_of("hellos", hello_of(one))); },
      [&](const json& answer) {
        server::Handshake one;
        const auto hello = handshake_in(answer, one);
        hello_in(tape_.of_number("hellos", hello), one);
        return one;
      });
}

bool TapedOrigin::wait_handshakes(std::size_t count, Deadline deadline) const {
  return tape_.yes(question::kShaken, [&] { return real_->wait_handshakes(count, deadline); });
}

std::vector<server::Served> TapedOrigin::strangers() {
  std::vector<server::Served> out;
  const auto answer = tape_.value(question::kStrangers, [&] {
    out = real_->strangers();
    auto all = json::array();
    for (const auto& one : out) all.push_back(answer_of(one, tape_));
    return all;
  });
  if (tape_.replays())
    for (const auto& one : answer) out.push_back(served_in(one, tape_));
  return out;
}

TapedRelay::TapedRelay(Tape& tape, std::size_t place, server::Relay* real)
    : tape_(tape), real_(real), connections_(fmt::format("relayed at {}", place)) {
  const auto facts = tape.kept("relay", place, [&]() -> json {
    return {{"authority", real->authority()}, {"port", real->port()}};
  });
  authority_ = facts.at("authority");
  port_ = facts.at("port");
}

std::unique_ptr<server::Relay::Applied> TapedRelay::apply(server::NetFault fault) {
  std::unique_ptr<Applied> applied = std::make_unique<NothingApplied>();
  must(status_in(tape_.value(question::kDisturb, [&] {
    return answer_of(outcome_of([&] { applied = real_->apply(std::move(fault)); }));
  })));
  return applied;
}

std::size_t TapedRelay::end_open() {
  return tape_.value(question::kEndOpen, [&] { return json(real_->end_open()); });
}

std::string TapedRelay::url(const server::Resource& resource) const {
  return fmt::format("http://{}{}", authority_, resource.path());
}

std::vector<server::Relayed> TapedRelay::connections() const {
  return connections_.ask(
      tape_, question::kRelayed, [&] { return real_->connections(); },
      [](const auto& a, const auto& b) { return same(a, b); }, [](const auto& one) { return answer_of(one); },
      [](const json& answer) { return relayed_in(answer); });
}

bool TapedRelay::wait_closed(Deadline deadline) const {
  return tape_.yes(question::kClosed, [&] { return real_->wait_closed(deadline); });
}

bool TapedRelay::wait_left(Deadline deadline) const {
  return tape_.yes(question::kLeft, [&] { return real_->wait_left(deadline); });
}

TapedNames::TapedNames(Tape& tape, server::Names* real) : tape_(tape), real_(real) {
  const auto facts = tape.kept("names", 0, [&]() -> json {
    return {{"address", real->address()}, {"port", real->port()}};
  });
  address_ = facts.at("address");
  port_ = facts.at("port");
}

std::unique_ptr<server::Names::Record> TapedNames::answer(std::string name, server::NameAnswer answer) {
  std::unique_ptr<Record> record = std::make_unique<NoRecord>();
  must(status_in(tape_.value(question::kName, [&] {
    return answer_of(outcome_of([&] { record = real_->answer(std::move(name), std::move(answer)); }));
  })));
  return record;
}

std::vector<server::Query> TapedNames::queries(std::string_view name) const {
  const auto [list, fresh] =
      queries_.try_emplace(std::string(name), fmt::format("queries for {}", to_latin1_json(name)));
  return list->second.ask(
      tape_, question::kQueries, [&] { return real_->queries(name); },
      [](const auto& a, const auto& b) { return a.answered_at == b.answered_at; },
      [](const auto& one) { return answer_of(one); }, [](const json& answer) { return query_in(answer); });
}

bool TapedNames::wait_for(std::string_view name, std::size_t count, Deadline deadline) const {
  return tape_.yes(question::kQueried, [&] { return real_->wait_for(name, count, deadline); });
}

std::string TapedPki::ca_pem(server::Ca which) const {
  return tape_.kept("ca", static_cast<std::size_t>(which), [&] { return json(real_->ca_pem(which)); });
}

std::string TapedPki::chain_pem(server::Leaf leaf) const {
  return tape_.kept("chain", static_cast<std::size_t>(leaf), [&] { return json(real_->chain_pem(leaf)); });
}

const server::Identity& TapedPki::identity(server::Leaf leaf) const {
  if (real_ == nullptr) throw Failure({Fault::bench, "a replay has no keys", "ask for certificates only"});
  return real_->identity(leaf);
}

}  // namespace attest::suites

#include "server/control/names.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <thread>

#include "server/dns/outbox.hpp"
#include "server/dns/zone.hpp"
#include "server/net/listening.hpp"

namespace attest::server {
namespace dns {
namespace {

std::vector<Ipv4> parsed(const NameAnswer& answer) {
  std::vector<Ipv4> all;
  for (const auto& text : answer.addresses) {
    Ipv4 address{};
    if (::inet_pton(AF_INET, text.c_str(), address.data()) != 1)
      throw Failure({Fault::usage, fmt::format("answer with '{}': not an IPv4 address", text),
                     "give four numbers with dots"});
    all.push_back(address);
  }
  return all;
}

class HeldRecord final : public Names::Record {
 public:
  HeldRecord(std::shared_ptr<Zone> zone, std::string name, NameAnswer answer)
      : zone_(std::move(zone)), name_(std::move(name)) {
    auto addresses = parsed(answer);
    id_ = zone_->add(name_, std::move(answer), std::move(addresses));
  }
  HeldRecord(const HeldRecord&) = delete;
  HeldRecord& operator=(const HeldRecord&) = delete;
  ~HeldRecord() override { zone_->remove(name_, id_); }

 private:
  std::shared_ptr<Zone> zone_;
  std::string name_;
  std::uint64_t id_ = 0;
};

class UdpNames final : public Names {
 public:
  UdpNames(Listening bound, Fd wake, std::string address, const Clock& clock, QueryListener listener)
      : socket_(std::move(bound.socket)),
        wake_(std::move(wake)),
        port_(bound.port),
        address_(std::move(address)),
        clock_(clock),
        listener_(std::move(listener)),
        thread_([this] { run(); }) {}
  UdpNames(const UdpNames&) = delete;
  UdpNames& operator=(const UdpNames&) = delete;
  ~UdpNames() override {
    (void)::eventfd_write(wake_.get(), 1);
    thread_.join();
  }

  std::unique_ptr<Record> answer(std::string name, NameAnswer answer) override {
    return std::make_unique<HeldRecord>(zone_, normal_name(name), std::move(answer));
  }
  std::uint16_t port() const override { return port_; }
  const std::string& address() const override { return address_; }
  std::vector<Query> queries(std::string_view name) const override {
    return zone_->queries(normal_name(name));
  }
  bool wait_for(std::string_view name, std::size_t count, Deadline deadline) const override {
    return zone_->wait_for(normal_name(name), count, deadline.left(clock_));
  }

 private:
  void run() {
    for (;;) {
      std::array<pollfd, 2> ends{{{socket_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
      const auto wait = patience();
      (void)::ppoll(ends.data(), ends.size(), wait ? &*wait : nullptr, nullptr);
      if (ends[1].revents != 0) return;
      if (ends[0].revents != 0)
        if (auto in = receive(socket_)) take(std::move(*in));
      for (const auto& answer : outbox_.take_due(clock_.now())) send(socket_, answer);
    }
  }

  std::optional<timespec> patience() const {
    const auto due = outbox_.next();
    if (!due) return std::nullopt;
    const auto left = Deadline(*due).left(clock_).count();
    return timespec{left / 1'000'000'000, left % 1'000'000'000};
  }

  /// The journal has it before the answer goes out: a device may tell of the answer at once.
  void take(Datagram datagram) {
    const auto at = clock_.now();
    const auto query = parse_query(datagram.bytes);
    if (query.kind == Parsed::Kind::drop) return;
    auto decision = zone_->decide(query);
    Query seen{at, peer_text(datagram), query.question.name, query.question.type, decision.said};
    if (decision.bytes) seen.answered_at = std::max(clock_.now(), at + decision.delay);
    if (listener_) listener_(seen);
    zone_->journal(std::move(seen));
    if (!decision.bytes) return;
    datagram.bytes = std::move(*decision.bytes);
    outbox_.put(at + decision.delay, std::move(datagram));
  }

  const Fd socket_, wake_;
  const std::uint16_t port_;
  const std::string address_;
  const Clock& clock_;
  QueryListener listener_;
  std::shared_ptr<Zone> zone_ = std::make_shared<Zone>();
  Outbox outbox_;  ///< of the thread alone
  std::thread thread_;
};

}  // namespace
}  // namespace dns

Result<std::unique_ptr<Names>> start_names(const NamesConfig& config, const Clock& clock,
                                           QueryListener listener) {
  auto bound = bind_on(config.address, config.port, Protocol::udp);
  if (!bound) return tl::unexpected(bound.error());
  dns::want_own_address(bound->socket);
  Fd wake(::eventfd(0, EFD_CLOEXEC));
  if (!wake) return fail(Fault::bench, errno_text("make an eventfd", errno), "see `ulimit -n`");
  return std::make_unique<dns::UdpNames>(std::move(*bound), std::move(wake), config.address, clock,
                                         std::move(listener));
}

}  // namespace attest::server

#include "harness/airkiss/sender.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio.hpp>
#include <charconv>

namespace attest::airkiss {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using Code = boost::system::error_code;

constexpr std::size_t kMostAnswers = 64, kMostBytes = 16;

/// What is due within this leaves together: a pace below it is a simulator's, and to sleep between its
/// packets costs more than to send them.
constexpr Nanos kTogether = std::chrono::milliseconds(2);

Result<udp::endpoint> endpoint_of(const std::string& text) {
  const auto colon = text.rfind(':');
  std::uint16_t port = 0;
  Code error;
  const auto address = asio::ip::make_address_v4(text.substr(0, colon), error);
  const auto* end = text.data() + text.size();
  if (!error && colon != std::string::npos &&
      std::from_chars(text.data() + colon + 1, end, port).ptr == end && port != 0)
    return udp::endpoint(address, port);
  return fail(Fault::usage, fmt::format("send by AirKiss to '{}': that is no address and port", text),
              "write airkiss.to as 192.168.4.255:10001");
}

tl::unexpected<Error> bench(const std::string& what, const Code& error, std::string cure) {
  return fail(Fault::bench, fmt::format("{}: {}", what, error.message()), std::move(cure));
}

/// Hears what comes to port 10000 while the burst is sent, and is done with both when the time has come.
class Sending {
 public:
  Sending(const Plan& plan, const Clock& clock, const Observer& observer, std::stop_token stop)
      : plan_(plan), clock_(clock), observer_(observer), stop_(std::move(stop)) {}

  Result<Outcome> go() {
    auto burst = encode(plan_.ssid, plan_.password, plan_.random, plan_.key);
    if (!burst) return tl::unexpected(burst.error());
    lengths_ = packets_of(*burst);
    if (auto ok = open(); !ok) return tl::unexpected(ok.error());
    out_.begun = clock_.now();
    last_ = Deadline::in(clock_, plan_.limit);
    tell("begin", out_.begun, {{"to", plan_.to}, {"burst", lengths_.size()}});
    next_round();
    hear();
    timer_.expires_after(Nanos{});
    tick();
    io_.run();
    out_.ended = clock_.now();
    tell("end", out_.ended,
         {{"packets", out_.packets}, {"rounds", out_.rounds}, {"answered", out_.answered.has_value()}});
    if (failed_) return bench("send by AirKiss to " + plan_.to, *failed_, "is this machine on that network?");
    return std::move(out_);
  }

 private:
  Status open() {
    auto to = endpoint_of(plan_.to);
    if (!to) return tl::unexpected(to.error());
    to_ = *to;
    Code error;
    const auto own = asio::ip::make_address_v4(plan_.listen, error);
    if (error)
      return fail(Fault::usage,
                  fmt::format("listen for AirKiss answers on '{}': that is no address", plan_.listen),
                  "write airkiss.listen as 192.168.4.1");
    for (auto* socket : {&socket_, &foreign_})
      if (auto ok = open(*socket, {own, 0}); !ok) return ok;
    // A broadcast comes to no socket that is bound to an address of its own.
    return open(ear_, {own.is_loopback() ? own : asio::ip::address_v4::any(), kAnswerPort});
  }

  static Status open(udp::socket& socket, const udp::endpoint& where) {
    Code error;
    socket.open(udp::v4(), error);
    if (!error) socket.set_option(udp::socket::broadcast(true), error);
    if (!error) socket.bind(where, error);
    if (!error) return {};
    return bench(fmt::format("open UDP {}:{} for AirKiss", where.address().to_string(), where.port()), error,
                 "is the address one of this machine's, and does no other program listen there?");
  }

  void next_round() {
    packets_ = disturbed(lengths_, plan_.disturbance, out_.rounds);
    next_ = 0;
  }

  void tick() {
    timer_.async_wait([this](const Code& error) {
      if (ending_) return;
      if (error || is_over()) return end();
      const auto together = timer_.expiry() + kTogether;
      auto due = timer_.expiry();
      do {
        if (!send_next()) return end();
        due += plan_.pace;
      } while (due < together && plan_.pace > Nanos{});
      timer_.expires_at(due);
      tick();
    });
  }

  [[nodiscard]] bool is_over() const {
    return out_.answered || stop_.stop_requested() || last_.passed(clock_);
  }

  [[nodiscard]] bool send_next() {
    if (next_ == packets_.size()) {
      ++out_.rounds;
      next_round();
      if (packets_.empty()) return true;
    }
    const auto [length, foreign] = packets_[next_++];
    Code error;
    (foreign ? foreign_ : socket_).send_to(asio::buffer(kZeros.data(), length), to_, 0, error);
    ++out_.packets;
    // Nobody listens there: that is how it is with broadcasts, too.
    if (!error || error == asio::error::connection_refused || error == asio::error::no_buffer_space)
      return true;
    failed_ = error;
    return false;
  }

  void hear() {
    ear_.async_receive_from(asio::buffer(heard_), from_, [this](const Code& error, std::size_t size) {
      if (error) return;
      take({{heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(size)},
            from_.address().to_string(),
            clock_.now()});
      hear();
    });
  }

  void take(Answer answer) {
    const bool right = answer.bytes.size() == 1 && answer.bytes.front() == plan_.random;
    if (right && !out_.answered) out_.answered = answer.at;
    if (out_.answers.size() == kMostAnswers) {
      if (!right) return;
      out_.answers.pop_back();
    }
    tell("answer", answer.at, {{"bytes", answer.bytes}, {"from", answer.from}, {"right", right}});
    out_.answers.push_back(std::move(answer));
    if (right && !ending_) end_later();
  }

  /// The timer was that of the next packet.
  void end_later() {
    ending_ = true;
    if (plan_.listen_on == Nanos{}) return end();
    timer_.expires_after(plan_.listen_on);
    timer_.async_wait([this](const Code& error) {
      if (!error) end();
    });
  }

  void end() {
    Code none;
    ear_.close(none);
    timer_.cancel();
  }

  void tell(std::string_view event, Instant at, nlohmann::json fields) const {
    if (observer_) observer_(event, at, std::move(fields));
  }

  static constexpr std::array<char, 600> kZeros{};
  const Plan& plan_;
  const Clock& clock_;
  const Observer& observer_;
  std::stop_token stop_;
  asio::io_context io_{1};
  udp::socket socket_{io_}, foreign_{io_}, ear_{io_};
  asio::steady_timer timer_{io_};
  udp::endpoint to_, from_;
  std::array<std::uint8_t, kMostBytes> heard_{};
  std::vector<std::uint16_t> lengths_;
  std::vector<Packet> packets_;
  std::size_t next_ = 0;
  Deadline last_{Instant{}};
  Outcome out_;
  std::optional<Code> failed_;
  bool ending_ = false;
};

}  // namespace

Result<Outcome> send(const Plan& plan, const Clock& clock, const Observer& observer,
                     const std::stop_token& stop) {
  return Sending(plan, clock, observer, stop).go();
}

Result<Nanos> time_of(const Plan& plan, unsigned bursts) {
  const auto burst = encode(plan.ssid, plan.password, plan.random, plan.key);
  if (!burst) return tl::unexpected(burst.error());
  return plan.pace * static_cast<Nanos::rep>(packets_of(*burst).size() * bursts);
}

}  // namespace attest::airkiss

// A serial port of another machine: bytes, line and modem lines over Telnet (RFC 2217), as ser2net serves
// them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <deque>
#include <map>
#include <optional>

#include "harness/base/bytes.hpp"
#include "harness/transport/tcp_link.hpp"
#include "harness/transport/telnet.hpp"

namespace attest::transport {
namespace {

using namespace std::chrono_literals;

/// RFC 2217, section 2; the server answers with the code and 100 on top.
enum Code : unsigned char {
  kBaudRate = 1,
  kDataSize = 2,
  kParity = 3,
  kStopSize = 4,
  kControl = 5,
  kNotifyLineState = 6,
  kSuspend = 8,
  kResume = 9,
  kLineStateMask = 10,
  kModemStateMask = 11,
};
constexpr unsigned char kFromServer = 100;
/// Values of kControl.
constexpr unsigned char kDtrOn = 8, kDtrOff = 9, kRtsOn = 11, kRtsOff = 12;
/// Bits of the line's state, section 3: those that mean lost or doubtful bytes, and breaks.
constexpr unsigned char kOverrun = 2, kParityError = 4, kFraming = 8, kBreak = 16;
/// How long the server may take for a setting while the link is in use.
constexpr Nanos kPatience = 3s;
/// And for what it may not have, while the link is opened.
constexpr Nanos kShortPatience = 1s;
/// So much is handed over before the server is heard again: it may have stopped us.
constexpr std::size_t kPiece = 4096;
/// Reads of what is there already, where nobody waits for more.
constexpr int kLooks = 256;

std::string asked(unsigned char code, std::string_view value) {
  std::string payload(1, static_cast<char>(code));
  payload += value;
  return telnet::subnegotiation(telnet::kComPort, payload);
}
std::string asked(unsigned char code, unsigned char value) {
  return asked(code, std::string(1, static_cast<char>(value)));
}
std::string four_bytes(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
  return out;
}

class Rfc2217Link final : public TcpLink {
 public:
  Rfc2217Link(Fd fd, const LinkAddress& address, const Clock& clock)
      : TcpLink(std::move(fd), address, clock), sent_by_(clock.now()) {}

  Status begin(const LinkAddress& address, Deadline deadline) {
    using namespace telnet;
    std::string opening;
    for (const auto option : {kBinary, kSuppressGoAhead})
      opening += negotiation(kWill, option) + negotiation(kDo, option);
    opening += negotiation(kWill, kComPort);
    if (auto sent = put(opening, deadline); !sent) return sent;
    const auto said = heard([&] { return com_port_.has_value(); }, deadline);
    if (!said) return tl::unexpected(with_its_words(said.error()));
    if (!*said) return no_server("does not answer as one");
    if (!*com_port_) return no_server("refuses the COM-PORT option");
    if (auto set = agree(address.line, deadline); !set) return set;
    if (auto opened = take_what_it_has(address, deadline); !opened) return opened;
    if (binary_refused_) return no_server("refuses binary transmission, so bytes would change on their way");
    return {};
  }

  Result<Arrived> read(std::span<char> into, Deadline deadline) override {
    if (!waiting_.empty()) {
      auto& [since, bytes] = waiting_.front();
      const Arrived arrived{since, std::min(into.size(), bytes.size())};
      std::copy_n(bytes.begin(), arrived.count, into.begin());
      bytes.erase(0, arrived.count);
      if (bytes.empty()) waiting_.pop_front();
      return arrived;
    }
    for (;;) {
      auto arrived = TcpLink::read(into, deadline);
      if (!arrived || arrived->count == 0) return arrived;
      arrived->count = decoder_.decode(into.first(arrived->count));
      if (auto answered = hear(deadline); !answered) return tl::unexpected(answered.error());
      // Asked again: commands without end must not carry the read past its limit.
      if (arrived->count > 0 || deadline.passed(clock())) return arrived;
    }
  }

  Result<Instant> write(std::string_view bytes, Deadline deadline) override {
    std::optional<Instant> began;
    do {
      if (auto free = wait_while_suspended(deadline); !free) return tl::unexpected(free.error());
      const auto piece = bytes.substr(0, kPiece);
      bytes.remove_prefix(piece.size());
      const auto begun = TcpLink::write(telnet::encode(piece, room_), deadline);
      if (!begun) return begun;
      sent_by_ = std::max(sent_by_, *begun) + line().wire_time(piece.size());
      if (!began) began = *begun;
    } while (!bytes.empty());
    return *began;
  }

  Status set_line(const LineSettings& settings) override {
    wait_until(Deadline(sent_by_), clock());  // what was handed over leaves at the old rate
    return agree(settings, Deadline::in(clock(), kPatience));
  }

  Status set_modem_lines(std::optional<bool> dtr, std::optional<bool> rts) override {
    const auto moved = move_lines(dtr, rts, Deadline::in(clock(), kPatience));
    if (!moved) return tl::unexpected(moved.error());
    return *moved ? Status() : Link::set_modem_lines(dtr, rts);
  }

  std::optional<LineCounters> counters() override {
    (void)look();
    return notifies() ? std::optional(counters_) : std::nullopt;
  }

  std::string details() const override {
    return fmt::format("RFC 2217 over {}; {}{}", TcpLink::details(),
                       notifies() ? "notifies of line errors" : "no line error counters",
                       has_modem_lines_ ? "" : "; no modem lines");
  }

 private:
  /// What a server may lack, as a driver may: modem lines, and news of line errors. Whether it tells of those
  /// has to be known from the first command on; one that does not answer does not.
  Status take_what_it_has(const LinkAddress& address, Deadline deadline) {
    constexpr unsigned char kErrors = kOverrun | kParityError | kFraming | kBreak;
    if (auto sent = put(asked(kLineStateMask, kErrors) + asked(kModemStateMask, 0), deadline); !sent)
      return sent;
    const auto patience = deadline.sooner(Deadline::in(clock(), kShortPatience));
    const auto moved = move_lines(address.dtr, address.rts, patience);
    if (!moved) return tl::unexpected(moved.error());
    has_modem_lines_ = *moved;
    const auto known = heard([&] { return notifies_.has_value(); }, patience);
    if (!known) return tl::unexpected(known.error());
    notifies_ = notifies();
    return {};
  }

  /// False: the server did not confirm that they are as wanted.
  Result<bool> move_lines(std::optional<bool> dtr, std::optional<bool> rts, Deadline deadline) {
    std::string wanted;
    if (dtr) wanted.push_back(static_cast<char>(*dtr ? kDtrOn : kDtrOff));
    if (rts) wanted.push_back(static_cast<char>(*rts ? kRtsOn : kRtsOff));
    bool all = true;
    for (const char value : wanted) {
      const auto now = settled(kControl, std::string(1, value), deadline);
      if (!now) return tl::unexpected(now.error());
      all = all && *now == std::string(1, value);
    }
    return all;
  }

  Status wait_while_suspended(Deadline deadline) {
    if (auto looked = look(); !looked && looked.error().fault != Fault::stopped) return looked;
    const auto free = heard([&] { return !suspended_; }, deadline);  // the server's own buffer is full
    if (!free) return tl::unexpected(free.error());
    if (*free) return {};
    return fail(Fault::bench,
                fmt::format("write to {}: the server has stopped us, and did not let us go on", name()),
                "is flow control on and the device not ready?");
  }

  Status put(std::string_view bytes, Deadline deadline) {
    const auto written = TcpLink::write(bytes, deadline);
    return written ? Status() : tl::unexpected(written.error());
  }

  /// Reads what comes, keeps the data for later. False: the deadline passed first.
  Result<bool> pump(Deadline deadline) {
    std::array<char, 512> buffer{};
    auto arrived = TcpLink::read(buffer, deadline);
    if (!arrived) return tl::unexpected(arrived.error());
    if (arrived->count == 0) return false;
    const auto data = decoder_.decode(std::span(buffer).first(arrived->count));
    if (data > 0) waiting_.emplace_back(arrived->at, std::string(buffer.data(), data));
    if (auto answered = hear(deadline); !answered) return tl::unexpected(answered.error());
    return true;
  }

  /// Reads until it is so. False: the deadline passed first, whatever else comes without end.
  template <class Condition>
  Result<bool> heard(Condition is_so, Deadline deadline) {
    while (!is_so()) {
      const auto more = pump(deadline);
      if (!more) return tl::unexpected(more.error());
      if (!is_so() && (!*more || deadline.passed(clock()))) return false;
    }
    return true;
  }

  /// Hears what has been told already.
  Status look() {
    for (int i = 0; i < kLooks; ++i) {
      const auto more = pump(Deadline(clock().now()));
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
    }
    return {};
  }

  Status hear(Deadline deadline) {
    for (const auto& command : decoder_.take()) {
      if (command.verb == telnet::kSb) {
        if (command.option == telnet::kComPort && !command.payload.empty()) told(command.payload);
      } else if (auto answered = answer(command, deadline); !answered) {
        return answered;
      }
    }
    return {};
  }

  /// What we have asked for is agreed on or not; all else is refused, once, so that nobody goes round in
  /// circles.
  Status answer(const telnet::Command& command, Deadline deadline) {
    using namespace telnet;
    const bool ours =
        command.option == kBinary || command.option == kSuppressGoAhead || command.option == kComPort;
    if (command.option == kComPort && command.verb == kDo) com_port_ = true;
    if (command.option == kComPort && command.verb == kDont) com_port_ = com_port_.value_or(false);
    if (command.option == kBinary && (command.verb == kWont || command.verb == kDont)) binary_refused_ = true;
    if (ours || command.verb == kWont || command.verb == kDont) return {};
    auto& refused = command.verb == kDo ? refused_do_ : refused_will_;
    if (refused.test(command.option)) return {};
    refused.set(command.option);
    return put(negotiation(command.verb == kDo ? kWont : kDont, command.option),
               deadline.sooner(Deadline::in(clock(), kPatience)));
  }

  void told(const std::string& payload) {
    const auto code = static_cast<unsigned char>(payload[0]);
    const auto value = payload.substr(1);
    if (code == kFromServer + kSuspend) suspended_ = true;
    if (code == kFromServer + kResume) suspended_ = false;
    if (code == kFromServer + kLineStateMask) notifies_ = !value.empty() && value[0] != 0;
    if (code == kFromServer + kNotifyLineState && !value.empty()) count(static_cast<unsigned char>(value[0]));
    if (code > kFromServer && code <= kFromServer + kControl) confirmed_[code - kFromServer] = value;
  }

  [[nodiscard]] bool notifies() const { return notifies_.value_or(false); }

  void count(unsigned char state) {
    counters_.overruns += (state & kOverrun) != 0;
    counters_.parity += (state & kParityError) != 0;
    counters_.framing += (state & kFraming) != 0;
    counters_.breaks += (state & kBreak) != 0;
  }

  /// Asks for a setting and waits until the server says what it is now; nothing if it does not say.
  Result<std::optional<std::string>> settled(unsigned char code, std::string_view value, Deadline deadline) {
    confirmed_.erase(code);
    if (auto sent = put(asked(code, value), deadline); !sent) return tl::unexpected(sent.error());
    const auto said = heard([&] { return confirmed_.contains(code); }, deadline);
    if (!said) return tl::unexpected(with_its_words(said.error()));
    return *said ? std::optional(confirmed_[code]) : std::nullopt;
  }

  Status confirmed(unsigned char code, unsigned char value, std::string_view what, Deadline deadline) {
    return confirmed(code, std::string(1, static_cast<char>(value)), what, std::to_string(value), deadline);
  }
  Status confirmed(unsigned char code, const std::string& value, std::string_view what,
                   const std::string& shown, Deadline deadline) {
    const auto now = settled(code, value, deadline);
    if (!now) return tl::unexpected(now.error());
    if (*now == value) return {};
    if (!*now)
      return fail(Fault::bench,
                  fmt::format("set {} {} on {}: the server does not confirm it", what, shown, name()),
                  "does it have its own end of the line open? Look at its log");
    std::uint64_t number = 0;
    for (const unsigned char byte : **now) number = number << 8 | byte;
    return fail(
        Fault::bench,
        fmt::format("set {} {} on {}: the server did not take it (it has {})", what, shown, name(), number),
        "choose settings that its adapter knows; does its configuration allow them to be changed?");
  }

  Status agree(const LineSettings& wanted, Deadline deadline) {
    const unsigned char parity = wanted.parity == Parity::none ? 1 : wanted.parity == Parity::odd ? 2 : 3;
    const unsigned char flow = wanted.flow == FlowControl::none       ? 1
                               : wanted.flow == FlowControl::software ? 2
                                                                      : 3;
    if (auto ok =
            confirmed(kBaudRate, four_bytes(wanted.baud), "baud", std::to_string(wanted.baud), deadline);
        !ok)
      return ok;
    if (auto ok = confirmed(kDataSize, static_cast<unsigned char>(wanted.data_bits), "data bits", deadline);
        !ok)
      return ok;
    if (auto ok = confirmed(kParity, parity, "parity", deadline); !ok) return ok;
    if (auto ok = confirmed(kStopSize, static_cast<unsigned char>(wanted.stop_bits), "stop bits", deadline);
        !ok)
      return ok;
    if (auto ok = confirmed(kControl, flow, "flow control", deadline); !ok) return ok;
    settle_line(wanted);
    return {};
  }

  tl::unexpected<Error> no_server(std::string_view how) const {
    return fail(
        Fault::bench, fmt::format("{} is no RFC 2217 server: it {}", name(), how),
        fmt::format(
            "use tcp://… for a port that carries bytes alone; in ser2net the accepter is telnet(rfc2217)"));
  }

  /// ser2net says in plain words why it closes: "Port already in use".
  Error with_its_words(Error error) const {
    std::string all;
    for (const auto& [since, bytes] : waiting_) all += bytes;
    const auto words = trimmed(all);
    if (!words.empty()) error.what += fmt::format("; it said \"{}\"", visible(words, 120));
    return error;
  }

  telnet::Decoder decoder_;
  std::string room_;
  std::deque<std::pair<Instant, std::string>> waiting_;  ///< data found while waiting for something else
  Instant sent_by_;
  std::optional<bool> com_port_;  ///< whether the server does it; unset: it has not said
  bool suspended_ = false, binary_refused_ = false, has_modem_lines_ = true;
  std::optional<bool> notifies_;  ///< of line errors; unset: the server has not said
  LineCounters counters_;
  std::map<unsigned char, std::string> confirmed_;
  std::bitset<256> refused_do_, refused_will_;
};

}  // namespace

Result<std::unique_ptr<Link>> open_rfc2217(const LinkAddress& address, const Clock& clock,
                                           Deadline deadline) {
  auto fd = connect_tcp(address, clock, deadline);
  if (!fd) return tl::unexpected(fd.error());
  auto link = std::make_unique<Rfc2217Link>(std::move(*fd), address, clock);
  if (auto ready = link->begin(address, deadline); !ready) return tl::unexpected(ready.error());
  return link;
}

}  // namespace attest::transport

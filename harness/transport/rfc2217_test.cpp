// RFC 2217 against Debian's ser2net, and against a server made here for what that cannot do.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include "harness/base/subprocess.hpp"
#include "harness/transport/link_testing.hpp"
#include "harness/transport/pty.hpp"
#include "harness/transport/telnet.hpp"

namespace attest::transport {
namespace {
using namespace std::chrono_literals;
using namespace testing;

/// A socket on a port of the kernel's choice.
Fd listening(std::uint16_t& port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(fd.get(), 4) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size) != 0)
    throw Failure({Fault::bench, "listen", {}});
  port = ntohs(at.sin_port);
  return fd;
}

std::string ser2net() {
  for (const auto* path : {"/usr/sbin/ser2net", "/usr/bin/ser2net"})
    if (::access(path, X_OK) == 0) return path;
  return {};
}

class Ser2net : public Test {
 protected:
  void SetUp() override {
    if (ser2net().empty()) GTEST_SKIP() << "there is no ser2net here: tools/dev/bootstrap installs it";
    { const auto probe = listening(port_); }  // free a moment ago
    start();
  }
  void start() {
    const auto config = dir_.path() / "ser2net.yaml";
    std::ofstream(config) << "%YAML 1.1\n---\nconnection: &con\n  accepter: telnet(rfc2217),tcp,127.0.0.1,"
                          << port_ << "\n  connector: serialdev," << pty_.path() << ",115200n81,local\n";
    server_.emplace(
        must(Subprocess::start({ser2net(), "-n", "-d", "-c", config.string()}, {.pipe_stdin = false,
                                                                                .pipe_stdout = false,
                                                                                .quiet_stderr = true,
                                                                                .pass_fds = {},
                                                                                .environment = {}})));
  }
  [[nodiscard]] std::string address(const std::string& options = {}) const {
    return fmt::format("rfc2217://127.0.0.1:{}{}", port_, options);
  }
  [[nodiscard]] std::unique_ptr<Link> opened(const std::string& options = {}) const {
    return must(await_link(must(parse_link(address(options))), steady_clock(), patience()));
  }
  /// What the port runs at, as the other end of the pseudo-terminal sees it.
  [[nodiscard]] termios line() const {
    termios ios{};
    (void)::tcgetattr(pty_.far_fd(), &ios);
    return ios;
  }
  TempDir dir_{"attest-ser2net"};
  std::uint16_t port_ = 0;
  PtyPair pty_ = must(PtyPair::open(steady_clock()));
  std::optional<Subprocess> server_;
};

TEST_F(Ser2net, CarriesEveryByteBothWays) {
  const auto link = opened();
  must(link->write(every_byte() + every_byte(), patience()));
  EXPECT_EQ(take(pty_.far(), 512), every_byte() + every_byte());
  must(pty_.far().write(every_byte() + every_byte(), patience()));
  EXPECT_EQ(take(*link, 512), every_byte() + every_byte());
  EXPECT_THAT(link->details(), HasSubstr("RFC 2217 over TCP"));
}

TEST_F(Ser2net, SetsTheLineOfThePort) {
  const auto link = opened("?baud=9600&bits=7&parity=even&stop=2");
  const auto first = line();
  EXPECT_EQ(cfgetospeed(&first), static_cast<speed_t>(B9600));
  EXPECT_EQ(link->line().baud, 9600U);
  auto faster = link->line();
  faster.baud = 921600;
  faster.stop_bits = 1;
  must(link->set_line(faster));
  const auto now = line();
  EXPECT_EQ(cfgetospeed(&now), static_cast<speed_t>(B921600));
  EXPECT_EQ(link->line(), faster);
  must(link->write("AT\r\n", patience()));
  EXPECT_EQ(take(pty_.far(), 4), "AT\r\n");
}

TEST_F(Ser2net, AnswersForModemLinesOneWayOrTheOther) {
  const auto link = opened();
  (void)link->set_modem_lines(true, false);  // a pseudo-terminal has none
  must(link->write("AT\r\n", patience()));
  EXPECT_EQ(take(pty_.far(), 4), "AT\r\n") << "the link goes on";
}

TEST_F(Ser2net, ThatIsKilledIsToldAndFoundAgain) {
  auto link = opened();
  server_->signal(SIGKILL);
  (void)server_->wait(patience());
  EXPECT_THAT(read_error(*link).what, AllOf(HasSubstr(address()), HasSubstr("closed by the peer")));
  link.reset();
  start();
  link = opened();
  must(link->write("AT\r\n", patience()));
  EXPECT_EQ(take(pty_.far(), 4), "AT\r\n");
}

TEST_F(Ser2net, ThatHasAnotherClientSaysSo) {
  const auto link = opened();
  const auto second = open_link(must(parse_link(address())), steady_clock(), patience());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::bench);
  EXPECT_THAT(second.error().what, HasSubstr("already in use"));
}

/// A server that does what it is told to with the commands that come.
class Scripted {
 public:
  using Answer = std::function<std::string(const telnet::Command&)>;
  explicit Scripted(Answer answer) : listener_(listening(port_)), answer_(std::move(answer)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~Scripted() {
    done_ = true;
    (void)::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  [[nodiscard]] std::string address() const { return fmt::format("rfc2217://127.0.0.1:{}", port_); }
  /// Bytes of the device, or commands, now.
  void say(const std::string& bytes) {
    while (client_ < 0 && !done_) (void)::poll(nullptr, 0, 1);
    (void)::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  [[nodiscard]] int refusals() const { return refusals_; }

 private:
  void serve() {
    const Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    const int on = 1;  // what is said is there at once
    (void)::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    client_ = client.get();
    telnet::Decoder decoder;
    std::array<char, 512> buffer{};
    while (!done_) {
      pollfd p{client.get(), POLLIN, 0};
      if (::poll(&p, 1, 20) <= 0) continue;
      const auto n = ::recv(client.get(), buffer.data(), buffer.size(), 0);
      if (n <= 0) return;
      (void)decoder.decode(std::span(buffer).first(static_cast<std::size_t>(n)));
      for (const auto& command : decoder.take()) {
        refusals_ += command.verb == telnet::kWont || command.verb == telnet::kDont;
        const auto out = answer_(command);
        (void)::send(client.get(), out.data(), out.size(), MSG_NOSIGNAL);
      }
    }
  }
  std::uint16_t port_ = 0;
  Fd listener_;
  Answer answer_;
  std::atomic<int> client_{-1}, refusals_{0};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

/// Does all that it is asked for.
std::string obliging(const telnet::Command& command) {
  using namespace telnet;
  if (command.verb == kWill && command.option == kComPort) return negotiation(kDo, kComPort);
  if (command.verb != kSb || command.option != kComPort || command.payload.empty()) return {};
  auto reply = command.payload;
  reply[0] = static_cast<char>(reply[0] + 100);
  return subnegotiation(kComPort, reply);
}

std::string told(unsigned char code, char value) {
  return telnet::subnegotiation(telnet::kComPort, std::string{static_cast<char>(code), value});
}

TEST(Rfc2217, CountsTheLineErrorsThatAreNotified) {
  Scripted server(obliging);
  const auto link = open_at(server.address());
  server.say(told(106, 2) + told(106, 4 | 8) + told(106, 16) + "OK");
  EXPECT_EQ(take(*link, 2), "OK");
  EXPECT_EQ(link->counters(), (LineCounters{.overruns = 1, .framing = 1, .parity = 1, .breaks = 1}));
}

TEST(Rfc2217, ReadsWhatComesWhileASettingIsAgreedOn) {
  Scripted server([](const telnet::Command& command) {
    const bool rate = command.verb == telnet::kSb && !command.payload.empty() && command.payload[0] == 1;
    std::string out(rate ? "early" : "");
    out.append(obliging(command));
    return out;
  });
  const auto link = open_at(server.address());
  EXPECT_EQ(take(*link, 5), "early") << "stale bytes are evidence";
}

TEST(Rfc2217, WaitsWhileTheServerHasStoppedIt) {
  Scripted server(obliging);
  const auto link = open_at(server.address());
  server.say(told(108, 0) + "x");
  EXPECT_EQ(take(*link, 1), "x");
  EXPECT_THAT(link->write("AT\r\n", moment()).error().what, HasSubstr("stopped us"));
  server.say(told(109, 0));
  EXPECT_TRUE(link->write("AT\r\n", patience()));
}

TEST(Rfc2217, IsHeldToTheRateThatTheServerTook) {
  Scripted server([](const telnet::Command& command) {
    if (command.verb == telnet::kSb && !command.payload.empty() && command.payload[0] == 1)
      return telnet::subnegotiation(telnet::kComPort, std::string("\x65\x00\x00\x25\x80", 5));
    return obliging(command);
  });
  const auto error = refusal(server.address());
  EXPECT_EQ(error.fault, Fault::bench);
  EXPECT_THAT(error.what, AllOf(HasSubstr("115200"), HasSubstr("9600")));
}

TEST(Rfc2217, IsNotSpokenByAServerThatRefusesIt) {
  Scripted refuses([](const telnet::Command& command) {
    return command.verb == telnet::kWill ? telnet::negotiation(telnet::kDont, command.option) : std::string();
  });
  EXPECT_THAT(refusal(refuses.address()).text(), AllOf(HasSubstr("no RFC 2217 server"), HasSubstr("tcp://")));
  Scripted silent([](const telnet::Command&) { return std::string("login: "); });
  EXPECT_THAT(refusal(silent.address(), Deadline::in(steady_clock(), 300ms)).text(),
              HasSubstr("no RFC 2217 server"));
}

TEST(Rfc2217, RefusesWhatItDoesNotKnowOnceAndNeverGoesRoundInCircles) {
  Scripted server([](const telnet::Command& command) {
    if (command.verb == telnet::kWont || command.verb == telnet::kDont)  // one that insists
      return telnet::negotiation(command.verb == telnet::kWont ? telnet::kDo : telnet::kWill, command.option);
    auto out = obliging(command);
    if (command.verb == telnet::kWill) {
      out.append(telnet::negotiation(telnet::kDo, 31));
      out.append(telnet::negotiation(telnet::kWill, 1));
    }
    return out;
  });
  const auto link = open_at(server.address());
  server.say("OK");
  EXPECT_EQ(take(*link, 2), "OK");
  EXPECT_EQ(server.refusals(), 2);
}

TEST(Rfc2217, SetsModemLinesWhereTheServerDoes) {
  std::vector<int> asked;
  Scripted server([&](const telnet::Command& command) {
    if (command.verb == telnet::kSb && command.payload.size() == 2 && command.payload[0] == 5)
      asked.push_back(command.payload[1]);
    return obliging(command);
  });
  const auto link = open_at(server.address() + "?dtr=off");
  must(link->set_modem_lines({}, true));
  must(link->set_modem_lines({}, false));
  EXPECT_THAT(asked, ElementsAre(1, 9, 11, 12)) << "no flow control, DTR off, RTS on, RTS off";
}

TEST(Rfc2217, WaitsForNoConfirmationPastItsLimitHoweverMuchElseComes) {
  FakeClock clock;
  std::atomic<bool> chatters{false};
  Scripted server([&](const telnet::Command& command) {
    std::string out;
    if (chatters && command.verb == telnet::kSb) {
      clock.advance(1min);  // too late, and behind more than one read can take
      out.assign(8192, 'x');
    }
    out.append(obliging(command));
    return out;
  });
  const auto link = must(open_link(must(parse_link(server.address())), clock, Deadline::in(clock, 60s)));
  chatters = true;
  EXPECT_FALSE(link->set_modem_lines(true, {})) << "one setting, whose confirmation comes too late";
}

TEST(Rfc2217, ReadsNoCommandsPastItsDeadline) {
  Scripted server(obliging);
  const auto link = open_at(server.address());
  std::string commands;
  for (int i = 0; i < 64; ++i) commands += "\xff\xf1";  // no operation
  server.say(commands + "OK");
  std::array<char, 16> buffer{};
  EXPECT_EQ(must(link->read(buffer, Deadline(steady_clock().now()))).count, 0U);
  EXPECT_EQ(take(*link, 2), "OK");
}

TEST(Rfc2217, HearsThatItIsStoppedWhenItWrites) {
  Scripted server(obliging);
  const auto link = open_at(server.address());
  server.say("early" + told(108, 0));
  const auto written = link->write("AT\r\n", moment());  // nobody has read since
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().what, HasSubstr("stopped us"));
  server.say(told(109, 0) + "late");
  EXPECT_TRUE(link->write("AT\r\n", patience()));
  EXPECT_EQ(take(*link, 9), "earlylate");
}

TEST(Rfc2217, DatesBytesByTheReadThatBroughtThem) {
  FakeClock clock;
  Scripted server(obliging);
  const auto link = must(open_link(must(parse_link(server.address())), clock, Deadline::in(clock, 60s)));
  std::array<char, 16> buffer{};
  const auto first = clock.now();
  server.say("one");
  (void)link->counters();  // finds them, and keeps them
  clock.advance(1s);
  server.say("two");
  (void)link->counters();
  const auto one = must(link->read(buffer, Deadline::in(clock, 60s)));
  EXPECT_EQ(one.at, first);
  EXPECT_EQ(one.count, 3U);
  EXPECT_EQ(must(link->read(buffer, Deadline::in(clock, 60s))).at, first + 1s);
}

TEST(Rfc2217, CountsWhatStandsBehindManyBytes) {
  Scripted server(obliging);
  const auto link = open_at(server.address());
  server.say(std::string(4096, 'x') + told(106, 2));
  EXPECT_EQ(link->counters(), LineCounters{.overruns = 1});
  EXPECT_EQ(take(*link, 4096), std::string(4096, 'x'));
}

struct ABinaryRefusal : TestWithParam<unsigned char> {};
TEST_P(ABinaryRefusal, IsTold) {
  Scripted server([](const telnet::Command& command) {
    const auto refused = command.option == telnet::kBinary &&
                         command.verb == (GetParam() == telnet::kDont ? telnet::kWill : telnet::kDo);
    return refused ? telnet::negotiation(GetParam(), telnet::kBinary) : obliging(command);
  });
  EXPECT_THAT(refusal(server.address()).text(), AllOf(HasSubstr("binary"), HasSubstr("tcp://")));
}
INSTANTIATE_TEST_SUITE_P(EitherWay, ABinaryRefusal, Values(telnet::kDont, telnet::kWont));

TEST(Rfc2217, OpensWhereNoModemLineIsConfirmedAndSaysSo) {
  Scripted server([](const telnet::Command& command) {
    const bool control = command.verb == telnet::kSb && !command.payload.empty() && command.payload[0] == 5;
    return control && command.payload[1] >= 8 ? std::string() : obliging(command);  // as ser2net on a pty
  });
  const auto link = open_at(server.address() + "?dtr=on&rts=off");
  EXPECT_THAT(link->details(), HasSubstr("no modem lines"));
  EXPECT_TRUE(link->counters());
  const auto set = link->set_modem_lines(true, {});
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().what, without_modem_lines(link->name()));
}

TEST(Rfc2217, StopsWhereItIsTold) {
  Scripted server(obliging);
  const auto link = open_at(server.address());
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  link->stop_on(fds[0]);
  ASSERT_EQ(::write(fds[1], "x", 1), 1);
  EXPECT_EQ(read_error(*link).fault, Fault::stopped);
  ::close(fds[0]);
  ::close(fds[1]);
}

}  // namespace
}  // namespace attest::transport

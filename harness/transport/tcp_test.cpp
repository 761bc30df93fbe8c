// TCP links, against real sockets on ports that the kernel chooses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "harness/base/file.hpp"
#include "harness/base/random.hpp"
#include "harness/transport/link_testing.hpp"

namespace attest::transport {
namespace {

using testing::HasSubstr;

/// A socket at 127.0.0.1 with a port of its own; it listens if told to.
struct Place {
  explicit Place(std::optional<int> backlog) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
    EXPECT_TRUE(!backlog || listen(fd.get(), *backlog) == 0);
    address = "tcp://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
  }
  Fd accepted() const { return Fd(accept4(fd.get(), nullptr, nullptr, SOCK_CLOEXEC)); }

  Fd fd{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::string address;
};

struct ATcpLink : testing::Test {
  Place place{4};
  std::unique_ptr<Link> link = open_at(place.address);
  Fd peer = place.accepted();

  std::string peer_takes(std::size_t count) const {
    std::string out(count, '\0');
    const auto n = recv(peer.get(), out.data(), count, MSG_WAITALL);
    out.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
    return out;
  }
  void peer_says(std::string_view bytes) const {
    ASSERT_EQ(send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  /// Closes with a reset rather than with an end.
  void peer_resets() {
    const linger at_once{1, 0};
    setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    peer.reset();
  }
};

TEST_F(ATcpLink, CarriesEveryByteValueBothWays) {
  ASSERT_TRUE(link->write(every_byte(), patience()));
  EXPECT_EQ(peer_takes(256), every_byte());
  peer_says(every_byte());
  EXPECT_EQ(take(*link, 256), every_byte());
}

TEST_F(ATcpLink, WritesMoreThanTheBuffersHoldPieceByPiece) {
  const auto bytes = Random(2).bytes(16 << 20);
  std::string got;
  std::thread reader([&] { got = peer_takes(bytes.size()); });
  EXPECT_TRUE(link->write(bytes, patience()));
  reader.join();
  EXPECT_TRUE(got == bytes);
}

TEST_F(ATcpLink, GivesNoBytesWhenTheDeadlinePasses) {
  std::array<char, 16> buffer{};
  EXPECT_EQ(must(link->read(buffer, moment())).count, 0U);
}

TEST_F(ATcpLink, GivesUpAWriteThatNobodyTakesAtTheDeadline) {
  const auto written = link->write(std::string(64 << 20, 'x'), moment());
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().what, HasSubstr("were taken before the deadline"));
}

TEST_F(ATcpLink, GivesTheLastBytesBeforeItSaysThatThePeerClosed) {
  peer_says("bye");
  peer.reset();
  EXPECT_EQ(take(*link, 3), "bye");
  const auto error = read_error(*link);
  EXPECT_EQ(error.fault, Fault::bench);
  EXPECT_THAT(error.what, HasSubstr(place.address + " was closed by the peer: it ended"));
  EXPECT_FALSE(error.cure.empty());
}

TEST_F(ATcpLink, SaysThatAPeerThatResetsClosed) {
  peer_resets();
  EXPECT_THAT(read_error(*link).what, HasSubstr("closed by the peer: reading failed: Connection reset"));
  const auto written = link->write("AT\r\n", patience());  // and no SIGPIPE
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().what, HasSubstr("closed by the peer: writing failed"));
}

TEST_F(ATcpLink, EndsAWaitThatIsStoppedAndStaysAsItIs) {
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
  const Fd told(fds[0]), tell(fds[1]);
  link->stop_on(told.get());
  ASSERT_EQ(write(tell.get(), "x", 1), 1);
  char buffer[8];
  const auto stopped = link->read(buffer, patience());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().fault, Fault::stopped);
  link->stop_on(-1);
  peer_says("later");
  const auto read = link->read(buffer, patience());
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_GT(read->count, 0U);
}

TEST_F(ATcpLink, HasNoLineRateNorCounters) {
  EXPECT_EQ(link->line().baud, 0U);
  EXPECT_EQ(link->counters(), std::nullopt);
}

TEST_F(ATcpLink, TakesLineSettingsAndIgnoresThem) {
  EXPECT_TRUE(link->set_line({.baud = 921600}));
  EXPECT_EQ(link->line().baud, 0U);
  ASSERT_TRUE(link->write("AT", patience()));
  EXPECT_EQ(peer_takes(2), "AT");
}

TEST_F(ATcpLink, TellsItsEnds) {
  EXPECT_THAT(link->details(), HasSubstr("to " + place.address.substr(6)));
}

TEST(ATcpAddress, MaySayWhatTheFarSideRunsAt) {
  const Place place(1);
  const auto link = open_at(place.address + "?baud=115200");
  EXPECT_EQ(link->line().wire_time(11'520), std::chrono::seconds(1));
}

TEST(OpeningATcpLink, FindsAHostByName) {
  const Place place(1);
  const auto port = place.address.substr(place.address.rfind(':'));
  EXPECT_NE(open_at("tcp://localhost" + port), nullptr);
}

TEST(OpeningATcpLink, SaysThatNothingListens) {
  const Place place(std::nullopt);  // the port is taken, and deaf
  const auto error = refusal(place.address);
  EXPECT_EQ(error.fault, Fault::bench);
  EXPECT_THAT(error.what, HasSubstr("connect to " + place.address + ": Connection refused"));
  EXPECT_THAT(error.cure, HasSubstr("nothing listens there"));
}

TEST(OpeningATcpLink, SaysThatAHostIsUnknown) {
  const auto error =
      refusal("tcp://no-such-host.invalid:9", Deadline::in(steady_clock(), std::chrono::seconds(2)));
  EXPECT_EQ(error.fault, Fault::bench);
  EXPECT_THAT(error.what, HasSubstr("look up the host no-such-host.invalid"));
  EXPECT_FALSE(error.cure.empty());
}

TEST(OpeningATcpLink, EndsAtTheDeadlineWhenNobodyAnswers) {
  const Place place(0);  // room for one that waits: the next are not answered
  const auto first = open_at(place.address);
  const auto error = refusal(place.address, moment());
  EXPECT_THAT(error.what, HasSubstr("Connection timed out"));
  EXPECT_THAT(error.cure, HasSubstr("firewall"));
}

}  // namespace
}  // namespace attest::transport

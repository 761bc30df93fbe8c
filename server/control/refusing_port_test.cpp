#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "harness/base/file.hpp"
#include "server/control/origin.hpp"

namespace attest::server {
namespace {

sockaddr_in at(std::uint16_t port) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return place;
}

int error_of(int result) {
  return result == 0 ? 0 : errno;
}

TEST(RefusingPort, RefusesConnectionsAndIsNobodyElses) {
  const auto port = must(RefusingPort::open("127.0.0.1"));
  const auto place = at(port.port());
  const Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(error_of(::connect(client.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place)),
            ECONNREFUSED);
  const Fd rival(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(error_of(::bind(rival.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place)),
            EADDRINUSE);
}

TEST(RefusingPort, MovesWithoutLettingGo) {
  auto first = must(RefusingPort::open("127.0.0.1"));
  const auto number = first.port();
  const RefusingPort second(std::move(first));
  const auto place = at(second.port());
  EXPECT_EQ(second.port(), number);
  const Fd rival(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(error_of(::bind(rival.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place)),
            EADDRINUSE);
}

TEST(RefusingPort, SaysWhatIsWrongWithAnAddress) {
  const auto name = RefusingPort::open("localhost");
  ASSERT_FALSE(name);
  EXPECT_EQ(name.error().fault, Fault::usage);
  const auto foreign = RefusingPort::open("192.0.2.1");  // TEST-NET-1 of RFC 5737: nobody's
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().fault, Fault::bench);
  EXPECT_THAT(foreign.error().text(), ::testing::HasSubstr("192.0.2.1"));
}

}  // namespace
}  // namespace attest::server

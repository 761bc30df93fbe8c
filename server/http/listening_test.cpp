#include "server/net/listening.hpp"

#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <future>

#include "server/http/origin_testing.hpp"

namespace attest::server {
namespace {
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Listening, NamesTheProcessThatHoldsAPort) {
  const auto first = testing::origin();
  const auto second = start_origin({.port = first->port()}, steady_clock(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::bench);
  EXPECT_THAT(second.error().what, HasSubstr(std::to_string(first->port())));
  EXPECT_THAT(second.error().cure, HasSubstr("pid " + std::to_string(::getpid()) + " ("));
}

TEST(Listening, TakesAPortAgainWhoseConnectionsLinger) {
  auto first = testing::origin();
  const auto page = first->add({.keep_alive = false});
  testing::RawClient client(first->port());
  client.send("GET " + page->path() + " HTTP/1.1\r\nHost: x\r\n\r\n");
  (void)client.read_all();  // closed by the origin, whose end of it lingers
  const auto port = first->port();
  first.reset();
  EXPECT_TRUE(start_origin({.port = port}, steady_clock(), {}));
}

/// As a user without rights would, whoever runs the tests: rights belong to a thread.
Result<Listening> listen_without_rights(std::uint16_t port) {
  return std::async(std::launch::async,
                    [port] {
                      __user_cap_header_struct self{_LINUX_CAPABILITY_VERSION_3, 0};
                      const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
                      if (::syscall(SYS_capset, &self, none.data()) != 0) std::abort();
                      return listen_on("127.0.0.1", port);
                    })
      .get();
}

TEST(Listening, TellsHowToGetALowPort) {
  const auto limit = std::stoi(must(read_file("/proc/sys/net/ipv4/ip_unprivileged_port_start")));
  if (limit <= 1) GTEST_SKIP() << "every port is free for all here";
  const auto low = listen_without_rights(1);
  ASSERT_FALSE(low);
  EXPECT_EQ(low.error().fault, Fault::bench);
  EXPECT_THAT(low.error().cure,
              AllOf(HasSubstr("cap_net_bind_service"), HasSubstr("ip_unprivileged_port_start")));
}

TEST(Listening, SaysWhichAddressesThereAre) {
  const auto foreign = listen_on("192.0.2.1", 0);  // TEST-NET-1 of RFC 5737: nobody's
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().fault, Fault::bench);
  EXPECT_THAT(foreign.error().cure, HasSubstr("lo 127.0.0.1"));
  const auto name = listen_on("here", 0);
  ASSERT_FALSE(name);
  EXPECT_EQ(name.error().fault, Fault::usage);
}

TEST(Listening, WantsToKnowWhatToAdvertiseWhenItListensEverywhere) {
  const auto everywhere = start_origin({.address = "0.0.0.0"}, steady_clock(), {});
  ASSERT_FALSE(everywhere);
  EXPECT_EQ(everywhere.error().fault, Fault::usage);
  const auto told = start_origin({.address = "0.0.0.0", .advertise = "192.168.4.2"}, steady_clock(), {});
  ASSERT_TRUE(told);
  EXPECT_THAT((*told)->add({})->url(), HasSubstr("http://192.168.4.2:"));
}

}  // namespace
}  // namespace attest::server

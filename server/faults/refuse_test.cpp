// Connecting is refused, and nobody else gets the port meanwhile.
#include <gmock/gmock.h>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"
#include "server/net/listening.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

TEST(Refuse, EndsWhenItIsLifted) {
  const Bench bench;
  for (int round = 0; round < 20; ++round) {
    auto trouble = bench.relay->apply({.kind = Trouble::refuse});
    EXPECT_TRUE(is_refused(bench.relay->port()));
    EXPECT_TRUE(is_refused(bench.relay->port()));
    trouble.reset();
    auto [client, server] = bench.connect();
    client.send("x");
    EXPECT_EQ(server.read(1), "x");
  }
}

TEST(Refuse, KeepsThePort) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::refuse});
  const auto other = listen_on("127.0.0.1", bench.relay->port());
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().fault, Fault::bench);
}

TEST(Refuse, LeavesConnectionsThatAreThereAlone) {
  const Bench bench;
  auto [client, server] = bench.connect();
  const auto trouble = bench.relay->apply({.kind = Trouble::refuse});
  client.send(kRequest);
  EXPECT_EQ(server.read(kRequest.size()), kRequest);
  server.send(kWhole);
  EXPECT_EQ(client.read(kWhole.size()), kWhole);
}

TEST(Refuse, GivesWayToALaterFaultAndComesBackAfterIt) {
  const Bench bench;
  const auto refuse = bench.relay->apply({.kind = Trouble::refuse});
  auto reset = bench.relay->apply({.kind = Trouble::reset});
  auto [client, server] = bench.connect();
  server.send("x");
  EXPECT_EQ(client.read_rest().end, "reset");
  reset.reset();
  EXPECT_TRUE(is_refused(bench.relay->port()));
}

}  // namespace
}  // namespace attest::server

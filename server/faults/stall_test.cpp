// Nothing more after a place.
#include <gmock/gmock.h>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

TEST(Stall, KeepsEvenTheServersEnd) {
  Player player({.kind = Trouble::stall, .place = in_body(2)});
  player.take(kWhole).end().advance(1h);
  EXPECT_EQ(player.bytes(), std::string(kHead) + "he");
  EXPECT_EQ(player.ended(), "");
  player.lift();
  EXPECT_EQ(player.bytes(), kWhole);
  EXPECT_EQ(player.ended(), "fin");
}

TEST(Stall, HoldsBackUntilItIsLiftedWhileTheClientCanStillSend) {
  const Bench bench;
  auto trouble = bench.relay->apply({.kind = Trouble::stall, .place = in_body(100)});
  const auto whole = response(5000, 2);
  const auto before = whole.find("\r\n\r\n") + 4 + 100;
  auto [client, server] = bench.connect();
  server.send(whole);
  server.end_sending();
  EXPECT_EQ(client.read(before), whole.substr(0, before));
  bench.wait_struck(1);
  client.send("are you there");
  EXPECT_EQ(server.read(13), "are you there");
  EXPECT_TRUE(client.is_quiet());
  trouble.reset();
  EXPECT_EQ(client.read_rest(), (Wire::Rest{whole.substr(before), "fin"}));
}

TEST(Stall, TellsWhenTheClientGaveUp) {
  const Bench bench;
  auto trouble = bench.relay->apply({.kind = Trouble::stall});
  auto [client, server] = bench.connect();
  server.send("x");
  bench.wait_struck(1);
  EXPECT_FALSE(bench.relay->connections().at(0).client_left);
  client.close();
  EXPECT_TRUE(bench.relay->wait_left(patience()));
  EXPECT_EQ(server.read_rest().end, "fin");
  EXPECT_TRUE(bench.relay->connections().at(0).client_left);
  EXPECT_FALSE(bench.relay->connections().at(0).closed);
}

}  // namespace
}  // namespace attest::server

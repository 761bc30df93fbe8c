// Bytes that the server never sent.
#include <gmock/gmock.h>

#include <thread>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

TEST(Trailing, ComesBetweenTheResponseAndTheClose) {
  Player player({.kind = Trouble::trailing, .extra = "OK\r\n"});
  player.take(kWhole);
  EXPECT_EQ(player.bytes(), kWhole);
  player.end();
  EXPECT_EQ(player.bytes(), std::string(kWhole) + "OK\r\n");
  EXPECT_EQ(player.ended(), "fin");
}

TEST(Trailing, ComesAtAPlaceWhereTheServerKeepsTheConnection) {
  Player player({.kind = Trouble::trailing, .place = in_body(5), .extra = "!"});
  player.take(kWhole);
  EXPECT_EQ(player.bytes(), std::string(kWhole) + "!");
  player.take("next");
  EXPECT_EQ(player.bytes(), std::string(kWhole) + "!next");
}

TEST(Trailing, ReachesTheClient) {
  const Bench bench;
  const auto extra = Random(13).bytes(100'000);
  const auto trouble = bench.relay->apply({.kind = Trouble::trailing, .extra = extra});
  const auto whole = response(70'000, 14);
  auto [client, server] = bench.connect();
  std::jthread sender([&server = server, &whole] {
    server.send(whole);
    server.close();
  });
  EXPECT_EQ(client.read_rest(), (Wire::Rest{whole + extra, "fin"}));
}

}  // namespace
}  // namespace attest::server

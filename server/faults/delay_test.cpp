// A pause at a place.
#include <gmock/gmock.h>

#include <thread>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

using Pieces = std::vector<Player::Piece>;

TEST(Delay, IsCountedFromTheFirstByteOfTheResponse) {
  Player player({.kind = Trouble::delay, .span = 250ms});
  player.advance(10s).take("ab").advance(100ms).take("cd").run_out();
  EXPECT_EQ(player.pieces(), (Pieces{{10250ms, "abcd"}}));
  player.advance(1s).take("e");
  EXPECT_EQ(player.pieces().back(), (Player::Piece{11250ms, "e"}));
}

TEST(Delay, CanBeInTheMiddle) {
  Player player({.kind = Trouble::delay, .place = in_body(2), .span = 5s});
  player.take(kWhole).end().run_out();
  EXPECT_EQ(player.pieces(), (Pieces{{0s, std::string(kHead) + "he"}, {5s, "llo"}}));
  EXPECT_EQ(player.ended(), "fin");
}

TEST(Delay, HoldsBackTheServersEndAsWell) {
  Player player({.kind = Trouble::delay, .span = 1s});
  player.end().advance(999ms);
  EXPECT_EQ(player.ended(), "");
  player.advance(1ms);
  EXPECT_EQ(player.ended(), "fin");
}

TEST(Delay, PassesAllAfterwards) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::delay, .span = 20ms});
  const auto whole = response(200'000, 7);
  auto [client, server] = bench.connect();
  std::jthread sender([&server = server, &whole] {
    server.send(whole);
    server.end_sending();
  });
  EXPECT_EQ(client.read_rest(), (Wire::Rest{whole, "fin"}));
  EXPECT_EQ(bench.relay->connections().at(0).done, Trouble::delay);
}

TEST(Delay, OfAnHourIsOverWhenItIsLifted) {
  const Bench bench;
  auto trouble = bench.relay->apply({.kind = Trouble::delay, .span = 1h});
  auto [client, server] = bench.connect();
  server.send(kWhole);
  bench.wait_struck(1);
  EXPECT_TRUE(client.is_quiet());
  trouble.reset();
  EXPECT_EQ(client.read(kWhole.size()), kWhole);
}

}  // namespace
}  // namespace attest::server

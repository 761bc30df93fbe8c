// Small pieces with pauses.
#include <gmock/gmock.h>

#include <thread>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

using Pieces = std::vector<Player::Piece>;

TEST(Drip, SendsPiecesAtTheirTimes) {
  Player player({.kind = Trouble::drip, .place = in_body(0), .span = 100ms, .piece = 2});
  player.take(kWhole).end().run_out();
  EXPECT_EQ(player.pieces(), (Pieces{{0s, std::string(kHead)}, {0s, "he"}, {100ms, "ll"}, {200ms, "o"}}));
  EXPECT_EQ(player.ended(), "fin");
}

TEST(Drip, VariesPiecesAndSpansBySeed) {
  const auto played = [](std::uint64_t seed) {
    Player player({.kind = Trouble::drip, .span = 10ms, .piece = 20, .jitter = 0.5, .seed = seed});
    player.take(Random(1).bytes(2000)).end().run_out();
    return player.pieces();
  };
  const auto pieces = played(1);
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    EXPECT_GE(pieces[i].bytes.size(), 10U);
    EXPECT_LE(pieces[i].bytes.size(), 30U);
    EXPECT_GE(pieces[i + 1].after - pieces[i].after, 5ms);
    EXPECT_LE(pieces[i + 1].after - pieces[i].after, 15ms);
  }
  EXPECT_EQ(pieces, played(1));
  EXPECT_NE(pieces, played(2));
}

TEST(Drip, LosesNothing) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::drip, .span = 50us, .piece = 7, .jitter = 1});
  const auto whole = response(1500, 8);
  auto [client, server] = bench.connect();
  server.send(whole);
  server.end_sending();
  EXPECT_EQ(client.read_rest(), (Wire::Rest{whole, "fin"}));
}

TEST(Drip, LiftedInTheMiddlePassesTheRest) {
  const Bench bench;
  auto trouble = bench.relay->apply({.kind = Trouble::drip, .span = 1h, .piece = 10});
  const auto whole = response(150'000, 9);
  auto [client, server] = bench.connect();
  std::jthread sender([&server = server, &whole] {
    server.send(whole);
    server.end_sending();
  });
  EXPECT_EQ(client.read(10), whole.substr(0, 10));
  trouble.reset();
  EXPECT_EQ(client.read_rest(), (Wire::Rest{whole.substr(10), "fin"}));
}

}  // namespace
}  // namespace attest::server

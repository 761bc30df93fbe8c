// So many bytes a second.
#include <gmock/gmock.h>

#include <thread>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

TEST(Limit, TakesTheTimeOfTheBytes) {
  for (const double rate : {100.0, 1000.0, 115200.0 / 10, 1e6, 1e9}) {
    Player player({.kind = Trouble::limit, .rate = rate});
    player.take(std::string(50'000, 'x')).end().run_out();
    const double seconds = std::chrono::duration<double>(player.elapsed()).count();
    const double last_piece = static_cast<double>(player.pieces().back().bytes.size()) / rate;
    EXPECT_NEAR(seconds + last_piece, 50'000 / rate, 50'000 / rate / 1000) << rate;
    EXPECT_EQ(player.bytes().size(), 50'000U);
  }
}

TEST(Limit, OfLessThanAByteASecondStillMoves) {
  Player player({.kind = Trouble::limit, .rate = 0.1});
  player.take("abc").run_out();
  EXPECT_EQ(player.pieces(), (std::vector<Player::Piece>{{0s, "a"}, {10s, "b"}, {20s, "c"}}));
}

TEST(Limit, IsNotMadeUpForAfterAPauseOfTheServer) {
  Player player({.kind = Trouble::limit, .rate = 1000});
  player.take(std::string(10, 'x')).advance(1h).take(std::string(1000, 'x'));
  EXPECT_LE(player.bytes().size(), 30U);
  player.run_out();
  EXPECT_GE(player.elapsed(), 1h + 970ms);
}

TEST(Limit, IsNotSlowedDownByTimersThatFireLate) {
  Player player({.kind = Trouble::limit, .rate = 1000});
  player.take(std::string(10'000, 'x'));
  for (int i = 0; i < 1000; ++i) player.advance(10ms + (i % 2 == 0 ? 4ms : -4ms));
  EXPECT_EQ(player.bytes().size(), 10'000U);
}

TEST(Limit, LosesNothing) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::limit, .place = in_body(10), .rate = 2e6});
  const auto whole = response(100'000, 10);
  auto [client, server] = bench.connect();
  std::jthread sender([&server = server, &whole] {
    server.send(whole);
    server.end_sending();
  });
  EXPECT_EQ(client.read_rest(), (Wire::Rest{whole, "fin"}));
}

}  // namespace
}  // namespace attest::server

// Bytes that come twice.
#include <gmock/gmock.h>

#include <thread>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

TEST(Duplicate, RepeatsThePieceBeforeThePlaceHoweverItIsSplit) {
  Random random(11);
  for (int round = 0; round < 200; ++round) {
    const auto whole = std::string(kHead) + random.bytes(100);
    const auto piece = 1 + random.below(60), body = random.below(101);
    const auto place = kHead.size() + body;
    Player player({.kind = Trouble::duplicate, .place = in_body(body), .piece = piece});
    player.take_split(whole, random).end();
    const auto from = place - std::min(place, piece);
    ASSERT_EQ(player.bytes(),
              whole.substr(0, place) + whole.substr(from, place - from) + whole.substr(place));
    ASSERT_EQ(player.ended(), "fin");
  }
}

TEST(Duplicate, AtTheStartHasNothingToRepeat) {
  Player player({.kind = Trouble::duplicate, .piece = 10});
  player.take(kWhole).end();
  EXPECT_EQ(player.bytes(), kWhole);
}

TEST(Duplicate, ReachesTheClient) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::duplicate, .place = at(60'000), .piece = 1460});
  const auto bytes = Random(12).bytes(100'000);
  auto [client, server] = bench.connect();
  std::jthread sender([&server = server, &bytes] {
    server.send(bytes);
    server.end_sending();
  });
  EXPECT_EQ(client.read_rest(),
            (Wire::Rest{bytes.substr(0, 60'000) + bytes.substr(60'000 - 1460, 1460) + bytes.substr(60'000),
                        "fin"}));
  EXPECT_TRUE(bench.relay->wait_closed(Deadline(steady_clock().now())) ||
              (client.close(), bench.relay->wait_closed(patience())));
  EXPECT_EQ(bench.relay->connections().at(0).to_client, 101'460U);
}

}  // namespace
}  // namespace attest::server

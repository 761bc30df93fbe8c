// FIN at a place; the other direction goes on.
#include <gmock/gmock.h>

#include <thread>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

TEST(HalfClose, EndsTheResponseAndTakesWhatTheClientSends) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::half_close, .place = at(9)});
  auto [client, server] = bench.connect();
  server.send(kWhole);
  EXPECT_EQ(client.read_rest(), (Wire::Rest{std::string(kWhole.substr(0, 9)), "fin"}));
  const auto more = Random(5).bytes(300'000);
  std::jthread sender([&client = client, &more] {
    client.send(more);
    client.end_sending();
  });
  EXPECT_EQ(server.read_rest(), (Wire::Rest{more, "fin"}));
  EXPECT_TRUE(bench.relay->wait_closed(patience()));
}

TEST(HalfClose, LetsTheServerSayAllThatNobodyHears) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::half_close, .place = at(1)});
  auto [client, server] = bench.connect();
  server.send(Random(6).bytes(20'000'000));  // blocks here if nobody takes it
  EXPECT_EQ(client.read_rest().bytes.size(), 1U);
}

}  // namespace
}  // namespace attest::server

// RST at a place.
#include <gmock/gmock.h>

#include <thread>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

struct ResetAt : ::testing::TestWithParam<Place> {};

TEST_P(ResetAt, GivesTheBytesBeforeItAndThenAReset) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::reset, .place = GetParam()});
  const auto whole = response(2000, 1);
  auto [client, server] = bench.connect();
  client.send(kRequest);
  EXPECT_EQ(server.read(kRequest.size()), kRequest);
  server.send(whole);
  const auto head = GetParam().from == Place::From::body ? whole.find("\r\n\r\n") + 4 : 0;
  EXPECT_EQ(client.read_rest(), (Wire::Rest{whole.substr(0, head + GetParam().bytes), "reset"}));
  EXPECT_EQ(server.read_rest().end, "reset");
  EXPECT_TRUE(bench.relay->wait_closed(patience()));
  EXPECT_EQ(bench.relay->connections().at(0).done, Trouble::reset);
}

INSTANTIATE_TEST_SUITE_P(Of, ResetAt,
                         ::testing::Values(at(0), at(1), at(17), at(20), in_body(0), in_body(1), in_body(999),
                                           in_body(2000)),
                         [](const auto& place) {
                           return (place.param.from == Place::From::body ? "Body" : "Start") +
                                  std::to_string(place.param.bytes);
                         });

TEST(Reset, LeavesTheClientAllBytesBeforeItAlsoIfItReadsLate) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::reset, .place = at(1'000'000)});
  const auto bytes = Random(3).bytes(1'000'100);
  auto [client, server] = bench.connect();
  std::jthread sender([&server = server, &bytes] { server.send(bytes); });
  EXPECT_EQ(client.read_rest(), (Wire::Rest{bytes.substr(0, 1'000'000), "reset"}));
}

}  // namespace
}  // namespace attest::server

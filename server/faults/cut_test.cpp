// FIN at a place, and the connection is over.
#include <gmock/gmock.h>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

TEST(Cut, EndsInOrderAtThePlace) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::cut, .place = in_body(1234)});
  const auto whole = response(5000, 4);
  auto [client, server] = bench.connect();
  client.send(kRequest);
  EXPECT_EQ(server.read(kRequest.size()), kRequest);
  server.send(whole);
  EXPECT_EQ(client.read_rest(), (Wire::Rest{whole.substr(0, whole.find("\r\n\r\n") + 4 + 1234), "fin"}));
  EXPECT_TRUE(bench.relay->wait_closed(patience()));
  EXPECT_EQ(bench.relay->connections().at(0).done, Trouble::cut);
}

TEST(Cut, BeforeTheStatusLineIsAnEmptyReply) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::cut});
  auto [client, server] = bench.connect();
  client.send(kRequest);
  EXPECT_EQ(server.read(kRequest.size()), kRequest);
  client.send("and more that nobody reads");
  server.send(kWhole);
  EXPECT_EQ(client.read_rest(), (Wire::Rest{"", "fin"}));
}

}  // namespace
}  // namespace attest::server

// The relay without a fault, and what it keeps and tells.
#include <gmock/gmock.h>

#include <mutex>
#include <thread>

#include "server/faults/flow_testing.hpp"
#include "server/faults/relay_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;

TEST(ARelay, PassesBothDirectionsUnchangedAtOnce) {
  const Bench bench;
  auto [client, server] = bench.connect();
  const auto up = Random(1).bytes(3'000'000), down = Random(2).bytes(3'000'000);
  const auto send_all = [](Wire& wire, const std::string& bytes) {
    Random random(bytes.size());
    for (std::size_t at = 0; at < bytes.size();) {
      const auto piece = std::min<std::size_t>(1 + random.below(40'000), bytes.size() - at);
      wire.send(std::string_view(bytes).substr(at, piece));
      at += piece;
    }
    wire.end_sending();
  };
  std::jthread one([&, &wire = client] { send_all(wire, up); });
  std::jthread two([&, &wire = server] { send_all(wire, down); });
  Wire::Rest at_server;
  std::jthread three([&, &wire = server] { at_server = wire.read_rest(); });
  EXPECT_EQ(client.read_rest(), (Wire::Rest{down, "fin"}));
  three.join();
  EXPECT_EQ(at_server, (Wire::Rest{up, "fin"}));
  ASSERT_TRUE(bench.relay->wait_closed(patience()));
  const auto seen = bench.relay->connections().at(0);
  EXPECT_EQ(seen.to_server, up.size());
  EXPECT_EQ(seen.to_client, down.size());
  EXPECT_EQ(seen.done, Trouble::none);
  EXPECT_FALSE(seen.struck);
}

TEST(ARelay, PassesAHalfCloseOfEitherSide) {
  const Bench bench;
  auto [client, server] = bench.connect();
  client.send("question");
  client.end_sending();
  EXPECT_EQ(server.read_rest(), (Wire::Rest{"question", "fin"}));
  server.send("answer");
  EXPECT_EQ(client.read(6), "answer");
  EXPECT_FALSE(bench.relay->connections().at(0).closed);
  server.end_sending();
  EXPECT_EQ(client.read_rest(), (Wire::Rest{"", "fin"}));
  EXPECT_TRUE(bench.relay->wait_closed(patience()));
}

TEST(ARelay, EndsWhatIsOpenInOrder) {
  const Bench bench;
  EXPECT_EQ(bench.relay->end_open(), 0U);
  auto [client, server] = bench.connect();
  server.send("answer");
  EXPECT_EQ(client.read(6), "answer");
  EXPECT_EQ(bench.relay->end_open(), 1U);
  EXPECT_EQ(client.read_rest(), (Wire::Rest{"", "fin"}));
  EXPECT_EQ(server.read_rest(), (Wire::Rest{"", "fin"}));
  EXPECT_EQ(bench.relay->end_open(), 0U);
  auto [later, answering] = bench.connect();
  later.send(kRequest);
  EXPECT_EQ(answering.read(kRequest.size()), kRequest);
}

TEST(ARelay, PassesAResetOfTheServerBehindItsBytes) {
  const Bench bench;
  for (int round = 0; round < 50; ++round) {
    auto [client, server] = bench.connect();
    server.send(kWhole);
    EXPECT_EQ(client.read(kWhole.size()), kWhole);
    server.reset();
    EXPECT_EQ(client.read_rest(), (Wire::Rest{"", "reset"}));
  }
  EXPECT_TRUE(bench.relay->wait_closed(patience()));
}

TEST(ARelay, PassesAResetOfTheClientWhileTheServerSends) {
  const Bench bench;
  for (int round = 0; round < 20; ++round) {
    auto [client, server] = bench.connect();
    client.send(kRequest);
    EXPECT_EQ(server.read(kRequest.size()), kRequest);
    (void)server.send_until_full(std::string(10'000, 'x'));
    client.reset();
    EXPECT_EQ(server.read_rest().end, "reset");
  }
  EXPECT_TRUE(bench.relay->wait_closed(patience()));
}

TEST(ARelay, ResetsAClientWhoseServerIsNotThere) {
  std::uint16_t nobody = 0;
  { nobody = Upstream().port(); }
  const auto relay = must(start_relay({.to_port = nobody}, steady_clock(), {}));
  EXPECT_EQ(Wire::to(relay->port()).read_rest(), (Wire::Rest{"", "reset"}));
}

TEST(ARelay, StopsTakingFromAServerWhoseClientDoesNotTake) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::stall, .place = at(1000)});
  auto [client, server] = bench.connect();
  const auto taken = server.send_until_full(std::string(64 * 1024, 'x'));
  EXPECT_LT(taken, 32U << 20);  // the kernel's buffers; without a bound it would never be full
  EXPECT_EQ(bench.relay->connections().at(0).to_client, 1000U);
}

TEST(ARelay, DoesAFaultAsOftenAsItIsTold) {
  const Bench bench;
  const auto trouble = bench.relay->apply({.kind = Trouble::cut, .times = 2});
  std::vector<std::string> got;
  for (int round = 0; round < 4; ++round) {
    auto [client, server] = bench.connect();
    server.send("hello");
    server.end_sending();
    got.push_back(client.read_rest().bytes);
  }
  EXPECT_EQ(got, (std::vector<std::string>{"", "", "hello", "hello"}));
}

TEST(ARelay, LeavesConnectionsOfBeforeAFaultAlone) {
  const Bench bench;
  auto [client, server] = bench.connect();
  while (bench.relay->connections().empty()) std::this_thread::yield();
  const auto trouble = bench.relay->apply({.kind = Trouble::reset});
  server.send("hello");
  EXPECT_EQ(client.read(5), "hello");
}

TEST(ARelay, TellsItsListenerInOrder) {
  std::mutex mutex;
  std::vector<std::string> events;
  const Bench bench([&](std::string_view event, Instant at, const Relayed& seen) {
    const std::scoped_lock lock(mutex);
    events.push_back(std::string(event) + " " + std::string(name_of(seen.done)));
    EXPECT_EQ(seen.connection, 1U);
    EXPECT_GT(at, Instant());
  });
  auto trouble = bench.relay->apply({.kind = Trouble::stall, .place = at(2)});
  auto [client, server] = bench.connect();
  server.send("hello");
  bench.wait_struck(1);
  trouble.reset();
  EXPECT_EQ(client.read(5), "hello");
  client.close();
  server.close();
  ASSERT_TRUE(bench.relay->wait_closed(patience()));
  const std::scoped_lock lock(mutex);
  EXPECT_EQ(events, (std::vector<std::string>{"accept none", "strike stall", "lift stall", "leave stall",
                                              "close stall"}));
}

TEST(ARelay, EndsWithOpenConnectionsAndFaultsThatOutliveIt) {
  auto bench = std::make_unique<Bench>();
  auto trouble = bench->relay->apply({.kind = Trouble::stall});
  auto [client, server] = bench->connect();
  server.send("x");
  bench->wait_struck(1);
  bench.reset();
  EXPECT_EQ(client.read_rest().end, "reset");
  trouble.reset();
}

TEST(ARelay, MayBeToldOfFaultsFromManyThreads) {
  const Bench bench;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round)
        (void)bench.relay->apply({.kind = i == 0 ? Trouble::refuse : Trouble::stall});
    });
  threads.clear();
  auto [client, server] = bench.connect();
  server.send("x");
  EXPECT_EQ(client.read(1), "x");
}

struct Page final : Resource {
  std::string path_ = "/page?a=1", url_;
  const std::string& path() const override { return path_; }
  const std::string& url() const override { return url_; }
  std::vector<Served> requests() const override { return {}; }
  bool wait_for(std::size_t, Deadline) const override { return false; }
  bool wait_answered(std::size_t, Deadline) const override { return false; }
  bool wait_closed(Deadline) const override { return false; }
};

TEST(ARelay, AdvertisesItself) {
  const Bench bench;
  const auto port = std::to_string(bench.relay->port());
  EXPECT_EQ(bench.relay->url(Page()), "http://127.0.0.1:" + port + "/page?a=1");
  const auto secure = must(start_relay(
      {.address = "0.0.0.0", .advertise = "lab.test", .to_port = 1, .tls = true}, steady_clock(), {}));
  EXPECT_EQ(secure->url(Page()), "https://lab.test:" + std::to_string(secure->port()) + "/page?a=1");
}

TEST(ARelay, SaysWhyItCannotListen) {
  const Bench bench;
  const auto second = start_relay({.port = bench.relay->port(), .to_port = 1}, steady_clock(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::bench);
  EXPECT_THAT(second.error().cure, ::testing::HasSubstr("pid "));
  EXPECT_EQ(start_relay({.to_address = "here"}, steady_clock(), {}).error().fault, Fault::usage);
  EXPECT_EQ(start_relay({.address = "0.0.0.0"}, steady_clock(), {}).error().fault, Fault::usage);
}

}  // namespace
}  // namespace attest::server

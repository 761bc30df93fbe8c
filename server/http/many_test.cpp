// Many devices at once, connections that idle, and the end of an origin.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <httplib.h>

#include <semaphore>
#include <thread>

#include "server/http/origin_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kDevices = 64;
constexpr std::size_t kRequests = 10;

void ask_for(const Resource& page, std::uint16_t port, const std::string& body, std::atomic<int>& wrong) {
  httplib::Client client("127.0.0.1", port);
  client.set_keep_alive(body.size() % 2 == 0);
  for (std::size_t i = 0; i < kRequests; ++i) {
    const auto got = client.Post(page.path(), body, "text/plain");
    if (!got || got->body != "for " + body) ++wrong;
  }
}

TEST(ManyDevices, AreServedAtOnceAndNotMixedUp) {
  const auto origin = testing::origin();
  std::vector<std::unique_ptr<Resource>> pages;
  std::atomic<int> wrong = 0;
  const auto body = [](std::size_t i) { return fmt::format("device {}", i); };
  for (std::size_t i = 0; i < kDevices; ++i) pages.push_back(origin->add({.body = "for " + body(i)}));
  {
    std::vector<std::jthread> devices;
    for (std::size_t i = 0; i < kDevices; ++i)
      devices.emplace_back([&, i] { ask_for(*pages[i], origin->port(), body(i), wrong); });
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_THAT(origin->strangers(), IsEmpty());
  for (std::size_t i = 0; i < kDevices; ++i) {
    ASSERT_TRUE(pages[i]->wait_for(kRequests, patience()));
    const auto seen = pages[i]->requests();
    EXPECT_EQ(seen.size(), kRequests);
    for (const auto& request : seen) EXPECT_EQ(request.body, body(i));
  }
}

TEST(ManyConnections, LeaveNoneOpen) {
  const auto origin = testing::origin();
  const auto page = origin->add({.body = "hello"});
  for (int i = 0; i < 200; ++i) {
    RawClient client(origin->port());
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", page->path()));
    ASSERT_THAT(client.read_response(), HasSubstr("hello"));
  }
  ASSERT_TRUE(page->wait_closed(patience()));
  EXPECT_EQ(origin->connections(), 200U);
  EXPECT_EQ(origin->open_connections(), 0U);
}

TEST(ManyConnections, ThatResetAtOnceDoNotEndTheOrigin) {
  const auto origin = testing::origin();
  for (int i = 0; i < 100; ++i) RawClient(origin->port()).reset();
  RawClient client(origin->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_response(), HasSubstr("404"));
}

TEST(IdleConnections, BlockNobody) {
  std::counting_semaphore<> accepted(0);
  const auto origin = testing::origin([&](std::string_view event, Instant, const Served&) {
    if (event == "accept") accepted.release();
  });
  const auto page = origin->add({.body = "hello"});
  std::vector<RawClient> idle;
  for (int i = 0; i < 150; ++i) {
    idle.emplace_back(origin->port());
    idle.back().send("GET /half");
    accepted.acquire();
  }
  RawClient client(origin->port());
  client.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", page->path()));
  EXPECT_THAT(client.read_response(), HasSubstr("hello"));
  EXPECT_EQ(origin->open_connections(), 151U);
}

TEST(TheEnd, DoesNotWaitForStalledConnections) {
  auto origin = testing::origin();
  const auto never = origin->add({.never = true});
  const auto late = origin->add({.delay = std::chrono::hours(1)});
  const auto endless = origin->add({.generated_length = 1ULL << 40});
  std::vector<RawClient> clients;
  for (const auto* page : {never.get(), late.get(), endless.get()}) {
    clients.emplace_back(origin->port());
    clients.back().send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", page->path()));
    ASSERT_TRUE(page->wait_for(1, patience()));
  }
  clients.emplace_back(origin->port());
  clients.back().send("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf");
  clients.emplace_back(origin->port());  // says nothing at all
  origin.reset();                        // hangs here, or does not
  for (const auto* page : {never.get(), late.get(), endless.get()}) {
    EXPECT_TRUE(page->wait_closed(Deadline(steady_clock().now())));
    EXPECT_EQ(page->requests().at(0).closed_by, "origin");
  }
}

TEST(TheEnd, ComesAtOnceAlsoWhenNothingHappened) {
  for (int i = 0; i < 50; ++i) (void)testing::origin();
}

}  // namespace
}  // namespace attest::server

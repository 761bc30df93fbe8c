#include "server/journal/journal.hpp"

#include <gmock/gmock.h>

#include <future>

#include "server/journal/sha256.hpp"

namespace attest::server {
namespace {
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Deadline patience() {
  return Deadline::in(steady_clock(), std::chrono::seconds(20));
}
Deadline now() {
  return Deadline(steady_clock().now());
}

struct Desk {
  std::vector<std::string> events;
  std::shared_ptr<Journal> journal = std::make_shared<Journal>(
      [this](std::string_view event, Instant, const Served&) { events.emplace_back(event); });
  Shelf shelf{journal};
};

Served get(std::string target) {
  return {.method = "GET", .target = std::move(target)};
}

TEST(Journal, TellsOfEachStepInOrder) {
  Desk desk;
  {
    ConnectionLog log(desk.journal, "10.0.0.7:1", Instant(1));
    log.begin(Instant(2));
    log.head(get("/a"), Instant(3), desk.shelf);
    log.body("hello", true, Instant(4));
    log.response({Instant(5), Instant(6), 17, "HTTP/1.1 200 OK\r\n\r\n"}, Instant(6));
    log.closed(Instant(7), "peer");
    log.closed(Instant(8), "origin");  // the second end is none
  }
  EXPECT_THAT(desk.events, ElementsAre("accept", "head", "body", "response", "close"));
  const auto seen = desk.shelf.all().at(0);
  EXPECT_EQ(seen.first_byte, Instant(2));
  EXPECT_EQ(seen.head_done, Instant(3));
  EXPECT_EQ(seen.body_done, Instant(4));
  EXPECT_EQ(seen.response_first, Instant(5));
  EXPECT_EQ(seen.response_last, Instant(6));
  EXPECT_EQ(seen.closed, Instant(7));
  EXPECT_EQ(seen.closed_by, "peer");
  EXPECT_EQ(seen.body_bytes_sent, 17U);
  EXPECT_EQ(seen.response_head, "HTTP/1.1 200 OK\r\n\r\n");
}

TEST(Journal, CountsConnectionsThatAreOpen) {
  Desk desk;
  {
    ConnectionLog first(desk.journal, "a", Instant(1));
    ConnectionLog second(desk.journal, "b", Instant(1));
    EXPECT_EQ(desk.journal->open_connections(), 2U);
    second.closed(Instant(2), "peer");
    EXPECT_EQ(desk.journal->open_connections(), 2U) << "the socket is not closed yet";
  }
  EXPECT_EQ(desk.journal->open_connections(), 0U);
  EXPECT_EQ(desk.journal->connections(), 2U);
}

TEST(Journal, KeepsTheOrderOfFirstBytesAlsoWhenHeadsOvertake) {
  Desk desk;
  ConnectionLog slow(desk.journal, "slow", Instant(1));
  ConnectionLog fast(desk.journal, "fast", Instant(1));
  slow.begin(Instant(2));
  fast.begin(Instant(3));
  fast.head(get("/fast"), Instant(4), desk.shelf);
  slow.head(get("/slow"), Instant(5), desk.shelf);
  const auto seen = desk.shelf.all();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].target, "/slow");
  EXPECT_EQ(seen[1].target, "/fast");
}

TEST(Journal, WaitsForBodiesAndNotForHeads) {
  Desk desk;
  ConnectionLog log(desk.journal, "a", Instant(1));
  log.begin(Instant(2));
  log.head(get("/a"), Instant(3), desk.shelf);
  EXPECT_FALSE(desk.shelf.wait_settled(1, now()));
  auto waiting = std::async(std::launch::async, [&] { return desk.shelf.wait_settled(1, patience()); });
  log.body("", false, Instant(4));
  EXPECT_TRUE(waiting.get());
  EXPECT_FALSE(desk.shelf.wait_settled(2, now()));
}

TEST(Journal, WakesAWaiterOnlyAfterTheListenerHasBeenTold) {
  std::atomic<bool> told = false;
  Shelf* watched = nullptr;
  const auto journal = std::make_shared<Journal>([&](std::string_view event, Instant, const Served&) {
    if (event != "body") return;
    EXPECT_FALSE(watched->wait_settled(1, now()));
    told = true;
  });
  Shelf shelf(journal);
  watched = &shelf;
  ConnectionLog log(journal, "a", Instant(1));
  log.begin(Instant(2));
  log.head(get("/a"), Instant(3), shelf);
  log.body("x", true, Instant(4));
  EXPECT_TRUE(told);
  EXPECT_TRUE(shelf.wait_settled(1, now()));
}

TEST(Journal, LetsAWaiterGoOnWhoIsWoken) {
  Desk desk;
  auto waiting = std::async(std::launch::async, [&] { return desk.shelf.wait_settled(1, patience()); });
  while (waiting.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) desk.journal->wake();
  EXPECT_FALSE(waiting.get());
  EXPECT_TRUE(desk.shelf.wait_settled(0, now()));
}

TEST(Journal, CallsAConnectionOverWhenItNoLongerCountsAsOpen) {
  Desk desk;
  EXPECT_TRUE(desk.shelf.wait_over(now())) << "nobody asked";
  auto log = std::make_unique<ConnectionLog>(desk.journal, "a", Instant(1));
  log->begin(Instant(2));
  log->head(get("/a"), Instant(3), desk.shelf);
  log->closed(Instant(5), "peer");
  EXPECT_FALSE(desk.shelf.wait_over(now()));
  EXPECT_FALSE(desk.shelf.wait_answered(1, now()));
  log.reset();
  EXPECT_TRUE(desk.shelf.wait_answered(1, now())) << "no answer will come";
  EXPECT_TRUE(desk.shelf.wait_over(now()));
}

TEST(Journal, GivesStrangersOnce) {
  Desk desk;
  ConnectionLog log(desk.journal, "a", Instant(1));
  log.begin(Instant(2));
  log.head(get("/who"), Instant(3), desk.shelf);
  EXPECT_EQ(desk.shelf.take().size(), 1U);
  EXPECT_THAT(desk.shelf.take(), IsEmpty());
  log.body("late", true, Instant(4));  // the entry is gone from the shelf, not from the connection
  EXPECT_EQ(log.last().body, "late");
}

TEST(Sha256, AgreesWithTheStandardsExamples) {  // FIPS 180-4
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace attest::server

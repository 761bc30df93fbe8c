// Requests byte for byte, from a raw socket.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <mutex>

#include "server/http/origin_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;

struct World {
  std::unique_ptr<Origin> origin = testing::origin();
  std::unique_ptr<Resource> page = origin->add({.body = "hello"});

  [[nodiscard]] std::string get(std::string_view fields = "Host: x\r\n") const {
    return fmt::format("GET {} HTTP/1.1\r\n{}\r\n", page->path(), fields);
  }
  [[nodiscard]] std::string post(std::string_view body, std::size_t length) const {
    return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", page->path(), length,
                       body);
  }
  [[nodiscard]] Served seen(std::size_t which = 0) const {
    EXPECT_TRUE(page->wait_for(which + 1, patience()));
    return page->requests().at(which);
  }
};

TEST(Request, IsKeptExactlyAsItCame) {
  World world;
  RawClient client(world.origin->port());
  const auto bytes = world.get("hOsT:x\r\nB:  two words \r\nA: 1\r\nb: 3\r\n");
  client.send(bytes);
  EXPECT_THAT(client.read_response(), StartsWith("HTTP/1.1 200 OK\r\n"));
  const auto seen = world.seen();
  EXPECT_EQ(seen.raw_head, bytes);
  EXPECT_THAT(seen.headers,
              ElementsAre(Pair("hOsT", "x"), Pair("B", "two words"), Pair("A", "1"), Pair("b", "3")));
  EXPECT_THAT(seen.values("B"), ElementsAre("two words", "3"));
  EXPECT_EQ(seen.connection, 1U);
  EXPECT_EQ(seen.request, 1U);
  EXPECT_THAT(seen.peer, StartsWith("127.0.0.1:"));
}

TEST(Request, IsTheSameHoweverItIsCut) {
  World world;
  std::size_t number = 0;
  for (const std::size_t piece : {1, 2, 3, 7, 20, 50}) {
    RawClient client(world.origin->port());
    client.send_in_pieces(world.post("\r\n\r\n{}", 6), piece);
    (void)client.read_response();
    const auto seen = world.seen(number++);
    EXPECT_EQ(seen.body, "\r\n\r\n{}") << piece;
    EXPECT_THAT(seen.malformed, IsEmpty()) << piece;
  }
}

TEST(Request, MayFollowAnotherWithoutWaiting) {
  World world;
  const auto other = world.origin->add({.body = "other"});
  RawClient client(world.origin->port());
  client.send(world.get() + world.post("abc", 3) +
              fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", other->path()));
  for (const auto* body : {"hello", "hello", "other"}) EXPECT_THAT(client.read_response(), HasSubstr(body));
  EXPECT_EQ(world.seen(1).body, "abc");
  EXPECT_THAT(world.seen(0).malformed + world.seen(1).malformed, IsEmpty());
  ASSERT_EQ(other->requests().size(), 1U);
  EXPECT_EQ(other->requests()[0].connection, 1U);
  EXPECT_EQ(other->requests()[0].request, 3U);
  EXPECT_EQ(world.origin->connections(), 1U);
}

TEST(Request, IsDecodedFromChunks) {
  World world;
  RawClient client(world.origin->port());
  client.send_in_pieces(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                                    world.page->path()),
                        9);
  (void)client.read_response();
  EXPECT_EQ(world.seen().body, "abcde");
  EXPECT_THAT(world.seen().malformed, IsEmpty());
}

TEST(Request, IsToldToContinueWhenItWaitsForThat) {
  World world;
  RawClient client(world.origin->port());
  client.send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
                          world.page->path()));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_THAT(client.read_response(), StartsWith("HTTP/1.1 200 OK\r\n"));
  ASSERT_TRUE(world.page->wait_answered(1, patience()));
  const auto seen = world.seen();
  EXPECT_EQ(seen.body, "abc");
  EXPECT_LT(seen.head_done, seen.body_done) << "the body was sent after the head had been read";
  EXPECT_GT(seen.response_first.value_or(Instant{}), seen.body_done) << "100 is not the response";
}

TEST(MalformedRequest, StillGetsItsAnswer) {
  World world;
  const auto& path = world.page->path();
  const std::vector<std::string> requests{
      fmt::format("GET {} HTTP/1.1\nHost: x\n\n", path),
      fmt::format("GET http://x{} HTTP/1.1\r\nHost: x\r\n\r\n", path),
      fmt::format("GET {} HTTP/1.1\r\n\r\n", path),
      fmt::format("GET {}\r\n\r\n", path),
      fmt::format("get {} HTTP/1.1\r\nHost: x\r\n\r\n", path),
      fmt::format("GET {} HTTP/1.0\r\nHost: x\r\n\r\n", path),
      fmt::format("\r\nGET {} HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", path)};
  for (std::size_t i = 0; i < requests.size(); ++i) {
    RawClient client(world.origin->port());
    client.send(requests[i]);
    EXPECT_THAT(client.read_response(), HasSubstr("hello")) << requests[i];
    EXPECT_EQ(world.seen(i).raw_head, requests[i]);
    EXPECT_NE(world.seen(i).malformed, "") << requests[i];
  }
}

TEST(MalformedRequest, ThatIsNoRequestIsJournalledAsAStranger) {
  World world;
  RawClient client(world.origin->port());
  client.send("\x16\x03\x01");  // as TLS would begin, and then wait for an answer
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  const auto strangers = world.origin->strangers();
  ASSERT_EQ(strangers.size(), 1U);
  EXPECT_EQ(strangers[0].raw_head, "\x16\x03\x01");
  EXPECT_EQ(strangers[0].malformed, "no HTTP: \\x16\\x03\\x01");
}

TEST(MalformedRequest, ThatStopsInItsHeadIsJournalled) {
  World world;
  RawClient client(world.origin->port());
  client.send(fmt::format("GET {} HTTP/1.1\r\nHo", world.page->path()));
  client.close();
  const auto seen = world.seen();
  EXPECT_EQ(seen.malformed, "the connection ended inside the head");
  EXPECT_FALSE(seen.body_complete);
  EXPECT_THAT(seen.raw_head, ::testing::EndsWith("\r\nHo"));
}

TEST(MalformedRequest, ThatStopsInItsBodySaysWhatIsLacking) {
  World world;
  RawClient client(world.origin->port());
  client.send(world.post("abc", 10));
  client.end_sending();
  const auto seen = world.seen();
  EXPECT_FALSE(seen.body_complete);
  EXPECT_EQ(seen.body, "abc");
  EXPECT_EQ(seen.malformed, "Content-Length is 10, and 3 bytes came");
  EXPECT_THAT(client.read_all(), IsEmpty());
}

TEST(MalformedRequest, WithMoreThanItsLengthSaysWhatIsLeft) {
  World world;
  RawClient lines(world.origin->port());
  lines.send(world.post("abc\r\n", 3));
  (void)lines.read_response();
  EXPECT_EQ(world.seen(0).body, "abc");
  EXPECT_EQ(world.seen(0).malformed, "2 bytes after the end of the request: \\r\\n");
  lines.send(world.get());  // line ends alone do not end the connection
  (void)lines.read_response();
  EXPECT_THAT(world.seen(1).malformed, IsEmpty());

  RawClient bytes(world.origin->port());
  bytes.send(world.post("{\"a\":1}", 3));
  EXPECT_THAT(bytes.read_all(), HasSubstr("Connection: close"));
  EXPECT_EQ(world.seen(2).malformed, "4 bytes after the end of the request: \\\":1}");
  EXPECT_THAT(world.origin->strangers(), IsEmpty());
}

TEST(MalformedRequest, WithBytesThatComeLateIsStillTheOneBefore) {
  World world;
  RawClient client(world.origin->port());
  client.send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\n\r\n", world.page->path()));
  (void)client.read_response();
  EXPECT_EQ(world.seen().malformed, "POST with neither Content-Length nor Transfer-Encoding");
  client.send("field=value");
  EXPECT_THAT(client.read_all(), IsEmpty());
  client.close();
  ASSERT_TRUE(world.page->wait_closed(patience()));
  EXPECT_THAT(world.seen().malformed, HasSubstr("11 bytes after the end of the request: field=value"));
}

TEST(MalformedRequest, WithAnEndlessHeadIsCutOff) {
  World world;
  RawClient client(world.origin->port());
  client.send(fmt::format("GET {} HTTP/1.1\r\nA: {}", world.page->path(), std::string(80'000, 'a')));
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(world.seen().malformed, "head of more than 65536 bytes");
}

TEST(Listener, HearsOfAConnectionThatNeverAsks) {
  std::mutex mutex;
  std::vector<std::string> events;
  auto origin = testing::origin([&](std::string_view event, Instant at, const Served& served) {
    const std::lock_guard lock(mutex);
    events.push_back(fmt::format("{} {} {}", event, served.request, at.ns() > 0));
  });
  { RawClient client(origin->port()); }
  RawClient second(origin->port());
  second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  (void)second.read_response();
  origin.reset();  // after its end all has been told
  std::sort(events.begin(), events.end());
  EXPECT_THAT(events, ElementsAre("accept 0 true", "accept 0 true", "body 1 true", "close 0 true",
                                  "close 1 true", "head 1 true", "response 1 true"));
}

TEST(Times, AreThoseOfTheClockThatIsGiven) {
  FakeClock clock;
  clock.set(Instant(42));
  const auto origin = must(start_origin({}, clock, {}));
  const auto page = origin->add({.body = "x"});
  RawClient client(origin->port());
  client.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", page->path()));
  (void)client.read_response();
  ASSERT_TRUE(page->wait_for(1, patience())) << "waiting is on the steady clock";
  EXPECT_EQ(page->requests()[0].head_done, Instant(42));
}

}  // namespace
}  // namespace attest::server

// The origin as httplib's own client sees it.
#include <gmock/gmock.h>
#include <httplib.h>

#include "harness/base/random.hpp"
#include "server/http/origin_testing.hpp"
#include "server/journal/sha256.hpp"

namespace attest::server {
namespace {
using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

struct World {
  std::unique_ptr<Origin> origin = testing::origin();
  httplib::Client client{"127.0.0.1", origin->port()};
};

TEST(Origin, AnswersAndJournals) {
  World world;
  const auto page =
      world.origin->add({.headers = {{"X-Name", "value"}}, .content_type = "text/plain", .body = "hello"});
  const auto got = world.client.Get(page->path());
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "hello");
  EXPECT_EQ(got->get_header_value("Content-Type"), "text/plain");
  EXPECT_EQ(got->get_header_value("X-Name"), "value");
  EXPECT_FALSE(got->has_header("Keep-Alive")) << "nobody asked httplib for it";
  ASSERT_TRUE(page->wait_for(1, patience()));
  const auto seen = page->requests().at(0);
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, page->path());
  EXPECT_THAT(seen.malformed, IsEmpty());
  EXPECT_THAT(seen.values("host"), ElementsAre(world.origin->authority()));
  EXPECT_TRUE(seen.body_complete);
}

TEST(Origin, KnowsWhenEachThingHappened) {
  World world;
  const auto page = world.origin->add({.body = "hello", .keep_alive = false});
  ASSERT_TRUE(world.client.Post(page->path(), "some", "text/plain"));
  ASSERT_TRUE(page->wait_closed(patience()));
  const auto seen = page->requests().at(0);
  ASSERT_TRUE(seen.response_first && seen.response_last && seen.closed);
  const std::vector<Instant> times{seen.accepted,  seen.first_byte,      seen.head_done,
                                   seen.body_done, *seen.response_first, *seen.response_last,
                                   *seen.closed,   steady_clock().now()};
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_GT(seen.accepted.ns(), 0);
  EXPECT_EQ(seen.closed_by, "origin");
}

TEST(Origin, AnswersEveryMethod) {
  World world;
  const auto page = world.origin->add({.body = "same"});
  for (const auto* method : {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"}) {
    httplib::Request request;
    request.method = method;
    request.path = page->path();
    const auto got = world.client.send(request);
    ASSERT_TRUE(got) << method;
    EXPECT_EQ(got->body, "same") << method;
  }
  EXPECT_EQ(page->requests().size(), 7U);
}

TEST(Origin, AnswersAnyContentTypeAndKeepsBinaryBodies) {
  World world;
  const auto page = world.origin->add({.body = "ok"});
  Random random(7);
  auto body = std::string("\0", 1) + random.bytes(100'000);
  // Types upon which httplib's own server would read the body in its own way, or refuse it.
  for (const auto* type : {"multipart/form-data", "application/x-www-form-urlencoded", "application/json"}) {
    const auto got = world.client.Put(page->path(), body, type);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 200) << type;
  }
  ASSERT_TRUE(page->wait_for(3, patience()));
  for (const auto& seen : page->requests()) {
    EXPECT_TRUE(seen.body == body);
    EXPECT_EQ(seen.body_sha256, sha256_hex(body));
  }
}

TEST(Origin, SendsTheWholeBodyWhateverTheClientWouldAccept) {
  World world;
  const auto page = world.origin->add({.content_type = "text/plain", .body = std::string(5000, 'a')});
  const auto got = world.client.Get(page->path(), {{"Accept-Encoding", "gzip, br"}, {"Range", "bytes=1-2"}});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body.size(), 5000U);
  EXPECT_FALSE(got->has_header("Content-Encoding"));
}

TEST(Origin, GivesPathsThatNobodyGuesses) {
  World world;
  const auto one = world.origin->add({}, "/logo.gif");
  const auto two = world.origin->add({}, "?a=1&b=2");
  EXPECT_THAT(one->path(), MatchesRegex("/[a-z0-9]{12}/logo.gif"));
  EXPECT_THAT(two->path(), MatchesRegex("/[a-z0-9]{12}\\?a=1&b=2"));
  EXPECT_NE(one->path().substr(0, 13), two->path().substr(0, 13));
  EXPECT_EQ(one->url(), "http://" + world.origin->authority() + one->path());
}

TEST(Origin, FindsAResourceByItsPathAndKeepsTheQuery) {
  World world;
  const auto page = world.origin->add({.body = "x"}, "?a=1");
  const auto bare = page->path().substr(0, page->path().find('?'));
  ASSERT_EQ(world.client.Get(page->path())->status, 200);
  ASSERT_EQ(world.client.Get(bare + "?b=2")->status, 200);
  const auto seen = page->requests();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].target, page->path());
  EXPECT_EQ(seen[1].target, bare + "?b=2");
}

TEST(Origin, JournalsStrangersOnce) {
  World world;
  const auto got = world.client.Get("/nobody");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 404);
  const auto strangers = world.origin->strangers();
  ASSERT_EQ(strangers.size(), 1U);
  EXPECT_EQ(strangers[0].target, "/nobody");
  EXPECT_THAT(world.origin->strangers(), IsEmpty());
}

TEST(Origin, ForgetsAPathWithItsResource) {
  World world;
  auto page = must(world.origin->add_at({.body = "x"}, "/get"));
  EXPECT_EQ(world.client.Get("/get")->status, 200);
  const auto twice = world.origin->add_at({}, "/get?other=query");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().fault, Fault::usage);
  page.reset();
  EXPECT_EQ(world.client.Get("/get")->status, 404);
  EXPECT_TRUE(world.origin->add_at({}, "/get"));
  EXPECT_FALSE(world.origin->add_at({}, "get"));
}

TEST(Origin, OutlivesNoResource) {
  std::unique_ptr<Resource> page;
  {
    World world;
    page = world.origin->add({.body = "x"});
    ASSERT_TRUE(world.client.Get(page->path()));
  }
  EXPECT_EQ(page->requests().size(), 1U);
  EXPECT_TRUE(page->wait_closed(patience()));
}

}  // namespace
}  // namespace attest::server

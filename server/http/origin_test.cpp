#include <gmock/gmock.h>
#include <httplib.h>

#include "server/http/origin_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(Origin, AnswersAndJournals) {
  const auto world = origin();
  const auto page = world->add({.content_type = "text/plain", .body = "hello"}, "/logo.gif?a=1");
  httplib::Client client("127.0.0.1", world->port());
  const auto got = client.Get(page->path());
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "hello");
  EXPECT_EQ(got->get_header_value("Content-Type"), "text/plain");
  ASSERT_TRUE(page->wait_for(1, patience()));
  const auto seen = page->requests().at(0);
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, page->path());
  EXPECT_THAT(seen.malformed, IsEmpty());
  EXPECT_THAT(seen.values("host"), ::testing::ElementsAre(world->authority()));
}

}  // namespace
}  // namespace attest::server

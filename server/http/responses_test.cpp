// Responses byte for byte, seen from a raw socket.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "server/http/origin_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using Framing = Response::Framing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct Asked {
  explicit Asked(Response response, std::string_view method = "GET", std::string_view fields = "Host: x\r\n")
      : page(origin->add(std::move(response))) {
    client.send(fmt::format("{} {} HTTP/1.1\r\n{}\r\n", method, page->path(), fields));
  }
  /// The request when its connection is over on both sides.
  [[nodiscard]] Served over() {
    client.close();
    EXPECT_TRUE(page->wait_closed(patience()));
    return page->requests().at(0);
  }
  std::unique_ptr<Origin> origin = testing::origin();
  std::unique_ptr<Resource> page;
  RawClient client{origin->port()};
};

TEST(Response, HasAContentLengthAndLeavesTheConnectionOpen) {
  Asked asked({.status = 503, .content_type = "text/xml", .body = "<a/>"});
  EXPECT_THAT(
      asked.client.read_response(),
      AllOf(StartsWith("HTTP/1.1 503 Service Unavailable\r\n"), HasSubstr("\r\nContent-Type: text/xml\r\n"),
            HasSubstr("\r\nContent-Length: 4\r\n"), Not(HasSubstr("Connection")), EndsWith("\r\n\r\n<a/>")));
  asked.client.send(
      fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", asked.page->path()));
  EXPECT_THAT(asked.client.read_all(), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(asked.origin->connections(), 1U);
}

TEST(Response, MayBeEmpty) {
  Asked asked({});
  EXPECT_THAT(asked.client.read_response(),
              AllOf(HasSubstr("\r\nContent-Length: 0\r\n"), EndsWith("\r\n\r\n")));
}

TEST(Response, WithNoContentHasNoLength) {
  Asked asked({.status = 204, .body = "ignored", .keep_alive = false});
  EXPECT_THAT(asked.client.read_all(),
              AllOf(StartsWith("HTTP/1.1 204 "), Not(HasSubstr("Content-")), EndsWith("\r\n\r\n")));
}

TEST(Response, ClosesWhenItSaysSo) {
  Asked asked({.body = "bye", .keep_alive = false});
  EXPECT_THAT(asked.client.read_all(),
              AllOf(HasSubstr("\r\nConnection: close\r\n"), EndsWith("\r\n\r\nbye")));
  EXPECT_EQ(asked.over().closed_by, "origin");
}

TEST(Response, IsCutIntoChunks) {
  Asked asked({.body = "hello, world", .framing = Framing::chunked, .chunk = 5, .keep_alive = false});
  const auto all = asked.client.read_all();
  EXPECT_THAT(all, AllOf(HasSubstr("\r\nTransfer-Encoding: chunked\r\n"), Not(HasSubstr("Content-Length"))));
  EXPECT_THAT(all, EndsWith("\r\n\r\n5\r\nhello\r\n5\r\n, wor\r\n2\r\nld\r\n0\r\n\r\n"));
  EXPECT_EQ(asked.over().body_bytes_sent, 12U);
}

TEST(Response, IsCutIntoThreeChunksUnlessToldOtherwise) {
  Asked asked({.body = "hello, world!", .framing = Framing::chunked, .keep_alive = false});
  EXPECT_THAT(asked.client.read_all(), EndsWith("\r\n\r\n5\r\nhello\r\n5\r\n, wor\r\n3\r\nld!\r\n0\r\n\r\n"));
}

TEST(Response, MayBeChunkedAndEmpty) {
  Asked asked({.framing = Framing::chunked, .keep_alive = false});
  EXPECT_THAT(asked.client.read_all(), EndsWith("\r\n\r\n0\r\n\r\n"));
}

TEST(Response, MayEndWithTheConnection) {
  Asked asked({.body = "until here", .framing = Framing::until_close});
  EXPECT_THAT(asked.client.read_all(),
              AllOf(Not(HasSubstr("Content-Length")), HasSubstr("\r\nConnection: close\r\n"),
                    EndsWith("\r\n\r\nuntil here")));
}

TEST(Response, TellsItsHeadAsItWentOut) {
  Asked asked({.headers = {{"X-A", std::string(3000, 'a')}}, .body = "a\r\n\r\nb", .keep_alive = false});
  const auto all = asked.client.read_all();
  EXPECT_EQ(asked.over().response_head, all.substr(0, all.find("\r\n\r\n") + 4));
  Asked longer({.headers = {{"X-A", std::string(20'000, 'a')}}, .body = "b", .keep_alive = false});
  const auto more = longer.client.read_all();
  EXPECT_EQ(longer.over().response_head, more.substr(0, 8192));
}

TEST(Response, MayClaimMoreThanItBrings) {
  Asked asked({.body = "short", .claimed_length = 100});
  EXPECT_THAT(asked.client.read_all(), AllOf(HasSubstr("\r\nContent-Length: 100\r\n"),
                                             Not(HasSubstr("Connection")), EndsWith("\r\n\r\nshort")));
  const auto seen = asked.over();
  EXPECT_EQ(seen.body_bytes_sent, 5U);
  EXPECT_EQ(seen.closed_by, "origin");
}

TEST(Response, MayClaimLessThanItBrings) {
  Asked asked({.body = "longer", .claimed_length = 2});
  EXPECT_THAT(asked.client.read_all(),
              AllOf(HasSubstr("\r\nContent-Length: 2\r\n"), EndsWith("\r\n\r\nlonger")));
}

TEST(Response, KeepsRepeatedHeadersAndNamesAsWritten) {
  Asked asked({.headers = {{"set-cookie", "a=1"}, {"set-cookie", "b=2"}, {"Accept-Ranges", "bytes"}},
               .keep_alive = false});
  EXPECT_THAT(asked.client.read_all(), AllOf(HasSubstr("\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n"),
                                             HasSubstr("\r\nAccept-Ranges: bytes\r\n")));
}

TEST(Response, TellsAnOldClientThatTheConnectionStays) {
  const auto origin = testing::origin();
  const auto page = origin->add({.body = "x"});
  RawClient client(origin->port());
  client.send(fmt::format("GET {} HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n", page->path()));
  EXPECT_THAT(client.read_response(), HasSubstr("\r\nConnection: keep-alive\r\n"));
}

constexpr std::uint64_t k4GiB = 4ULL << 30;

TEST(HeadRequest, GetsTheLengthOfABodyThatIsNeverMade) {
  Asked asked({.generated_length = k4GiB}, "HEAD");
  EXPECT_THAT(asked.client.read_until("\r\n\r\n"), HasSubstr("\r\nContent-Length: 4294967296\r\n"));
  EXPECT_EQ(asked.over().body_bytes_sent, 0U);
}

TEST(HeadRequest, GetsTheHeadersOfGetAndNothingElse) {
  for (const auto framing : {Framing::content_length, Framing::chunked, Framing::until_close}) {
    const auto origin = testing::origin();
    const auto page = origin->add({.headers = {{"A", "b"}}, .body = "hello", .framing = framing});
    const auto ask = [&](std::string_view method) {
      RawClient client(origin->port());
      client.send(
          fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", method, page->path()));
      return client.read_all();
    };
    const auto get = ask("GET");
    EXPECT_EQ(ask("HEAD"), get.substr(0, get.find("\r\n\r\n") + 4));
  }
}

TEST(GeneratedBody, IsWhatItIsSaidToBe) {
  Asked asked({.generated_length = 300'000});
  (void)asked.client.read_until("\r\n\r\n");
  const auto body = asked.client.read(300'000);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < body.size(); ++i) wrong += body[i] == static_cast<char>(i % 251) ? 0 : 1;
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(asked.over().body_bytes_sent, 300'000U);
}

TEST(GeneratedBody, StopsWhenThePeerLeaves) {
  Asked asked({.generated_length = k4GiB});
  (void)asked.client.read_until("\r\n\r\n");
  (void)asked.client.read(1'000'000);
  asked.client.reset();
  const auto seen = asked.over();
  EXPECT_EQ(seen.closed_by, "peer");
  EXPECT_GE(seen.body_bytes_sent, 1'000'000U);
  EXPECT_LT(seen.body_bytes_sent, 64'000'000U) << "what two kernels hold, not what was asked for";
}

TEST(GeneratedBody, MayBeChunked) {
  Asked asked(
      {.framing = Framing::chunked, .chunk = 100'000, .generated_length = 250'000, .keep_alive = false});
  const auto all = asked.client.read_all();
  EXPECT_THAT(all, EndsWith("\r\n0\r\n\r\n"));
  EXPECT_EQ(asked.over().body_bytes_sent, 250'000U);
}

TEST(SilentResponse, EndsWhenThePeerLeaves) {
  Asked asked({.never = true});
  ASSERT_TRUE(asked.page->wait_for(1, patience()));
  EXPECT_EQ(asked.origin->open_connections(), 1U);
  const auto seen = asked.over();
  EXPECT_EQ(seen.closed_by, "peer");
  EXPECT_FALSE(seen.response_first);
}

TEST(SilentResponse, EndsWithItsResource) {
  Asked asked({.never = true});
  ASSERT_TRUE(asked.page->wait_for(1, patience()));
  asked.page.reset();
  EXPECT_THAT(asked.client.read_all(), IsEmpty());
}

TEST(DelayedResponse, ComesNoSoonerThanItShould) {
  Asked asked({.body = "late", .delay = std::chrono::milliseconds(30)});
  EXPECT_THAT(asked.client.read_response(), EndsWith("late"));
  const auto seen = asked.over();
  EXPECT_GE(seen.response_first.value_or(Instant{}) - seen.body_done, std::chrono::milliseconds(30));
}

TEST(DelayedResponse, IsNotMadeForAPeerThatLeft) {
  Asked asked({.body = "late", .delay = std::chrono::hours(1)});
  ASSERT_TRUE(asked.page->wait_for(1, patience()));
  asked.client.reset();
  EXPECT_FALSE(asked.over().response_first);
}

TEST(DelayedResponse, ReachesAClientThatOnlyEndedItsOwnDirection) {
  Asked asked({.body = "late", .delay = std::chrono::milliseconds(5)});
  asked.client.end_sending();
  EXPECT_THAT(asked.client.read_all(), EndsWith("late"));
}

}  // namespace
}  // namespace attest::server

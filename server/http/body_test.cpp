#include "server/http/body.hpp"

#include <gmock/gmock.h>

namespace attest::server {
namespace {
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Read {
  std::string body, fault;
  std::size_t taken = 0;
  bool done = false;
};

/// Feeds the bytes as a connection does: all that is there, more each time by `step`.
Read read(const Head& head, std::string_view bytes, std::size_t step) {
  BodyReader reader(head);
  Read out;
  for (std::size_t there = 0; !reader.done() && there <= bytes.size(); there += step)
    out.taken += reader.take(bytes.substr(out.taken, there - out.taken));
  if (!reader.done()) out.taken += reader.take(bytes.substr(out.taken));
  out.done = reader.done();
  out.fault = reader.fault();
  out.body = reader.release();
  return out;
}

Head counted(std::uint64_t length) {
  Head head;
  head.content_length = length;
  return head;
}

Head chunks() {
  Head head;
  head.chunked = true;
  return head;
}

TEST(Body, TakesWhatContentLengthSaysAndNoMore) {
  for (std::size_t step = 1; step < 12; ++step) {
    const auto out = read(counted(5), "helloGET /", step);
    EXPECT_EQ(out.body, "hello");
    EXPECT_EQ(out.taken, 5U);
    EXPECT_TRUE(out.done);
  }
  EXPECT_TRUE(read(Head{}, "GET /", 1).done);
  EXPECT_EQ(read(Head{}, "GET /", 1).taken, 0U);
}

TEST(Body, SaysWhatIsLacking) {
  BodyReader reader(counted(30));
  EXPECT_EQ(reader.take("hello"), 5U);
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.lacking(), "Content-Length is 30, and 5 bytes came");
}

TEST(Body, IsDecodedFromChunksHoweverTheyArrive) {
  constexpr std::string_view kBytes = "5\r\nhello\r\nA ;name=value\r\n, 12345678\r\n00\r\nTrailer: x\r\n\r\n";
  const auto stream = std::string(kBytes) + "GET /next";
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    const auto out = read(chunks(), stream, step);
    EXPECT_EQ(out.body, "hello, 12345678") << step;
    EXPECT_EQ(out.taken, kBytes.size()) << step;
    EXPECT_TRUE(out.done);
    EXPECT_THAT(out.fault, IsEmpty());
  }
}

TEST(Body, NamesWhatIsWrongWithChunks) {
  EXPECT_THAT(read(chunks(), "x\r\n", 1).fault, HasSubstr("chunk size that is none: x"));
  EXPECT_THAT(read(chunks(), "\r\n", 1).fault, HasSubstr("chunk size that is none"));
  EXPECT_THAT(read(chunks(), "3\r\nhello\r\n", 1).fault, HasSubstr("chunk of another size than it says"));
  EXPECT_THAT(read(chunks(), "1\na\r\n0\r\n\r\n", 1).fault, HasSubstr("bare LF in the chunks"));
  EXPECT_THAT(read(chunks(), std::string(5000, '1'), 100).fault, HasSubstr("chunk line without an end"));
  BodyReader cut(chunks());
  (void)cut.take("5\r\nhel");
  EXPECT_THAT(cut.lacking(), HasSubstr("after 3 bytes"));
}

}  // namespace
}  // namespace attest::server

#include "server/dns/outbox.hpp"

#include <gmock/gmock.h>

namespace attest::server::dns {
namespace {
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Datagram saying(std::string bytes) {
  return {.bytes = std::move(bytes)};
}

std::vector<std::string> texts(const std::vector<Datagram>& all) {
  std::vector<std::string> out;
  for (const auto& one : all) out.push_back(one.bytes);
  return out;
}

TEST(Outbox, GivesAnswersAtTheirTimesInTheirOrder) {
  Outbox box;
  EXPECT_FALSE(box.next());
  box.put(Instant(30), saying("late"));
  box.put(Instant(10), saying("first"));
  box.put(Instant(20), saying("second"));
  box.put(Instant(20), saying("third"));
  EXPECT_EQ(box.next(), Instant(10));
  EXPECT_THAT(texts(box.take_due(Instant(9))), IsEmpty());
  EXPECT_THAT(texts(box.take_due(Instant(20))), ElementsAre("first", "second", "third"));
  EXPECT_EQ(box.next(), Instant(30));
  EXPECT_THAT(texts(box.take_due(Instant(1000))), ElementsAre("late"));
  EXPECT_FALSE(box.next());
}

}  // namespace
}  // namespace attest::server::dns

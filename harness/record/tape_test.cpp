#include "harness/record/tape.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "harness/record/testing.hpp"

namespace attest::record {
namespace {
using namespace testing;

TapeReader read_again(TapeWriter& writer) {
  return TapeReader(nlohmann::json::parse(writer.take().dump()));
}

TEST(Tape, GivesBackWhatWasAnsweredInItsOrder) {
  TapeWriter writer;
  writer.time(Instant(1'234'567'890'123));
  writer.token(kNothing);
  writer.answer('w', kYes);
  writer.answer('a', nlohmann::json{"/path", 7});
  writer.time(Instant(1'234'567'890'200));
  writer.answer('a', kAsBefore);
  auto reader = read_again(writer);
  EXPECT_EQ(reader.time(), Instant(1'234'567'890'123));
  EXPECT_TRUE(reader.token(kNothing));
  EXPECT_EQ(reader.answer('w')->how, kYes);
  EXPECT_EQ(reader.answer('a')->value, (nlohmann::json{"/path", 7}));
  EXPECT_EQ(reader.time(), Instant(1'234'567'890'200));
  EXPECT_EQ(reader.answer('a')->how, kAsBefore);
  EXPECT_TRUE(reader.over());
}

TEST(Tape, KeepsEveryTimeToTheNanosecond) {
  TapeWriter writer;
  const std::vector<std::int64_t> times{
      0, 0, 1, 31, 32, 33, 63, 64, 64, 1 << 20, (1LL << 40) + 1, std::numeric_limits<std::int64_t>::max(), 5};
  for (const auto one : times) writer.time(Instant(one));
  auto reader = read_again(writer);
  for (const auto one : times) EXPECT_EQ(reader.time(), Instant(one));
  EXPECT_FALSE(reader.time());
}

TEST(Tape, MovesNothingWhereItGoesOnWithSomethingElse) {
  TapeWriter writer;
  writer.answer('w', kNo);
  writer.time(Instant(5));
  auto reader = read_again(writer);
  EXPECT_FALSE(reader.time());
  EXPECT_FALSE(reader.token(kRead));
  EXPECT_FALSE(reader.answer('x'));
  EXPECT_TRUE(reader.next().question);
  EXPECT_EQ(reader.next().what, 'w');
  EXPECT_EQ(reader.answer('w')->how, kNo);
  EXPECT_EQ(reader.next().what, 't');
}

TEST(Tape, OfACutTextEndsInsteadOfGuessing) {
  TapeWriter writer;
  writer.time(Instant(1'000'000'007));
  writer.answer('a', nlohmann::json("value"));
  const auto whole = writer.take();
  for (std::size_t length = 0; length < whole["answers"].get<std::string>().size(); ++length) {
    auto cut = whole;
    cut["answers"] = whole["answers"].get<std::string>().substr(0, length);
    TapeReader reader(cut);
    const bool told = reader.time() && reader.answer('a');
    EXPECT_FALSE(told) << length;
  }
  auto without_values = whole;
  without_values.erase("values");
  TapeReader reader(without_values);
  EXPECT_TRUE(reader.time());
  EXPECT_FALSE(reader.answer('a'));
}

TEST(Tape, StartsAnewWithEachStretch) {
  TapeWriter writer;
  writer.time(Instant(500));
  writer.keep("origin", 0, 1);
  EXPECT_EQ(writer.take_kept(), nlohmann::json::parse(R"([["origin",0,1]])"));
  (void)writer.take();
  writer.time(Instant(700));
  EXPECT_TRUE(writer.take_kept().empty());
  EXPECT_EQ(TapeReader(writer.take()).time(), Instant(700));
}

class Hosts : public testing::Test {
 protected:
  Hosts() { script_.run({{"A.A", {"HC-01"}}}); }
  void tape(const std::string& part, const std::string& id = {}) {
    nlohmann::json fields{{"device", "dut0"}, {"part", part}};
    if (!id.empty()) fields.update({{"case", id}, {"attempt", 1}});
    script_.put("tape", std::move(fields));
  }
  Script script_;
};

TEST_F(Hosts, AreFoundWithTheirCases) {
  tape("begin");
  tape("open");
  script_.passing("A.A", {"HC-01"});
  tape("case", "A.A");
  script_.passing("A.B", {"HC-01"});
  tape("case", "A.B");
  const auto hosts = hosts_in(script_.events());
  ASSERT_EQ(hosts.size(), 1U);
  EXPECT_EQ(hosts[0].begin, 1U);
  EXPECT_EQ(hosts[0].open, 2U);
  ASSERT_EQ(hosts[0].cases.size(), 2U);
  EXPECT_EQ(hosts[0].cases[1].id, "A.B");
  EXPECT_EQ(script_.events()[hosts[0].cases[1].begin].type, "case.begin");
  EXPECT_EQ(script_.events()[hosts[0].cases[1].tape.value()].type, "tape");
}

TEST_F(Hosts, KnowTheCaseWhoseTapeWasTakenAway) {
  tape("begin");
  tape("open");
  script_.passing("A.A", {"HC-01"});
  script_.passing("A.B", {"HC-01"});
  tape("case", "A.B");
  const auto hosts = hosts_in(script_.events());
  ASSERT_EQ(hosts.size(), 1U);
  ASSERT_EQ(hosts[0].cases.size(), 2U);
  EXPECT_FALSE(hosts[0].cases[0].tape);
  EXPECT_EQ(hosts[0].cases[0].end, hosts[0].cases[1].begin);
  EXPECT_TRUE(hosts[0].cases[1].tape);
}

TEST_F(Hosts, TakeACaseThatWasMadeAgainForOneOrder) {
  tape("begin");
  tape("open");
  script_.passing("A.A", {"HC-01"});
  script_.passing("A.A", {"HC-01"});
  tape("case", "A.A");
  const auto hosts = hosts_in(script_.events());
  ASSERT_EQ(hosts[0].cases.size(), 1U);
  EXPECT_EQ(hosts[0].cases[0].begin, 3U);
}

TEST_F(Hosts, HaveNoCaseThatTheyCrashedIn) {
  tape("begin");
  tape("open");
  script_.begin("A.A", {"HC-01"}).end("A.A", "error", "the case host ended");
  tape("begin");
  tape("open");
  script_.passing("A.B", {"HC-01"});
  tape("case", "A.B");
  const auto hosts = hosts_in(script_.events());
  ASSERT_EQ(hosts.size(), 2U);
  EXPECT_THAT(hosts[0].cases, IsEmpty());
  ASSERT_EQ(hosts[1].cases.size(), 1U);
  EXPECT_EQ(hosts[1].cases[0].id, "A.B");
}

TEST_F(Hosts, ThatNeverOpenedHaveNothingToRunAgain) {
  tape("begin");
  const auto hosts = hosts_in(script_.events());
  ASSERT_EQ(hosts.size(), 1U);
  EXPECT_FALSE(hosts[0].open);
}

}  // namespace
}  // namespace attest::record

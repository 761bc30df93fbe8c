#include "harness/at/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "harness/at/fake_link.hpp"

namespace attest::at {
namespace {
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Remembers everything.
struct Seen : Observer {
  std::string tx, rx;
  std::vector<Exchange> exchanges;
  std::vector<std::pair<std::uint64_t, Exchange>> strays;
  void sent(Instant, std::uint64_t, std::string_view bytes) override { tx += bytes; }
  void received(Instant, std::uint64_t stream_begin, std::string_view bytes) override {
    EXPECT_EQ(stream_begin, rx.size());
    rx += bytes;
  }
  void settled(const Exchange& exchange) override { exchanges.push_back(exchange); }
  void between(std::uint64_t after, const Exchange& exchange) override {
    strays.emplace_back(after, exchange);
  }

  /// All bytes of the record in order: exchanges and what was between them touch.
  std::string accounted() const {
    std::map<std::uint64_t, std::string> pieces;
    for (const auto& x : exchanges) pieces[x.stream_begin] += x.received;
    for (const auto& [after, x] : strays) pieces[x.stream_begin] += x.received;
    std::string all;
    for (const auto& [begin, bytes] : pieces) {
      if (!bytes.empty()) {
        EXPECT_EQ(begin, all.size());
      }
      all += bytes;
    }
    return all;
  }
};

std::vector<std::string> ids(const Exchange& exchange) {
  std::vector<std::string> all;
  for (const auto& d : exchange.deviations) all.push_back(d.id + " " + d.requirement);
  return all;
}

class SessionTest : public ::testing::Test {
 protected:
  using FakeLink = testing::FakeLink;
  FakeClock clock;
  FakeLink link{clock};
  Dialect dialect;
  Seen seen;
  Session session{link, dialect, clock, &seen};

  /// The device answers the next writes with these, each after a millisecond.
  void answers(std::deque<std::string> replies) {
    link.on_write = [this, replies](std::string_view) mutable {
      if (replies.empty()) return;
      link.say(replies.front(), 1ms);
      replies.pop_front();
    };
  }
};

TEST_F(SessionTest, SendsALineWithCrLfAndWaitsForTheFinalResult) {
  answers({"\r\nOK\r\n"});
  const auto x = session.command("AT");
  EXPECT_EQ(link.written, "AT\r\n");
  EXPECT_TRUE(x.ok());
  EXPECT_EQ(x.outcome, Outcome::complete);
  EXPECT_EQ(x.sent, "AT\r\n");
  EXPECT_EQ(x.duration(), 1ms);
  EXPECT_THAT(x.deviations, IsEmpty());
  EXPECT_EQ(seen.tx, "AT\r\n");
  EXPECT_EQ(seen.accounted(), seen.rx);
}

TEST_F(SessionTest, TakesThePromptAndSendsTheData) {
  answers({"\r\nOK\r\n\r\n> ", "\r\nSEND OK\r\n"});
  const auto asked = session.command("AT+HTTPCPOST=http://h/,5");
  EXPECT_EQ(asked.outcome, Outcome::prompted);
  EXPECT_TRUE(asked.ok());
  const auto x = session.data("hello", {});
  EXPECT_EQ(x.final, FinalCode::send_ok);
  EXPECT_EQ(x.outcome, Outcome::complete);
  EXPECT_THAT(x.deviations, IsEmpty());
  EXPECT_EQ(x.unexplained(), "");
  EXPECT_EQ(link.written, "AT+HTTPCPOST=http://h/,5\r\nhello");
  EXPECT_THAT(seen.strays, IsEmpty());
}

TEST_F(SessionTest, GivesTheDataOfASizedReply) {
  answers({"AT+HTTPCLIENT=2,0,u,,,1\r\n+HTTPCLIENT:6,OK\r\n\r\n\r\nOK\r\n"});
  const auto x = session.command("AT+HTTPCLIENT=2,0,u,,,1");
  ASSERT_TRUE(x.payload());
  EXPECT_EQ(x.payload()->data, "OK\r\n\r\n");
  EXPECT_EQ(x.count(Kind::echo), 1U);
  EXPECT_THAT(x.deviations, IsEmpty());
  EXPECT_EQ(session.echo(), Session::Echo::on);
}

TEST_F(SessionTest, StaysUsableAfterSilence) {
  answers({"", "\r\nOK\r\n"});
  const auto silent = session.command("AT");
  EXPECT_EQ(silent.outcome, Outcome::silent);
  EXPECT_EQ(silent.duration(), dialect.command_deadline);
  EXPECT_THAT(ids(silent), ElementsAre("final-missing GEN-02"));
  EXPECT_TRUE(session.command("AT").ok());
}

}  // namespace
}  // namespace attest::at

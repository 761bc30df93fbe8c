// Bytes sent raw, and lines whose rate is known.
#include "harness/at/session_fixture_test.hpp"

#include <optional>

namespace attest::at::testing {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(SessionTest, GivesTheRepliesToTwoLinesInOrder) {
  link.on_write = [this](std::string_view bytes) {
    if (bytes == "AT+GMR\r\n") link.say("AT\r\nAT+GMR\r\n\r\nOK\r\n\r\n1.0\r\nERROR\r\n", 1ms);
  };
  session.send_raw("AT\r\n");
  session.send_raw("AT+GMR\r\n");
  const auto first = session.await({});
  const auto second = session.await(expectation_for("AT+GMR", dialect));
  EXPECT_EQ(first.sent, "AT\r\nAT+GMR\r\n");
  EXPECT_TRUE(first.ok());
  EXPECT_EQ(second.sent, "");
  EXPECT_TRUE(second.error());
  EXPECT_THAT(second.infos(), ElementsAre("1.0"));
  EXPECT_EQ(second.number, first.number + 1);
  EXPECT_THAT(first.deviations, IsEmpty());
  EXPECT_THAT(second.deviations, IsEmpty());
  EXPECT_EQ(first.count(Kind::echo), 2U);
  EXPECT_EQ(first.unexplained() + second.unexplained(), "");
  EXPECT_EQ(seen.accounted(), seen.rx);
}

TEST_F(SessionTest, DoesNotBlameTheAnswersToRawLinesThatNobodyAwaited) {
  answers({"ERROR\r\nERROR\r\nERROR\r\n", "OK\r\n"});
  session.send_raw("\r\n\r\n\r\n");
  EXPECT_TRUE(session.await({}).error());
  EXPECT_TRUE(session.command("AT").ok());
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_THAT(ids(seen.strays[0].second), IsEmpty());
}

TEST_F(SessionTest, ReadsTheEchoOfALineSentInPieces) {
  link.on_write = [this](std::string_view bytes) {
    link.say(std::string(bytes), 1ms);
    if (bytes.ends_with("\n"))
      link.say("OK\r\n", 1ms);
    else
      link.say("WIFI GOT IP\r\n", 1ms);
  };
  session.send_raw("AT+G");
  clock.advance(50ms);
  session.send_raw("MR\r\n");
  const auto x = session.await({});
  EXPECT_EQ(x.sent, "AT+GMR\r\n");
  EXPECT_EQ(x.count(Kind::echo), 2U);
  EXPECT_EQ(x.count(Kind::unsolicited), 1U);
  EXPECT_THAT(x.deviations, IsEmpty());
  EXPECT_EQ(x.unexplained(), "");
}

TEST_F(SessionTest, NoiseMayBeEchoedAndIgnored) {
  for (const std::string& noise : {std::string("\r\n"), std::string("\r"), std::string("\n"),
                                   std::string(1, '\0'), std::string("\r\n\r\n\r\n")}) {
    link.on_write = [this](std::string_view bytes) {
      link.say(std::string(bytes), 1ms);
      if (bytes.find("AT") != std::string_view::npos) link.say("\r\nOK\r\n", 1ms);
    };
    session.send_raw(noise);
    Expectation brief;
    brief.deadline = 100ms;
    const auto x = session.await(brief);
    EXPECT_EQ(x.outcome, Outcome::silent);
    EXPECT_THAT(ids(x), ElementsAre("final-missing GEN-02"));
    EXPECT_EQ(x.unexplained(), "");
    const auto after = session.command("AT");
    EXPECT_TRUE(after.ok());
    EXPECT_THAT(after.deviations, IsEmpty());
    EXPECT_EQ(after.unexplained(), "");
  }
  EXPECT_THAT(seen.strays, IsEmpty());
}

TEST_F(SessionTest, TakesDataSentRawInPiecesForData) {
  answers({"OK\r\n\r\n>", "", "\r\nSEND OK\r\n"});
  EXPECT_EQ(session.command("AT+HTTPCPOST=u,9").outcome, Outcome::prompted);
  session.send_raw("he\r\n");
  session.send_raw("AT\r\n>");
  const auto x = session.await({});
  EXPECT_EQ(x.final, FinalCode::send_ok);
  EXPECT_EQ(x.sent, "he\r\nAT\r\n>");
  EXPECT_THAT(x.deviations, IsEmpty());
}

class LineOf115200 : public SessionTest {
 protected:
  LineOf115200() {
    link.counts();
    (void)link.set_line({});
    timed_.emplace(link, dialect, clock, &seen);
  }
  Exchange ask(std::string_view line) { return timed_->command(line); }

 private:
  std::optional<Session> timed_;
};

TEST_F(LineOf115200, AReplyThatIsThereBeforeTheCommandCanBeIsAStray) {
  link.on_write = [this, n = 0](std::string_view) mutable {
    if (n == 1) link.say("OK\r\n", 10us);  // what the first command should not have answered twice
    link.say(n == 1 ? "ERROR\r\n" : "OK\r\n", 3ms);
    ++n;
  };
  EXPECT_TRUE(ask("AT").ok());
  const auto second = ask("AT+NOSUCHCOMMAND");
  EXPECT_TRUE(second.error());
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_EQ(seen.strays[0].first, 1U);
  EXPECT_THAT(ids(seen.strays[0].second), ElementsAre("final-repeated GEN-03"));
  EXPECT_TRUE(ask("AT").ok());
  EXPECT_EQ(seen.accounted(), seen.rx);
}

TEST_F(LineOf115200, AnEchoMayComeWhileTheCommandIsStillOnItsWay) {
  link.on_write = [this](std::string_view) {
    link.say("AT+", 200us);
    link.say("GMR\r\n1.0\r\nOK\r\n", 1ms);
  };
  const auto x = ask("AT+GMR");
  EXPECT_TRUE(x.ok());
  EXPECT_EQ(x.count(Kind::echo), 1U);
  EXPECT_THAT(seen.strays, IsEmpty());
}

TEST_F(LineOf115200, LargeDataHasTheTimeThatTheLineNeeds) {
  constexpr std::size_t kSize = 600'000;  // 52 s on the line, more than the deadline of 30 s
  link.on_write = [this](std::string_view) {
    link.say("+HTTPCLIENT:600000,", 5ms);
    for (std::size_t sent = 0; sent < kSize; sent += 6000)
      link.say(std::string(6000, 'x'), Nanos(86805) * (sent + 6000));
    link.say("\r\nOK\r\n", Nanos(86805) * (kSize + 6));
  };
  const auto x = ask("AT+HTTPCLIENT=2,0,u,,,1");
  EXPECT_TRUE(x.ok());
  EXPECT_EQ(x.payload()->data.size(), kSize);
  EXPECT_THAT(x.deviations, IsEmpty());
}

TEST_F(LineOf115200, AHugeSizeDoesNotKeepTheSessionWaiting) {
  link.on_write = [this](std::string_view) { link.say("+HTTPCLIENT:60000000,abc", 5ms); };
  const auto x = ask("AT+HTTPCLIENT=2,0,u,,,1");
  EXPECT_EQ(x.outcome, Outcome::silent);
  EXPECT_EQ(x.duration(), dialect.network_deadline);
  EXPECT_EQ(x.payload()->data, "abc");
}

}  // namespace
}  // namespace attest::at::testing

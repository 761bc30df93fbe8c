// Commands, prompts and data, restarts, lost links.
#include "harness/at/session_fixture_test.hpp"

namespace attest::at::testing {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

TEST_F(SessionTest, GoesOnFromAPosition) {
  answers({"\r\nOK\r\n> ", "\r\nOK\r\n"});
  (void)session.command("AT+HTTPCPOST=http://h/,5");
  seen.rx = std::string(100, 'x');
  session.resume({.exchange = 41, .received = 100, .echo = Session::Echo::off});
  const auto x = session.command("AT");
  EXPECT_TRUE(x.ok()) << "no prompt is open any more";
  EXPECT_EQ(x.number, 42U);
  EXPECT_EQ(x.stream_begin, 100U);
  EXPECT_EQ(session.position().received, 106U);
  EXPECT_EQ(session.echo(), Session::Echo::off);
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

TEST_F(SessionTest, TakesAnErrorForData) {
  answers({"OK\r\n\r\n>", "\r\nERROR\r\n"});
  EXPECT_EQ(session.command("AT+HTTPCPOST=u,5").outcome, Outcome::prompted);
  EXPECT_TRUE(session.data("hello", {}).error());
}

TEST_F(SessionTest, TheDeadlineOfDataBeginsWithItsLastByte) {
  (void)link.set_line({.baud = 9600});
  answers({"OK\r\n>", ""});
  (void)session.command("AT+HTTPCPOST=u,2048");
  const auto x = session.data(std::string(2048, 'x'), {});
  EXPECT_EQ(x.outcome, Outcome::silent);
  EXPECT_EQ(x.duration(), dialect.network_deadline + link.line().wire_time(2048));
}

TEST_F(SessionTest, TakesARepeatedPromptInTheData) {
  answers({"OK\r\n>", "\r\n>\r\nSEND OK\r\n"});
  (void)session.command("AT+HTTPCPOST=u,5");
  const auto x = session.data("hello", {});
  EXPECT_EQ(x.final, FinalCode::send_ok);
  EXPECT_THAT(ids(x), ElementsAre("prompt-repeated CP-14"));
}

TEST_F(SessionTest, ARestartEndsTheExchange) {
  answers({"AT\r\nready\r\n", "OK\r\n"});
  const auto x = session.command("AT");
  EXPECT_EQ(x.outcome, Outcome::restarted);
  EXPECT_EQ(x.duration(), 1ms);
  EXPECT_THAT(ids(x), ElementsAre("unexpected-restart GEN-02"));
  EXPECT_TRUE(session.command("AT").ok());
}

TEST_F(SessionTest, FollowsTheEcho) {
  answers({"AT\r\nOK\r\n", "ATE0\r\nOK\r\n", "OK\r\n", "OK\r\n", "ATE1\r\nOK\r\n"});
  EXPECT_EQ(session.echo(), Session::Echo::unknown);
  (void)session.command("AT");
  EXPECT_EQ(session.echo(), Session::Echo::on);
  (void)session.command("ATE0");
  EXPECT_EQ(session.echo(), Session::Echo::off);
  (void)session.command("AT");
  EXPECT_EQ(session.echo(), Session::Echo::off);
  (void)session.command("ATE1");
  EXPECT_EQ(session.echo(), Session::Echo::on);
}

TEST_F(SessionTest, TellsOfALostLinkAndDoesNotThrow) {
  link.on_write = [this](std::string_view) {
    link.say("\r\nO");
    link.breaks("unplugged");
  };
  const auto x = session.command("AT");
  EXPECT_EQ(x.outcome, Outcome::lost);
  EXPECT_THAT(x.link_error, HasSubstr("unplugged"));
  EXPECT_THAT(x.deviations, IsEmpty());
  EXPECT_EQ(x.received, "\r\nO");
  EXPECT_EQ(session.command("AT").outcome, Outcome::lost);
  EXPECT_EQ(session.listen(10ms, 1s).outcome, Outcome::lost);
  EXPECT_EQ(session.await_boot(1s).outcome, Outcome::lost);
}

TEST_F(SessionTest, TakesShortDataAfterTheGapAndNotAfterTheDeadline) {
  answers({"+HTTPCLIENT:500,half of it\r\nERROR\r\n"});
  const auto x = session.command("AT+HTTPCLIENT=2,0,u,,,1");
  EXPECT_TRUE(x.error());
  EXPECT_THAT(ids(x), ElementsAre("data-shorter-than-size HC-10"));
  EXPECT_EQ(x.duration(), 1ms);  // its last byte came then
  EXPECT_EQ(clock.now() - x.sent_at, 1ms + dialect.data_gap);
}

TEST_F(SessionTest, DataMayPauseForAsLongAsItLikesWhereItHoldsNoResult) {
  link.on_write = [this](std::string_view) {
    link.say("+HTTPCLIENT:16,half of it\r\nOK", 1ms);
    link.say("..\r\nOK\r\n", 20s);
  };
  const auto x = session.command("AT+HTTPCLIENT=2,0,u,,,1");
  EXPECT_TRUE(x.ok());
  EXPECT_EQ(x.payload()->data, "half of it\r\nOK..");
  EXPECT_THAT(x.deviations, IsEmpty());
}

TEST_F(SessionTest, TheDeadlineCutsOffNoLineEnd) {
  const auto limit = 2s;
  link.on_write = [this, limit](std::string_view) {
    link.say("\r\nERROR", limit - 1ms);
    link.say("\r\n", limit + dialect.line_gap / 2);
  };
  const auto x = session.command("AT", {.deadline = limit});
  EXPECT_TRUE(x.error());
  EXPECT_THAT(x.deviations, IsEmpty());
  EXPECT_EQ(x.received, "\r\nERROR\r\n");
}

TEST_F(SessionTest, TheDeadlineIsNoLaterForALineThatNeverEnds) {
  const auto limit = 2s;
  link.on_write = [this, limit](std::string_view) { link.say("\r\nERROR", limit - 1ms); };
  const auto x = session.command("AT", {.deadline = limit});
  EXPECT_THAT(ids(x), ElementsAre("final-unended GEN-01"));
  EXPECT_EQ(clock.now() - x.sent_at, limit - 1ms + dialect.line_gap);
}

TEST_F(SessionTest, ReadsNoMoreOftenThanItMust) {
  answers({"OK\r\n"});
  (void)session.command("AT");
  EXPECT_LE(link.reads, 2);  // what is there before, and the reply
}

TEST_F(SessionTest, CutsNoLineThatComesAtTheDeadlineInTwo) {
  const auto limit = dialect.command_deadline;
  link.on_write = [&](std::string_view) {
    link.say("\r\nWIF", limit - 1ms);
    link.say("I CONNECTED\r\n", limit + 1ms);
  };
  const auto x = session.command("AT");
  EXPECT_EQ(x.outcome, Outcome::silent);
  EXPECT_EQ(x.find(Kind::unexplained), nullptr);
  ASSERT_NE(x.find(Kind::unsolicited), nullptr);
}

}  // namespace
}  // namespace attest::at::testing

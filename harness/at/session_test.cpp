#include "harness/at/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>

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

TEST_F(SessionTest, TellsALateReplyFromTheReplyToTheNextCommand) {
  answers({"", "ERROR\r\n"});
  EXPECT_EQ(session.command("AT").outcome, Outcome::silent);
  link.say("AT\r\n\r\nOK\r\n");
  const auto next = session.command("AT+X");
  EXPECT_TRUE(next.error());
  EXPECT_THAT(next.deviations, IsEmpty());
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_EQ(seen.strays[0].first, 1U);
  EXPECT_THAT(ids(seen.strays[0].second), ElementsAre("late-reply GEN-02"));
  EXPECT_EQ(seen.strays[0].second.unexplained(), "");
  EXPECT_EQ(seen.accounted(), seen.rx);
}

TEST_F(SessionTest, GivesASecondFinalResultToTheExchangeBefore) {
  answers({"OK\r\nOK\r\n", "OK\r\n"});
  EXPECT_TRUE(session.command("AT").ok());
  const auto next = session.command("AT");
  EXPECT_EQ(next.received, "OK\r\n");
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_EQ(seen.strays[0].first, 1U);
  EXPECT_THAT(ids(seen.strays[0].second), ElementsAre("final-repeated GEN-03"));
}

TEST_F(SessionTest, KeepsAGuardOfSilenceBeforeACommand) {
  answers({"OK\r\n", "OK\r\n"});
  (void)session.command("AT");
  link.say("OK\r\n", dialect.guard / 2);
  EXPECT_EQ(session.command("AT").received, "OK\r\n");
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_THAT(ids(seen.strays[0].second), ElementsAre("final-repeated GEN-03"));
}

TEST_F(SessionTest, DoesNotWaitForTheGuardWhenTheLineHasBeenQuiet) {
  answers({"OK\r\n", "OK\r\n"});
  const auto first = session.command("AT");
  clock.advance(1s);
  const auto second = session.command("AT");
  EXPECT_EQ(second.sent_at - first.ended_at, 1s);
  (void)first;
}

TEST_F(SessionTest, WaitsForTheRestOfAnUnsolicitedLineBeforeItSends) {
  answers({"OK\r\nWIFI G", "OK\r\n"});
  (void)session.command("AT");
  link.say("OT IP\r\n", 20ms);
  EXPECT_EQ(session.command("AT").received, "OK\r\n");
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_EQ(seen.strays[0].second.count(Kind::unsolicited), 1U);
  EXPECT_THAT(seen.strays[0].second.deviations, IsEmpty());
}

TEST_F(SessionTest, ReportsAByteTooMany) {
  answers({std::string("OK\r\n\0", 5), "OK\r\n"});
  (void)session.command("AT");
  EXPECT_TRUE(session.command("AT").ok());
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_THAT(ids(seen.strays[0].second), ElementsAre("stray-bytes GEN-03"));
  EXPECT_EQ(seen.strays[0].second.unexplained(), "\\x00");
}

TEST_F(SessionTest, JudgesNothingBeforeTheFirstCommand) {
  link.say("f a line\r\n\r\n\r\nOK\r\nready\r\n\xff");
  answers({"OK\r\n"});
  EXPECT_TRUE(session.command("AT").ok());
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_EQ(seen.strays[0].first, 0U);
  EXPECT_THAT(ids(seen.strays[0].second), IsEmpty());
  EXPECT_EQ(session.echo(), Session::Echo::off);
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

TEST_F(SessionTest, TakesAnErrorForData) {
  answers({"OK\r\n\r\n>", "\r\nERROR\r\n"});
  EXPECT_EQ(session.command("AT+HTTPCPOST=u,5").outcome, Outcome::prompted);
  EXPECT_TRUE(session.data("hello", {}).error());
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

TEST_F(SessionTest, TheDeviceMayEndTheWaitForData) {
  answers({"OK\r\n\r\n>"});
  EXPECT_EQ(session.command("AT+HTTPCPOST=u,5").outcome, Outcome::prompted);
  link.say("\r\nERROR\r\n", 500ms);
  const auto heard = session.listen(1s, 2s);
  EXPECT_EQ(heard.count(Kind::final), 1U);
  EXPECT_THAT(heard.deviations, IsEmpty());
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

TEST_F(SessionTest, ListensUntilItIsQuiet) {
  answers({"OK\r\n"});
  (void)session.command("AT");
  link.say("\r\nWIFI CONNECTED\r\n", 5ms);
  link.say("\r\nWIFI GOT IP\r\n", 20ms);
  const auto began = clock.now();
  const auto heard = session.listen(30ms, 1s);
  EXPECT_EQ(heard.count(Kind::unsolicited), 2U);
  EXPECT_EQ(clock.now() - began, 50ms);
  EXPECT_THAT(heard.deviations, IsEmpty());
  ASSERT_THAT(seen.strays, SizeIs(1));
  EXPECT_EQ(seen.strays[0].first, 1U);
}

TEST_F(SessionTest, ListensNoLongerThanItMay) {
  for (int i = 0; i < 100; ++i) link.say("WIFI GOT IP\r\n", 10ms * i);
  const auto began = clock.now();
  const auto heard = session.listen(30ms, 200ms);
  EXPECT_EQ(clock.now() - began, 200ms);
  EXPECT_GE(heard.count(Kind::unsolicited), 19U);
}

TEST_F(SessionTest, ALineCutByTheEndOfListeningIsReadWholeLater) {
  link.say("WIFI GOT", 195ms);
  link.say(" IP\r\n", 205ms);
  const auto first = session.listen(300ms, 200ms);
  EXPECT_EQ(first.received, "");
  const auto second = session.listen(300ms, 1s);
  EXPECT_EQ(second.count(Kind::unsolicited), 1U);
  EXPECT_EQ(second.unexplained(), "");
}

TEST_F(SessionTest, AwaitsTheBootBannerWithItsNoise) {
  answers({"OK\r\n"});
  EXPECT_TRUE(session.command("AT+RST").ok());
  link.say("\xf8\x80\x01", 100ms);
  link.say("\r\nready\r\nWIFI CONNECTED\r\n", 300ms);
  const auto boot = session.await_boot(2s);
  EXPECT_EQ(boot.outcome, Outcome::restarted);
  EXPECT_EQ(boot.count(Kind::boot), 1U);
  EXPECT_THAT(boot.deviations, IsEmpty());
  EXPECT_EQ(boot.unexplained(), "");
  EXPECT_EQ(session.echo(), Session::Echo::on);
  EXPECT_EQ(session.listen(10ms, 1s).count(Kind::unsolicited), 1U);
}

TEST_F(SessionTest, ABannerThatDoesNotComeIsSilence) {
  const auto boot = session.await_boot(2s);
  EXPECT_EQ(boot.outcome, Outcome::silent);
  EXPECT_EQ(boot.duration(), 2s);
}

TEST_F(SessionTest, ARestartWhileNobodyAsksIsADeviationUnlessItWasAskedFor) {
  answers({"OK\r\n", "OK\r\n"});
  (void)session.command("AT+OTA=u");
  (void)session.command("AT");
  link.say("ready\r\n", 10ms);
  EXPECT_THAT(ids(session.listen(50ms, 1s)), IsEmpty());
  link.say("ready\r\n", 10ms);
  EXPECT_THAT(ids(session.listen(50ms, 1s)), ElementsAre("unexpected-restart GEN-02"));
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

TEST_F(SessionTest, ReadsNoMoreOftenThanItMust) {
  answers({"OK\r\n"});
  (void)session.command("AT");
  EXPECT_LE(link.reads, 2);  // what is there before, and the reply
}

TEST(Expectation, GoesByTheNameOfTheCommand) {
  const Dialect d;
  using Shape = Expectation::Shape;
  EXPECT_EQ(expectation_for("AT+HTTPCLIENT=2,0,u,,,1", d).shape, Shape::sized_data);
  EXPECT_EQ(expectation_for("at+httpclient =2", d).info, "HTTPCLIENT");
  EXPECT_EQ(expectation_for("AT+HTTPCLIENT=2", d).deadline, d.network_deadline);
  EXPECT_EQ(expectation_for("AT+HTTPGETSIZE=u", d).shape, Shape::number);
  EXPECT_EQ(expectation_for("AT+HTTPGETSIZE=u", d).size_requirement, "GS-01");
  EXPECT_TRUE(expectation_for("AT+HTTPCPOST=u,5", d).prompt);
  EXPECT_TRUE(expectation_for("AT+HTTPCPOST=u,5", d).prompt_required);
  EXPECT_FALSE(expectation_for("AT+HTTPSCERT=1,5", d).prompt_required);
  EXPECT_TRUE(expectation_for("AT+GMR", d).any_lines);
  EXPECT_TRUE(expectation_for("AT+UART_CUR?", d).any_lines);
  EXPECT_FALSE(expectation_for("AT+HTTPCLIENT=2,0,http://h/?", d).any_lines);
  EXPECT_TRUE(expectation_for("AT+RST", d).restarts);
  EXPECT_EQ(expectation_for("AT+HTTPCLIENTX=2", d).shape, Shape::lines);
  EXPECT_EQ(expectation_for("AT", d).deadline, d.command_deadline);
}

TEST(Command, EscapesItsParameters) {
  EXPECT_EQ(escaped(R"(a,b "c" \d)"), R"(a\,b \"c\" \\d)");
  EXPECT_EQ(command("HTTPCLIENT", {"2", "0", "http://h/", "", "", "1"}), "AT+HTTPCLIENT=2,0,http://h/,,,1");
  EXPECT_EQ(command("HTTPCPOST", {"u", R"({"a":1,"b":2})"}), R"(AT+HTTPCPOST=u,{\"a\":1\,\"b\":2})");
  EXPECT_EQ(command("GMR", {}), "AT+GMR");
}

}  // namespace
}  // namespace attest::at

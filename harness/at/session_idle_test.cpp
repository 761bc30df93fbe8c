// What comes while nobody asks: strays, listening, start-up.
#include "harness/at/session_fixture_test.hpp"

namespace attest::at::testing {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

TEST_F(SessionTest, TheDeviceMayEndTheWaitForData) {
  answers({"OK\r\n\r\n>"});
  EXPECT_EQ(session.command("AT+HTTPCPOST=u,5").outcome, Outcome::prompted);
  link.say("\r\nERROR\r\n", 500ms);
  const auto heard = session.listen(1s, 2s);
  EXPECT_EQ(heard.count(Kind::final), 1U);
  EXPECT_THAT(heard.deviations, IsEmpty());
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

TEST_F(SessionTest, AwaitsAnythingAndThenQuiet) {
  link.say("\r\nWIFI CONNECTED\r\n", 700ms);
  link.say("\r\nWIFI GOT IP\r\n", 720ms);
  const auto heard = session.await_anything(30ms, 2s);
  EXPECT_EQ(heard.count(Kind::unsolicited), 2U);
  EXPECT_EQ(heard.duration(), 750ms);
  EXPECT_EQ(session.await_anything(30ms, 2s).duration(), 2s);
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

TEST_F(SessionTest, LinesOfTheBootLoaderBelongToTheBannerThatFollowsThem) {
  dialect.boot_noise = {"[I] *", "J*:*"};
  Session chatty(link, dialect, clock, &seen);
  answers({"OK\r\n", "J 0:0\r\n\r\n[I] boot\r\nready\r\n", "[I] boot\r\nOK\r\n"});
  (void)chatty.command("AT");
  const auto restarted = chatty.command("AT");
  EXPECT_EQ(restarted.outcome, Outcome::restarted);
  EXPECT_EQ(restarted.items.size(), 1U);
  EXPECT_EQ(restarted.find(Kind::boot)->end, restarted.received.size());
  EXPECT_EQ(chatty.command("AT").unexplained(), "[I] boot\\r\\n");  // without a banner it is no noise
}

TEST_F(SessionTest, WhateverComesBeforeABannerThatWasAskedForBelongsToIt) {
  answers({"OK\r\n"});
  (void)session.command("AT+RST");
  link.say("\xf8\xfe\r\nbootloader 1.0.2\r\n", 10ms);
  const auto chatter = session.listen(50ms, 1s);  // the banner is not there yet
  EXPECT_THAT(chatter.deviations, IsEmpty());
  link.say("\xf8\xfe\r\nbootloader 1.0.2\r\n[I] flash ok\r\nready\r\n", 10ms);
  const auto boot = session.await_boot(2s);
  EXPECT_EQ(boot.outcome, Outcome::restarted);
  EXPECT_THAT(boot.deviations, IsEmpty());
  EXPECT_EQ(boot.unexplained(), "");
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

}  // namespace
}  // namespace attest::at::testing

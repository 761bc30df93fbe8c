#include "harness/measure/split.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "harness/base/random.hpp"
#include "harness/measure/split_testing.hpp"

namespace attest::measure {
namespace {

constexpr Line kNone{};
constexpr Line kByteInAMilli{10'000, 10};

/// "command 4000 before 1000 …", in us; and their sum is the total.
std::string told(const Scene& scene, const Line& line = kNone) {
  const auto found = split(scene.last(), scene.events(), line);
  if (!found) return "nothing";
  std::string out;
  Nanos sum{};
  for (const auto& [name, part] : parts())
    if (const auto& span = *found.*part) {
      out += std::string(name) + " " + std::to_string(span->count() / 1000) + " ";
      EXPECT_GE(span->count(), 0) << name;
      sum += *span;
    }
  EXPECT_EQ(sum, found->total);
  return out + "= " + std::to_string(found->total.count() / 1000);
}

TEST(Split, OfACommandThatStaysOnTheDevice) {
  const auto scene = Scene().tx(1000, "AT\r\n").rx(6000, "OK\r\n").settle(6000);
  EXPECT_EQ(told(scene), "command 0 device 5000 reply 0 = 5000");
}

TEST(Split, TakesTheWireByItsRate) {
  const auto scene = Scene().tx(1000, "AT\r\n").rx(16'000, "OK\r\n").settle(16'000);
  EXPECT_EQ(told(scene, kByteInAMilli), "command 4000 device 7000 reply 4000 = 15000");
}

TEST(Split, LeavesTheEchoOutOfTheReply) {
  const auto scene =
      Scene().tx(1000, "AT\r\n").rx(5500, "AT\r\n", "echo").rx(16'000, "OK\r\n").settle(16'000);
  EXPECT_EQ(told(scene, kByteInAMilli), "command 4000 device 7000 reply 4000 = 15000");
}

TEST(Split, LeavesOutWhatCameBehindTheReplyInOneRead) {
  auto scene = Scene().tx(1000, "AT\r\n").rx(16'000, "OK\r\n").settle(16'000);
  auto events = scene.events();
  events[1].fields["bytes"] = "OK\r\nWIFI GOT IP\r\n";
  EXPECT_EQ(*split(events.back(), events, kByteInAMilli)->reply, Nanos(4'000'000));
}

TEST(Split, CountsBytesNotTheirLettersInTheRecord) {
  const auto scene = Scene().tx(1000, "AT\r\n").rx(16'000, "\xFF\xFE\xFD\n").settle(16'000);
  EXPECT_EQ(told(scene, kByteInAMilli), "command 4000 device 7000 reply 4000 = 15000");
}

TEST(Split, PutsThePausesOfACommandInPiecesIntoIt) {
  const auto scene =
      Scene().tx(0, "A").tx(10'000, "T").tx(10'500, "\r\n").rx(20'000, "OK\r\n").settle(20'000);
  EXPECT_EQ(told(scene, kByteInAMilli), "command 13000 device 3000 reply 4000 = 20000");
}

TEST(Split, OfARequestToAServerByItsAddress) {
  const auto scene = Scene()
                         .tx(0, "AT+X=1\r\n")
                         .server(10'000, "accept")
                         .server(11'000, "head")
                         .server(12'000, "body")
                         .server(32'000, "response")
                         .server(33'000, "close")
                         .rx(50'000, "OK\r\n")
                         .settle(50'000);
  EXPECT_EQ(told(scene), "command 0 before 10000 request 2000 server 20000 after 18000 reply 0 = 50000");
  EXPECT_EQ(told(scene, kByteInAMilli),
            "command 8000 before 2000 request 2000 server 20000 after 14000 reply 4000 = 50000");
}

TEST(Split, OfATlsRequestByName) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .dns(1000, 3000)
                         .server(4000, "accept")
                         .server(9000, "tls")
                         .server(9500, "body")
                         .server(9700, "response")
                         .rx(10'000, "OK\r\n")
                         .settle(10'000);
  EXPECT_EQ(told(scene),
            "command 0 before 1000 dns 2000 connect 1000 tls 5000 request 500 server 200 after 300 reply 0 = "
            "10000");
}

TEST(Split, DoesNotInventTheTimeOfAnAnswerThatTheRecordDoesNotHave) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .dns(1000)
                         .server(4000, "accept")
                         .server(5000, "body")
                         .server(6000, "response")
                         .rx(8000, "OK\r\n")
                         .settle(8000);
  EXPECT_EQ(told(scene),
            "command 0 before 1000 connect 3000 request 1000 server 1000 after 2000 reply 0 = 8000");
}

TEST(Split, OfANameThatIsNotFoundHasNoConnect) {
  const auto told_of = [](std::int64_t answered) {
    return told(Scene().tx(0, "AT+X\r\n").dns(1000, answered).rx(8000, "ERROR\r\n").settle(8000));
  };
  EXPECT_EQ(told_of(3000), "command 0 before 1000 dns 2000 after 5000 reply 0 = 8000");
  EXPECT_EQ(told_of(0), "command 0 before 1000 after 7000 reply 0 = 8000");
}

TEST(Split, GivesTheTimeBetweenTwoQueriesToConnectAndThatOfBothAtOnceOnceOnly) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .dns(1000, 3000)
                         .dns(2000, 5000)
                         .server(6000, "accept")
                         .server(6000, "body")
                         .server(6000, "response")
                         .rx(8000, "OK\r\n")
                         .settle(8000);
  EXPECT_EQ(told(scene),
            "command 0 before 1000 dns 4000 connect 1000 request 0 server 0 after 2000 reply 0 = 8000");
}

TEST(Split, OfARedirectKnowsTheDeviceBetweenTheHops) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .server(1000, "accept", "a")
                         .server(2000, "body", "a")
                         .server(3000, "response", "a")
                         .server(3500, "close", "a")
                         .server(7000, "accept", "b")
                         .server(8000, "body", "b")
                         .server(10'000, "response", "b")
                         .rx(11'000, "OK\r\n")
                         .settle(11'000);
  EXPECT_EQ(told(scene),
            "command 0 before 1000 request 2000 server 3000 between 4000 after 1000 reply 0 = 11000");
}

TEST(Split, OfAServerThatNeverAnswersIsTheServersUntilTheDeviceGivesUp) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .server(1000, "accept")
                         .server(2000, "body")
                         .server(9000, "close")
                         .rx(11'000, "ERROR\r\n")
                         .settle(11'000);
  EXPECT_EQ(told(scene), "command 0 before 1000 request 1000 server 7000 after 2000 reply 0 = 11000");
}

TEST(Split, OfAHandshakeThatFails) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .server(1000, "accept")
                         .server(5000, "tls")
                         .server(5500, "close")
                         .rx(8000, "ERROR\r\n")
                         .settle(8000);
  EXPECT_EQ(told(scene), "command 0 before 1000 tls 4000 request 500 after 2500 reply 0 = 8000");
}

TEST(Split, ThroughTheRelayOfTheBench) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .relay(1000, "accept")
                         .server(1200, "accept")
                         .server(2000, "body")
                         .server(3000, "response")
                         .relay(3500, "close")
                         .rx(8000, "OK\r\n")
                         .settle(8000);
  EXPECT_EQ(told(scene),
            "command 0 before 1000 connect 200 request 800 server 1000 after 5000 reply 0 = 8000");
}

TEST(Split, OfARelayThatLetsNobodyThrough) {
  const auto scene =
      Scene().tx(0, "AT+X\r\n").relay(1000, "accept").relay(2000, "close").rx(8000, "ERROR\r\n").settle(8000);
  EXPECT_EQ(told(scene), "command 0 before 1000 connect 1000 after 6000 reply 0 = 8000");
}

TEST(Split, GivesAReplyThatStreamsOnlyTheTimeThatIsLeft) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .server(7000, "accept")
                         .server(8000, "body")
                         .rx(12'000, "+X:4,", "info")
                         .server(18'000, "response")
                         .rx(20'000, "bodyOK\r\n")
                         .settle(20'000);
  EXPECT_EQ(told(scene, kByteInAMilli),
            "command 6000 before 1000 request 1000 server 10000 after 0 reply 2000 = 20000");
}

TEST(Split, OfALineThatIsFasterThanWeWereToldStillAddsUp) {
  const auto early = Scene()
                         .tx(0, "AT+X\r\n")
                         .server(2000, "accept")
                         .server(2100, "body")
                         .server(2200, "response")
                         .rx(3000, "OK\r\n")
                         .settle(3000);
  EXPECT_EQ(told(early, kByteInAMilli),
            "command 2000 before 0 request 100 server 100 after 0 reply 800 = 3000");
  EXPECT_EQ(told(Scene().tx(0, "AT\r\n").rx(3000, "OK\r\n").settle(3000), kByteInAMilli),
            "command 3000 device 0 reply 0 = 3000");
}

TEST(Split, IsNotMisledByTheEndOfAnEarlierConnection) {
  const auto scene = Scene()
                         .tx(0, "AT\r\n")
                         .server(500, "close", "earlier")
                         .server(600, "response", "earlier")
                         .rx(3000, "OK\r\n")
                         .settle(3000);
  EXPECT_EQ(told(scene), "command 0 device 3000 reply 0 = 3000");
}

TEST(Split, SeesARequestOnAConnectionThatWasKept) {
  const auto scene = Scene()
                         .tx(0, "AT+X\r\n")
                         .server(1000, "body", "kept")
                         .server(2000, "response", "kept")
                         .rx(3000, "OK\r\n")
                         .settle(3000);
  EXPECT_EQ(told(scene), "command 0 before 1000 server 1000 after 1000 reply 0 = 3000");
}

TEST(Split, LooksAtNothingBeforeOrAfter) {
  const auto scene = Scene()
                         .server(100, "accept", "earlier")
                         .server(110, "body", "earlier")
                         .tx(1000, "AT\r\n")
                         .rx(3000, "OK\r\n")
                         .server(4000, "accept", "later")
                         .settle(5000);
  EXPECT_EQ(told(scene), "command 0 device 2000 reply 0 = 2000");
}

TEST(Split, EndsWithThePrompt) {
  const auto scene =
      Scene().tx(0, "AT+P\r\n").rx(1000, "OK\r\n").rx(2000, ">", "prompt").settle(2000, "prompted");
  EXPECT_EQ(told(scene, Line{1'000'000, 10}), "command 60 device 1890 reply 50 = 2000");
}

TEST(Split, IsNothingWithoutAnEnd) {
  EXPECT_EQ(told(Scene().tx(0, "AT\r\n").settle(9000, "silent")), "nothing");
  EXPECT_EQ(told(Scene().tx(0, "AT\r\n").rx(10, "+X:", "info").settle(9000, "silent")), "nothing");
}

TEST(Split, IsNothingOfAnEventThatLacksWhatItShouldHave) {
  const auto whole = Scene().tx(0, "AT\r\n").rx(10, "OK\r\n").settle(10).last();
  for (const auto* field : {"exchange", "sent_at", "items"}) {
    auto torn = whole;
    torn.fields.erase(field);
    EXPECT_FALSE(split(torn, {}, kNone)) << field;
    torn.fields[field] = "text";
    EXPECT_FALSE(split(torn, {}, kNone)) << field;
  }
  auto odd = whole;
  odd.fields["items"] = {1, nullptr, {{"kind", 7}}};
  EXPECT_FALSE(split(odd, {}, kNone));
}

/// Whatever happens in whatever order: the parts are the total, and none is negative.
TEST(Split, AlwaysAddsUp) {
  Random random(5);
  for (int i = 0; i < 3000; ++i) {
    Scene scene;
    scene.tx(1000, "AT+X=1\r\n");
    std::vector<std::int64_t> times(random.below(9));
    for (auto& time : times) time = static_cast<std::int64_t>(random.below(12'000));
    std::sort(times.begin(), times.end());
    for (const auto time : times) {
      const std::string peer(1, static_cast<char>('a' + random.below(2)));
      static constexpr const char* kEvents[] = {"accept", "tls", "head", "body", "response", "close"};
      const auto which = random.below(8);
      if (which < 6) scene.server(time, kEvents[which], peer);
      if (which == 6) scene.relay(time, random.below(2) == 0 ? "accept" : "close");
      if (which == 7)
        scene.dns(time, random.below(2) == 0 ? 0 : time + static_cast<std::int64_t>(random.below(3000)));
    }
    scene.rx(10'000, "OK\r\n").settle(10'000);
    ASSERT_NE(told(scene, random.below(2) == 0 ? kNone : kByteInAMilli), "nothing");
  }
}

}  // namespace
}  // namespace attest::measure

// The probe, against a device of a few lines on a clock that stands still.
#include "harness/lab/probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "harness/at/fake_link.hpp"
#include "harness/lab/talk.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;
using at::testing::FakeLink;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Answers whole lines by a table, and what is not in it as an unknown command.
class Device {
 public:
  explicit Device(FakeLink& link) : link_(link) {
    link_.on_write = [this](std::string_view bytes) { take(bytes); };
  }
  std::map<std::string, std::string> replies;  ///< by the beginning of the line
  std::string unknown = "ERROR\r\n";
  bool echo = true;
  std::vector<std::string> lines;  ///< that came

 private:
  void take(std::string_view bytes) {
    const std::string line(bytes.substr(0, bytes.find('\r')));
    lines.push_back(line);
    std::string reply = echo ? line + "\r\n" : "";
    const auto longest = std::find_if(replies.rbegin(), replies.rend(),
                                      [&](const auto& one) { return line.starts_with(one.first); });
    if (line == "ATE0" || line == "ATE1") echo = line == "ATE1";
    link_.say(reply + (longest == replies.rend() ? unknown : longest->second), 1ms);
  }
  FakeLink& link_;
};

class ProbeTest : public testing::Test {
 protected:
  Result<Probed> probed() { return probe(link, options, clock); }
  static const ProbedCommand& command(const Probed& found, const std::string& name) {
    return *std::find_if(found.commands.begin(), found.commands.end(),
                         [&](const auto& one) { return one.name == name; });
  }

  FakeClock clock;
  FakeLink link{clock};
  Device device{link};
  ProbeOptions options;
};

TEST_F(ProbeTest, FindsTheWordsOfADeviceThatSpeaksOtherwise) {
  device.unknown = "FAILED\r\n";
  device.replies = {{"AT", "FAILED\r\n"}, {"AT#VER", "mine 2.1\r\nDONE\r\n"}, {"ATE0", "DONE\r\n"},
                    {"ATE1", "DONE\r\n"}, {"AT#VER=?", "DONE\r\n"},           {"AT#HTTPREQ=?", "DONE\r\n"}};
  // A bare AT is the only line that this table cannot tell by its beginning.
  const auto by_table = link.on_write;
  link.on_write = [&](std::string_view bytes) {
    if (bytes != "AT\r\n") return by_table(bytes);
    link.say(std::string(device.echo ? "AT\r\n" : "") + "DONE\r\n", 1ms);
  };
  const auto found = must(probed());
  EXPECT_EQ(found.dialect.words.ok, "DONE");
  EXPECT_EQ(found.dialect.words.error, "FAILED");
  EXPECT_EQ(found.dialect.command_prefix, "AT#");
  EXPECT_EQ(found.dialect.names.at("GMR"), "VER");
  EXPECT_EQ(found.firmware, "mine 2.1");
  EXPECT_TRUE(found.echo_switches);
  EXPECT_TRUE(device.echo) << "left as it was";
  EXPECT_EQ(command(found, "HTTPCLIENT").own, "HTTPREQ");
  EXPECT_EQ(command(found, "HTTPCLIENT").is, ProbedCommand::Is::there);
  EXPECT_EQ(command(found, "OTA").is, ProbedCommand::Is::missing) << "test forms tell on this device";
}

TEST_F(ProbeTest, ClaimsToKnowNothingOfCommandsThatAnswerAlike) {
  device.replies = {{"AT", "OK\r\n"}, {"AT+", "ERROR\r\n"}, {"AT#", "ERROR\r\n"}};
  const auto found = must(probed());
  EXPECT_EQ(command(found, "HTTPCLIENT").is, ProbedCommand::Is::unknown);
  EXPECT_EQ(command(found, "OTA").is, ProbedCommand::Is::unknown);
}

TEST_F(ProbeTest, DoesNothingThatLeavesATrace) {
  device.replies = {{"AT", "OK\r\n"}};
  const auto found = must(probed());
  for (const auto& line : device.lines) {
    EXPECT_THAT(line, Not(HasSubstr("RST")));
    EXPECT_THAT(line, Not(HasSubstr("OTA=h")));
    EXPECT_THAT(line, Not(HasSubstr("CWSTARTSMART=1")));
  }
}

TEST_F(ProbeTest, IsNotLedAstrayByWhatComesOfItself) {
  device.replies = {{"AT", "OK\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n"}, {"AT+ATTEST", "ERROR\r\nready\r\n"}};
  const auto found = must(probed());
  EXPECT_EQ(found.dialect.words.ok, "OK");
  EXPECT_EQ(found.dialect.words.error, "ERROR");
}

TEST_F(ProbeTest, OfASilentDeviceEndsInTimeAndSaysSo) {
  link.on_write = nullptr;
  const auto found = probed();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::bench);
  EXPECT_THAT(found.error().what, HasSubstr("not one byte came"));
  EXPECT_LT(clock.now() - Instant{}, 10s);
}

TEST_F(ProbeTest, OfGarbageSaysWhatCame) {
  link.on_write = [&](std::string_view) { link.say("\xF0\x81\r\n\x90", 1ms); };
  const auto found = probed();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().what, HasSubstr("garbage"));
}

TEST_F(ProbeTest, OfALoopbackPlugSaysSo) {
  link.on_write = [&](std::string_view bytes) { link.say(std::string(bytes), 1ms); };
  const auto found = probed();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().what, HasSubstr("only the echo"));
}

TEST_F(ProbeTest, OfADeviceThatGoesAwaySaysAfterWhat) {
  int left = 12;
  device.replies = {{"AT", "OK\r\n"}};
  const auto by_table = link.on_write;
  link.on_write = [&, by_table](std::string_view bytes) {
    if (left-- > 0) by_table(bytes);
  };
  const auto found = probed();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::bench);
  EXPECT_THAT(found.error().what, HasSubstr("stopped answering after"));
}

TEST_F(ProbeTest, OfALinkThatBreaksSaysSo) {
  device.replies = {{"AT", "OK\r\n"}};
  link.breaks("unplugged");
  const auto found = probed();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().what, HasSubstr("unplugged"));
}

TEST(Heard, IsTakenApart) {
  const auto heard = heard_from("AT+X\r\n\r\n+X:1\r\nOK\r\n> ", "AT+X");
  EXPECT_TRUE(heard.echoed);
  EXPECT_THAT(heard.lines, ElementsAre("+X:1", "OK"));
  EXPECT_EQ(heard.rest, ">");
  EXPECT_EQ(heard.line_end, "CR LF");
  EXPECT_EQ(heard_from("OK\n", "AT").line_end, "LF");
}

}  // namespace
}  // namespace attest::lab

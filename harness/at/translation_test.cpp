// A firmware that says everything otherwise is understood as the manual's is.
#include "harness/at/translation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/at/reader_testing.hpp"
#include "harness/at/session_fixture_test.hpp"

namespace attest::at::testing {
namespace {
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Dialect other() {
  Dialect dialect;
  dialect.words = {"DONE", "FAILED", "SENT", "NOT SENT"};
  dialect.prompt = "DATA>";
  dialect.command_prefix = "AT#";
  dialect.reply_prefix = "#";
  dialect.echo_off = "AT#ECHO=0";
  dialect.names = {{"HTTPCLIENT", "HTTPREQ"}, {"GMR", "VER"}};
  return dialect;
}

Exchange read_as_other(std::string_view command, std::string_view bytes,
                       const std::vector<std::size_t>& cuts = {}) {
  return read_all(reply_to(command, other()), "", bytes, cuts, other()).exchange;
}

TEST(Translation, IsOfPrefixNameAndEchoAndOfNothingElse) {
  const auto translation = translation_for(other());
  ASSERT_NE(translation, nullptr);
  const std::vector<std::pair<std::string, std::string>> lines{
      {"AT", "AT"},
      {"ATE0", "AT#ECHO=0"},
      {"ATE1", "ATE1"},
      {"AT+GMR", "AT#VER"},
      {"AT+HTTPCLIENT=2,0,http://h/AT+GMR,,,1", "AT#HTTPREQ=2,0,http://h/AT+GMR,,,1"},
      {"AT+HTTPCLIENT =2", "AT#HTTPREQ =2"},
      {"AT+HTTPCLIENT?", "AT#HTTPREQ?"},
      {"AT+HTTPCLIENTX=2", "AT#HTTPCLIENTX=2"},
      {"AT+OTA=u", "AT#OTA=u"},
      {"hello", "hello"}};
  for (const auto& [manual, own] : lines) EXPECT_EQ(translation->line(manual), own);
  EXPECT_EQ(translation->info("HTTPCLIENT").name, "HTTPREQ");
  EXPECT_EQ(translation->info("HTTPGETSIZE").name, "HTTPGETSIZE");
  EXPECT_EQ(translation->info("HTTPGETSIZE").mark, "#");
}

TEST(Translation, IsNotThereWhereNothingDiffers) {
  Dialect dialect;
  dialect.words.ok = "DONE";
  EXPECT_EQ(translation_for(dialect), nullptr) << "the words are the reader's own";
}

TEST(OtherFirmware, IsReadInItsWordsWithoutDeviation) {
  const auto got = read_as_other("AT+HTTPCLIENT=2", "#HTTPREQ:5,hello\r\nDONE\r\n");
  EXPECT_TRUE(got.ok());
  EXPECT_THAT(got.deviations, IsEmpty());
  ASSERT_TRUE(got.payload());
  EXPECT_EQ(got.payload()->data, "hello");
  EXPECT_EQ(got.info("HTTPCLIENT"), "5,");
  EXPECT_TRUE(read_as_other("AT", "FAILED\r\n").error());
  EXPECT_EQ(read_as_other("AT+HTTPGETSIZE=u", "#HTTPGETSIZE:12\r\nDONE\r\n").number_of("HTTPGETSIZE"), 12U);
}

TEST(OtherFirmware, IsNotAnsweredByTheManualsWords) {
  EXPECT_EQ(read_as_other("AT", "OK\r\n").outcome, Outcome::silent);
  EXPECT_FALSE(read_as_other("AT+HTTPCLIENT=2", "+HTTPCLIENT:5,hello\r\nDONE\r\n").payload());
}

TEST(OtherFirmware, HasDeviationsByTheSameNames) {
  EXPECT_TRUE(read_as_other("AT", "done\r\n").deviates("result-case"));
  EXPECT_TRUE(
      read_as_other("AT+HTTPCLIENT=2", "#HTTPREQ:<5>,hello\r\nDONE\r\n").deviates("size-in-brackets"));
}

TEST(OtherFirmware, MayHaveALongPromptThatComesInPieces) {
  const std::string_view bytes = "DONE\r\nDATA>";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    const auto got = read_as_other("AT+HTTPCPOST=u,5", bytes, {cut});
    EXPECT_EQ(got.outcome, Outcome::prompted) << cut;
    EXPECT_THAT(got.deviations, IsEmpty()) << cut;
  }
}

TEST_F(SessionTest, SpeaksTheFirmwaresWordsAndKeepsTheRealBytes) {
  Session speaker(link, other(), clock, nullptr);
  answers({"#HTTPREQ:2,hi\r\nDONE\r\n"});
  const auto got = speaker.command("AT+HTTPCLIENT=2,0,u");
  EXPECT_EQ(got.sent, "AT#HTTPREQ=2,0,u\r\n");
  EXPECT_EQ(got.payload()->data, "hi");
  EXPECT_EQ(speaker.spoken("AT+GMR"), "AT#VER");
}

}  // namespace
}  // namespace attest::at::testing

#include "reports/text/transcript.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness/base/bytes.hpp"

namespace attest::reports {
namespace {
using record::Event;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Instant ms(std::int64_t n) {
  return Instant(n * 1'000'000);
}

TEST(Transcript, TellsTheLineFromTheFirstEventOn) {
  const std::vector<Event> events{{ms(1000), "case.begin", {{"case", "A.A"}}},
                                  {ms(1001), "tx", {{"bytes", "AT\r\n"}}},
                                  {ms(1003), "rx", {{"bytes", to_latin1_json("OK\xff\r\n")}}},
                                  {ms(1004), "server", {{"event", "accept"}}},
                                  {ms(1005), "check", {{"requirement", "GEN-01"}, {"verdict", "pass"}}},
                                  {ms(1006),
                                   "check",
                                   {{"requirement", "GEN-02"},
                                    {"verdict", "fail"},
                                    {"what", "the end"},
                                    {"owed", "OK"},
                                    {"got", "nothing"}}}};
  EXPECT_EQ(transcript(events),
            "     1.000 ms  > AT\\r\\n\n"
            "     3.000 ms  < OK\\xff\\r\\n\n"
            "     6.000 ms  ! GEN-02 fail: the end: owed OK, got nothing\n");
}

TEST(Transcript, KeepsBeginAndEndOfALongOne) {
  std::vector<Event> events;
  for (int i = 0; i < 50; ++i) events.push_back({ms(i), "step", {{"text", std::to_string(i)}}});
  const auto text = transcript(events, {.lines = 10});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_THAT(text, HasSubstr("# 4\n  … 40 lines are left out"));
  EXPECT_THAT(text, HasSubstr("# 45\n"));
}

TEST(Transcript, LetsNoControlCharacterThrough) {
  const std::vector<Event> events{
      {ms(0), "deviation", {{"id", "\x1b[31m"}, {"evidence", "a\nb"}, {"summary", 7}}}};
  EXPECT_THAT(transcript(events), Not(HasSubstr("\x1b")));
  EXPECT_THAT(transcript(events), Not(HasSubstr("a\nb")));
}

TEST(Journal, TellsWhatTheWorldSaw) {
  const std::vector<Event> events{
      {ms(0), "tx", {{"bytes", "AT"}}},
      {ms(2),
       "server",
       {{"event", "head"}, {"case", "A.A"}, {"device", "dut0"}, {"method", "GET"}, {"request", 3}}}};
  EXPECT_EQ(journal(events), "     2.000 ms  server head method=\"GET\" request=3\n");
  const std::vector<Event> head{
      {ms(0),
       "server",
       {{"event", "head"}, {"head", "GET / HTTP/1.1\r\n"}, {"method", "GET"}, {"malformed", ""}}}};
  EXPECT_EQ(journal(head), "     0.000 ms  server head head=\"GET / HTTP/1.1\\r\\n\"\n");
  EXPECT_THAT(journal({}), IsEmpty());
}

}  // namespace
}  // namespace attest::reports

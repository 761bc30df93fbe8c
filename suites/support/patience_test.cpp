#include "suites/support/patience.hpp"

#include <gtest/gtest.h>

namespace attest::suites {
namespace {
using enum Patience::Advice;

void silent(Patience& patience, const char* what, int times) {
  for (int i = 0; i < times; ++i) patience.after(what, true);
}

TEST(Patience, LastsAsLongAsACommandIsAnswered) {
  Patience patience;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(patience.before("AT"), ask);
    patience.after("AT", i % 3 == 0);
  }
}

TEST(Patience, RestartsTheDeviceBeforeItGivesUp) {
  Patience patience;
  silent(patience, "AT", Patience::kRestart);
  EXPECT_EQ(patience.before("AT"), restart_first);
  EXPECT_EQ(patience.before("AT+GMR"), ask);
  silent(patience, "AT", Patience::kGiveUp - Patience::kRestart);
  EXPECT_EQ(patience.before("AT"), give_up);
}

TEST(Patience, TriesAgainNowAndThen) {
  Patience patience;
  silent(patience, "AT", Patience::kGiveUp);
  int asked = 0;
  for (int i = 0; i < 3 * Patience::kAgain; ++i) asked += patience.before("AT") == ask ? 1 : 0;
  EXPECT_EQ(asked, 3);
  for (int i = 0; i < Patience::kGiveUp; ++i) patience.after("AT", false);
  EXPECT_EQ(patience.before("AT"), ask);
}

TEST(Patience, CountsRequestsByTheirMethod) {
  EXPECT_EQ(Patience::kind_of("AT+HTTPCLIENT=2,0,http://x/,,,1"), "AT+HTTPCLIENT=2");
  EXPECT_EQ(Patience::kind_of("AT+HTTPCPOST=http://x/,5"), "AT+HTTPCPOST");
  EXPECT_EQ(Patience::kind_of("AT"), "AT");
  EXPECT_EQ(Patience::kind_of("AT+HTTPCLIENT"), "AT+HTTPCLIENT");
}

}  // namespace
}  // namespace attest::suites

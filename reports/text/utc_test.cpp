#include "reports/text/utc.hpp"

#include <gtest/gtest.h>

namespace attest::reports {
namespace {

TEST(EpochMs, IsOfTheCalendar) {
  EXPECT_EQ(epoch_ms("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(epoch_ms("2024-05-06T07:08:09Z"), 1714979289000);
  EXPECT_EQ(epoch_ms("2024-02-29T00:00:00.25Z"), 1709164800250);
}

TEST(NowUtc, IsOfThatForm) {
  EXPECT_GT(epoch_ms(now_utc()).value_or(0), 1'700'000'000'000);
}

TEST(EpochMs, IsNothingOfAnotherForm) {
  for (const auto* text :
       {"", "now", "2024-05-06", "2024-05-06T07:08:09", "2024-05-06 07:08:09Z", "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z", "2024-05-06T25:00:00Z", "2024-05-06T07:08:09+01:00", "-024-05-06T07:08:09Z"})
    EXPECT_FALSE(epoch_ms(text)) << text;
}

}  // namespace
}  // namespace attest::reports

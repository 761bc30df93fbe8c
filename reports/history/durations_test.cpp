#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/history/history_testing.hpp"

namespace attest::reports {
namespace {
using namespace std::chrono_literals;
using namespace testing;

/// A run of one case, whose attempts end with these verdicts after so long.
record::Script a_run_that_takes(int day, const std::vector<std::pair<std::string, Nanos>>& attempts) {
  auto run = a_run(day, "1.0", {"A.A"});
  int number = 0;
  for (const auto& [verdict, took] : attempts) {
    run.begin("A.A", {"HC-01"}, ++number).check("A.A", "HC-01", verdict);
    run.wait(took - 2ms).end("A.A", verdict);
  }
  return run.done();
}

TEST(UsualDurations, AreTheMedianOfTheLatestPasses) {
  const Shelf shelf;
  auto history = shelf.open();
  (void)import_all(
      history, shelf,
      {a_run_that_takes(1, {{"pass", 900s}}), a_run_that_takes(2, {{"pass", 3s}, {"fail", 60s}}),
       a_run_that_takes(3, {{"pass", 1s}, {"pass", 2s}}), a_run_of(4, "1.0", {{"A.Bad", "fail"}})});
  EXPECT_THAT(must(history.usual_durations(3)), ElementsAre(Pair("A.A", 2s)));
  EXPECT_THAT(must(history.usual_durations(2)), ElementsAre(Pair("A.A", 1500ms)));
  EXPECT_THAT(must(history.usual_durations(0)), ElementsAre(Pair("A.A", 2s)));
}

TEST(UsualDurations, OfAnEmptyHistoryAreNone) {
  const Shelf shelf;
  EXPECT_TRUE(must(shelf.open().usual_durations()).empty());
}

}  // namespace
}  // namespace attest::reports

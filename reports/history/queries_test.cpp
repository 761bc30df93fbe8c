#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/history/history_testing.hpp"

namespace attest::reports {
namespace {
using namespace testing;

class HistoryQueries : public Test {
 protected:
  void take(const std::vector<record::Script>& runs) { (void)import_all(history, shelf, runs); }
  void take(int day, const std::string& firmware, const std::string& verdict) {
    take({a_run_of(day, firmware, {{"A.A", verdict}})});
  }
  Shelf shelf;
  History history = shelf.open();
};

TEST_F(HistoryQueries, PutRunsInTheOrderInWhichTheyBegan) {
  for (const int day : {5, 1, 9, 3}) take(day, "1.0", "pass");
  std::vector<std::string> days;
  for (const auto& point : must(history.trend("A.A"))) days.push_back(point.run.began.substr(8, 2));
  EXPECT_THAT(days, ElementsAre("01", "03", "05", "09"));
  const auto latest = must(history.runs(2));
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].run.began, "2024-05-09T07:08:09Z");
}

TEST_F(HistoryQueries, OfATrendHaveVerdictReasonAndAttempts) {
  auto run = a_run(1, "1.0", {"A.A"});
  attempt(run, "A.A", "pass", 1);
  attempt(run, "A.A", "fail", 2);
  take({run.done()});
  const auto trend = must(history.trend("A.A"));
  ASSERT_EQ(trend.size(), 1U);
  EXPECT_EQ(trend[0].verdict, spec::Verdict::fail);
  EXPECT_THAT(trend[0].reason, HasSubstr("HC-01"));
  EXPECT_EQ(trend[0].attempts, 2U);
  EXPECT_EQ(trend[0].attempts_failed, 1U);
  EXPECT_EQ(trend[0].duration, Nanos(4'000'000));
}

TEST_F(HistoryQueries, FindTheFirstBadRunAndTheLastGoodBeforeIt) {
  take(1, "1.0", "fail");
  take(2, "1.1", "pass");
  take(3, "1.2", "fail");
  take(4, "1.2", "inconc");
  take(5, "1.3", "fail");
  for (const auto* id : {"A.A", "HC-01"}) {
    const auto found = must(history.first_bad(id));
    ASSERT_TRUE(found) << id;
    EXPECT_EQ(found->first_bad.firmware, "1.2") << id;
    EXPECT_EQ(found->latest_bad.firmware, "1.3") << id;
    EXPECT_EQ(found->fails, 2U) << "an inconclusive run neither counts nor breaks the series";
    ASSERT_TRUE(found->last_good) << id;
    EXPECT_EQ(found->last_good->firmware, "1.1") << id;
    EXPECT_FALSE(found->good_again) << id;
  }
}

TEST_F(HistoryQueries, TellThatASeriesIsOver) {
  take(1, "1.0", "fail");
  take(2, "1.1", "pass");
  take(3, "1.2", "pass");
  const auto found = must(history.first_bad("A.A"));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->last_good);
  ASSERT_TRUE(found->good_again);
  EXPECT_EQ(found->good_again->firmware, "1.1");
}

TEST_F(HistoryQueries, FindNoBadRunWhereNothingFailed) {
  take(1, "1.0", "pass");
  EXPECT_FALSE(must(history.first_bad("A.A")));
}

TEST_F(HistoryQueries, RefuseNamesThatTheyDoNotKnowAndProposeSimilarOnes) {
  take(1, "1.0", "pass");
  EXPECT_THAT(history.trend("A.X").error().text(), AllOf(HasSubstr("'A.X'"), HasSubstr("did you mean A.A?")));
  EXPECT_EQ(history.first_bad("nobody").error().fault, Fault::usage);
  EXPECT_EQ(history.measurement_trend("nothing").error().fault, Fault::usage);
  EXPECT_EQ(history.flakes("nobody").error().fault, Fault::usage);
  EXPECT_FALSE(history.trend(""));
}

TEST_F(HistoryQueries, GiveTheRateOfFailuresWithItsIntervalForEachFirmware) {
  auto run = a_run(1, "1.0", {"A.A", "A.B"});
  for (int i = 1; i <= 10; ++i) attempt(run, "A.A", i == 4 ? "fail" : "pass", i);
  attempt(run, "A.B", "pass");
  take({run.done(), a_run_of(2, "1.1", {{"A.A", "pass"}, {"A.B", "fail"}})});
  const auto flakes = must(history.flakes());
  ASSERT_EQ(flakes.size(), 1U) << "A.B broke with a firmware, it is not flaky";
  EXPECT_EQ(flakes[0].case_id, "A.A");
  EXPECT_EQ(flakes[0].firmware, "1.0");
  EXPECT_EQ(flakes[0].failed, 1U);
  EXPECT_EQ(flakes[0].attempts, 10U);
  EXPECT_NEAR(flakes[0].interval.low, 0.0025, 0.0001);
  EXPECT_NEAR(flakes[0].interval.high, 0.445, 0.001);
  EXPECT_EQ(must(history.flakes("A.A", true)).size(), 2U);
  EXPECT_EQ(must(history.flakes("", true)).size(), 4U);
}

TEST_F(HistoryQueries, DoNotCountAttemptsThatSayNothingOfTheDevice) {
  auto run = a_run(1, "1.0", {"A.A"});
  attempt(run, "A.A", "pass", 1);
  attempt(run, "A.A", "error", 2);
  attempt(run, "A.A", "inconc", 3);
  run.begin("A.A", {"HC-01"}, 4).check("A.A", "HC-01", "fail");  // cut in the middle
  take({run});
  const auto flakes = must(history.flakes("A.A", true));
  ASSERT_EQ(flakes.size(), 1U);
  EXPECT_EQ(flakes[0].attempts, 1U);
  EXPECT_EQ(flakes[0].failed, 0U);
}

TEST_F(HistoryQueries, GiveTheMedianOfAllSamplesOfARun) {
  auto run = a_run(1, "1.0", {"A.A"});
  measure(run, "AT to OK", {9, 1});
  measure(run, "AT to OK", {3, 4});
  auto next = a_run(2, "1.1", {"A.A"});
  measure(next, "AT to OK", {7, 5, 6});
  measure(next, "nothing came", {});
  take({run.done(), next.done()});
  const auto points = must(history.measurement_trend("AT to OK"));
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].count, 4U);
  EXPECT_DOUBLE_EQ(points[0].median, 3.5);
  EXPECT_DOUBLE_EQ(points[0].least, 1);
  EXPECT_DOUBLE_EQ(points[0].most, 9);
  EXPECT_DOUBLE_EQ(points[1].median, 6);
  EXPECT_EQ(points[1].run.firmware, "1.1");
  EXPECT_EQ(points[1].unit, "ms");
  EXPECT_EQ(points[1].of, "p95");
  EXPECT_EQ(points[1].limit, 50);
  EXPECT_EQ(points[1].u, 0.5);
  EXPECT_EQ(must(history.measurement_trend("nothing came")).at(0).count, 0U);
  const auto names = must(history.measurements());
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0].name, "AT to OK");
  EXPECT_EQ(names[0].runs, 2U);
  EXPECT_EQ(names[0].samples, 7U);
}

TEST_F(HistoryQueries, OfAnEmptyHistoryAreEmpty) {
  EXPECT_TRUE(must(history.runs()).empty());
  EXPECT_TRUE(must(history.flakes()).empty());
  EXPECT_TRUE(must(history.measurements()).empty());
  EXPECT_FALSE(history.changes());
}

}  // namespace
}  // namespace attest::reports

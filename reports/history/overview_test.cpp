// The answers that go over everything at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/history/history_testing.hpp"

namespace attest::reports {
namespace {
using namespace testing;

class HistoryOverview : public Test {
 protected:
  void take(const std::vector<record::Script>& runs) { (void)import_all(history, shelf, runs); }
  void take(int day, const std::vector<std::pair<std::string, std::string>>& verdicts,
            const std::string& firmware = "1.0") {
    take({a_run_of(day, firmware, verdicts)});
  }
  /// Of days, for reading.
  static int day(const RunRef& run) { return std::stoi(run.began.substr(8, 2)); }
  static int day(const std::optional<RunRef>& run) { return run ? day(*run) : 0; }
  Shelf shelf;
  History history = shelf.open();
};

/// A case that passes and sees the deviation, or does not.
void see(record::Script& run, const std::string& id, bool seen, const std::string& requirement = "HC-10",
         bool lost = false) {
  run.begin(id, {"HC-01"}).check(id, "HC-01");
  if (lost) run.counters(1, true);
  if (seen) run.deviation(id, "size-in-brackets", requirement);
  run.end(id);
}

record::Script a_run_that_sees(int day, bool seen, bool lost = false, const std::string& id = "A.A") {
  auto run = a_run(day, "1.0", {id});
  see(run, id, seen, "HC-10", lost);
  return run.done();
}

TEST_F(HistoryOverview, AgreesWithTheQuestionAboutOneCase) {
  const char* verdicts[] = {"pass",  "fail", "inconc", "fail", "pass",
                            "error", "fail", "fail",   "pass", "pass"};
  for (int i = 0; i < 10; ++i)
    take(10 - i, {{"A.A", verdicts[i]}, {"A.B", verdicts[9 - i]}, {"A.C", "pass"}});
  const auto all = must(history.all_first_bad());
  std::vector<std::string> ids;
  for (const auto& one : all) {
    ids.push_back(one.id);
    const auto alone = must(history.first_bad(one.id));
    ASSERT_TRUE(alone) << one.id;
    EXPECT_EQ(one.found.first_bad.id, alone->first_bad.id) << one.id;
    EXPECT_EQ(one.found.latest_bad.id, alone->latest_bad.id) << one.id;
    EXPECT_EQ(one.found.fails, alone->fails) << one.id;
    EXPECT_EQ(day(one.found.last_good), day(alone->last_good)) << one.id;
    EXPECT_EQ(day(one.found.good_again), day(alone->good_again)) << one.id;
  }
  EXPECT_THAT(ids, UnorderedElementsAre("A.A", "A.B", "HC-01"));
}

TEST_F(HistoryOverview, HasWhatStillFailsFirstAndForgetsWhatWasLongAgo) {
  take(1, {{"A.Old", "fail"}, {"A.Now", "pass"}, {"A.Late", "pass"}, {"A.Still", "fail"}});
  take(2, {{"A.Old", "pass"}, {"A.Now", "pass"}, {"A.Late", "fail"}});
  take(3, {{"A.Old", "pass"}, {"A.Now", "fail"}, {"A.Late", "pass"}});
  const auto ids = [&](std::size_t within) {
    std::vector<std::string> out;
    for (const auto& one : must(history.all_first_bad(within)))
      if (one.id != "HC-01") out.push_back(one.id);
    return out;
  };
  EXPECT_THAT(ids(0), ElementsAre("A.Now", "A.Still", "A.Late", "A.Old"));
  EXPECT_THAT(ids(2), ElementsAre("A.Now", "A.Still", "A.Late"));
  EXPECT_THAT(ids(1), ElementsAre("A.Now", "A.Still"));
}

TEST_F(HistoryOverview, FindsTheLatestSeriesOfADeviation) {
  take({a_run_that_sees(1, true), a_run_that_sees(2, false), a_run_that_sees(3, true),
        a_run_that_sees(4, true)});
  auto found = must(history.deviations());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, "size-in-brackets");
  EXPECT_EQ(found[0].requirement, "HC-10");
  EXPECT_EQ(found[0].summary, "the size stands in brackets");
  EXPECT_EQ(day(found[0].before), 2);
  EXPECT_EQ(day(found[0].first), 3);
  EXPECT_EQ(day(found[0].latest), 4);
  EXPECT_EQ(day(found[0].gone_since), 0);
  EXPECT_EQ(found[0].runs, 3U);
  take({a_run_that_sees(5, false), a_run_that_sees(6, false)});
  found = must(history.deviations());
  EXPECT_EQ(day(found[0].first), 3);
  EXPECT_EQ(day(found[0].latest), 4);
  EXPECT_EQ(day(found[0].gone_since), 5);
}

TEST_F(HistoryOverview, TakesNoRunThatCouldNotSeeADeviationForOneWithout) {
  auto stuck = a_run(3, "1.0", {"A.A"});
  attempt(stuck, "A.A", "error");
  take({a_run_that_sees(1, true), a_run_of(2, "1.0", {{"A.Else", "pass"}}), stuck.done(),
        a_run_that_sees(4, true), a_run_of(5, "1.0", {{"A.Else", "pass"}})});
  const auto found = must(history.deviations());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(day(found[0].first), 1);
  EXPECT_EQ(day(found[0].latest), 4);
  EXPECT_FALSE(found[0].before);
  EXPECT_FALSE(found[0].gone_since);
}

TEST_F(HistoryOverview, TakesARunThatJudgedTheRequirementForOneThatCouldSeeTheDeviation) {
  auto judged = a_run(2, "1.0", {"A.Else"});
  judged.passing("A.Else", {"HC-10"});
  take({a_run_that_sees(1, true), judged.done()});
  EXPECT_EQ(day(must(history.deviations()).at(0).gone_since), 2);
}

TEST_F(HistoryOverview, BelievesNoDeviationThatWasOnlySeenWhileBytesWereLost) {
  take({a_run_that_sees(1, true, true)});
  EXPECT_TRUE(must(history.deviations()).empty());
  auto both = a_run(2, "1.0", {"A.A", "A.B"}), unsure = a_run(3, "1.0", {"A.B", "A.A"});
  see(both, "A.A", true);
  see(both, "A.B", true);
  see(unsure, "A.B", false);  // a case that could have seen it
  unsure.counters(0, false);
  see(unsure, "A.A", true, "HC-10", true);
  take({both.done(), unsure.done(), a_run_that_sees(4, true)});
  EXPECT_EQ(must(history.trend("A.B")).at(1).verdict, spec::Verdict::pass);
  const auto found = must(history.deviations());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(day(found[0].first), 2);
  EXPECT_EQ(found[0].runs, 2U);
}

TEST_F(HistoryOverview, PutsDeviationsThatAreThereBeforeThoseThatAreGone) {
  auto both = a_run(1, "1.0", {"A.A", "A.B"});
  see(both, "A.A", true, "HC-10");
  see(both, "A.B", true, "HC-12");
  auto one = a_run(2, "1.0", {"A.A", "A.B"});
  see(one, "A.A", false);
  see(one, "A.B", true, "HC-12");
  take({both.done(), one.done()});
  const auto found = must(history.deviations());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].requirement, "HC-12");
  EXPECT_EQ(found[1].requirement, "HC-10");
  EXPECT_EQ(day(found[1].gone_since), 2);
}

TEST_F(HistoryOverview, HasAllMeasurementsAsTheQuestionAboutOneHasThem) {
  for (const int number : {3, 1, 2}) {
    auto run = a_run(number, "1.0", {"A.A"});
    run.begin("A.A", {"HC-01"});
    for (const char* name : {"b", "a"}) measure(run, name, {1.0 * number, 5, 9.0 * number});
    measure(run, "a", {100, 200});
    measure(run, "empty", {});
    take({run.end("A.A").done()});
  }
  const auto all = must(history.all_measurements());
  ASSERT_EQ(all.size(), 2U);
  for (const auto& series : all) {
    const auto alone = must(history.measurement_trend(series.name));
    ASSERT_EQ(series.points.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(series.points[i].run, alone[i].run.id);
      EXPECT_EQ(series.points[i].of.count, alone[i].count);
      EXPECT_EQ(series.points[i].of.median, alone[i].median);
      EXPECT_EQ(series.points[i].of.least, alone[i].least);
      EXPECT_EQ(series.points[i].of.most, alone[i].most);
    }
    EXPECT_EQ(series.unit, "ms");
    EXPECT_EQ(series.device, "dut0");
    EXPECT_EQ(series.of, "p95");
    EXPECT_EQ(series.limit, 50);
  }
  EXPECT_EQ(all[0].name, "a");
  EXPECT_EQ(must(history.all_measurements(2)).at(0).points.size(), 2U);
  EXPECT_EQ(must(history.all_measurements(2)).at(0).points[0].of.least, 2) << "of the latest two";
}

TEST_F(HistoryOverview, HasEachFirmwareByItsLatestCompleteRun) {
  take(1, {{"A.A", "pass"}, {"A.B", "fail"}, {"A.C", "pass"}}, "1.0");
  auto second = a_run(2, "1.1", {"A.A", "A.B"});
  attempt(second, "A.A", "fail");
  attempt(second, "A.B", "pass");
  measure(second, "AT to OK", {3, 1, 2});
  measure(second, "AT to OK", {7, 8});
  take({second.done()});
  auto cut = a_run(3, "1.1", {"A.A"});
  attempt(cut, "A.A", "pass");
  auto never = a_run(4, "1.2", {"A.A"});
  attempt(never, "A.A", "pass");
  take({cut, never});
  take(5, {{"A.A", "fail"}}, "1.0");
  const auto all = must(history.firmwares());
  ASSERT_EQ(all.size(), 2U) << "1.2 has no complete run";
  EXPECT_EQ(all[0].firmware, "1.0");
  EXPECT_EQ(all[0].runs, 2U);
  EXPECT_EQ(day(all[0].latest), 5);
  EXPECT_EQ(all[1].firmware, "1.1");
  EXPECT_EQ(all[1].runs, 2U);
  EXPECT_EQ(day(all[1].latest), 2);
  EXPECT_EQ(all[1].cases.at(spec::Verdict::fail), 1U);
  EXPECT_THAT(all[1].newly_failing, IsEmpty()) << "1.0 failed it too, in its latest run";
  ASSERT_EQ(all[1].medians.size(), 1U);
  EXPECT_EQ(all[1].medians[0].of.count, 5U);
  EXPECT_EQ(all[1].medians[0].of.median, 3);
  ASSERT_EQ(must(history.firmwares(1)).size(), 1U);
  EXPECT_EQ(must(history.firmwares(1))[0].firmware, "1.1");
}

TEST_F(HistoryOverview, TellsWhatAFirmwareHasBrokenAndRepaired) {
  take(1, {{"A.A", "pass"}, {"A.B", "fail"}, {"A.C", "pass"}, {"A.D", "fail"}, {"A.E", "inconc"}}, "1.0");
  take(2, {{"A.A", "fail"}, {"A.B", "pass"}, {"A.C", "pass"}, {"A.E", "fail"}, {"A.F", "fail"}}, "1.1");
  for (const std::size_t most : {0U, 1U}) {
    const auto latest = must(history.firmwares(most)).back();
    EXPECT_THAT(latest.newly_failing, ElementsAre("A.A"));
    EXPECT_THAT(latest.newly_passing, ElementsAre("A.B"));
  }
  EXPECT_THAT(must(history.firmwares()).front().newly_failing, IsEmpty());
}

TEST_F(HistoryOverview, OfAnEmptyHistoryIsEmpty) {
  EXPECT_TRUE(must(history.all_first_bad()).empty());
  EXPECT_TRUE(must(history.deviations()).empty());
  EXPECT_TRUE(must(history.all_measurements()).empty());
  EXPECT_TRUE(must(history.firmwares()).empty());
}

}  // namespace
}  // namespace attest::reports

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/history/database.hpp"
#include "reports/history/history_testing.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;

std::int64_t rows_in(History& history, const std::string& table) {
  return history.database().integer("SELECT count(*) FROM " + table);
}

TEST(HistoryImport, KeepsWhatTheRunSays) {
  const Shelf shelf;
  auto history = shelf.open();
  const auto done = must(history.import(shelf.keep(made_up_run())));
  EXPECT_EQ(done.what, Import::added);
  EXPECT_TRUE(done.complete);
  EXPECT_EQ(done.cases, 6U);
  EXPECT_EQ(done.failed, 1U);
  const auto runs = must(history.runs());
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].run.began, "2024-05-06T07:08:09Z");
  EXPECT_EQ(runs[0].run.firmware, "BK7238 AT 1.0");
  EXPECT_EQ(runs[0].profile, "bk7238");
  EXPECT_EQ(runs[0].exit, 1);
  EXPECT_EQ(runs[0].cases.at(spec::Verdict::pass), 2U);
  EXPECT_EQ(runs[0].record, shelf.at("record.jsonl").string());
}

TEST(HistoryImport, KeepsDevicesDeviationsAttemptsAndRawSamples) {
  const Shelf shelf;
  auto history = shelf.open();
  (void)must(history.import(shelf.keep(made_up_run())));
  auto& database = history.database();
  EXPECT_EQ(database.text("SELECT link FROM devices"), "serial:/dev/pts/7");
  EXPECT_EQ(database.text("SELECT name FROM deviations"), "size-in-brackets");
  EXPECT_EQ(rows_in(history, "deviation_cases"), 2);
  EXPECT_EQ(rows_in(history, "attempts"), 5);
  EXPECT_EQ(database.text("SELECT group_concat(value) FROM samples"), "1.25,2.0,3.0");
  EXPECT_EQ(
      database.integer("SELECT verdict FROM requirement_results JOIN requirements ON id = requirement_id"
                       " WHERE name = 'HC-10'"),
      static_cast<int>(spec::Verdict::fail));
}

TEST(HistoryImport, OfTheSameRecordAgainChangesNothingAndSaysSo) {
  const Shelf shelf;
  auto history = shelf.open();
  const auto first = must(history.import(shelf.keep(made_up_run())));
  const auto changes = history.database().integer("SELECT total_changes()");
  const auto again = must(history.import(shelf.keep(made_up_run(), "copy.jsonl")));
  EXPECT_EQ(again.what, Import::unchanged);
  EXPECT_EQ(again.run, first.run);
  EXPECT_EQ(again.cases, first.cases);
  EXPECT_EQ(history.database().integer("SELECT total_changes()"), changes);
}

TEST(HistoryImport, OfAContinuedRecordReplacesItsRun) {
  const Shelf shelf;
  auto history = shelf.open();
  auto run = a_run(1, "1.0", {"A.A", "A.B"});
  attempt(run, "A.A", "fail");
  (void)must(history.import(shelf.keep(a_run_of(2, "1.0", {{"A.A", "pass"}}), "other.jsonl")));
  const auto before = must(history.import(shelf.keep(run)));
  EXPECT_FALSE(before.complete);
  run.put("run.begin", {{"schema", record::kSchema}, {"wall", "2024-05-09T00:00:00Z"}});
  attempt(run, "A.B", "pass");
  const auto after = must(history.import(shelf.keep(run.done())));
  EXPECT_EQ(after.what, Import::replaced);
  EXPECT_EQ(after.run, before.run);
  EXPECT_TRUE(after.complete);
  const auto runs = must(history.runs());
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1].run.began, "2024-05-01T07:08:09Z") << "a continued run stays where it began";
  EXPECT_EQ(must(history.trend("A.B")).size(), 1U);
  EXPECT_EQ(history.database().text("PRAGMA foreign_key_check"), "");
}

TEST(HistoryImport, OfAnEarlierStateLeavesTheLaterOne) {
  const Shelf shelf;
  auto history = shelf.open();
  auto run = a_run(1, "1.0", {"A.A"});
  const auto early = lines_of(run);
  attempt(run, "A.A", "pass");
  (void)must(history.import(shelf.keep(run.done())));
  EXPECT_EQ(must(history.import(shelf.keep(early))).what, Import::older);
  EXPECT_EQ(must(history.trend("A.A")).at(0).verdict, spec::Verdict::pass);
}

TEST(HistoryImport, OfATornRecordTakesWhatIsThereAndMarksIt) {
  const Shelf shelf;
  auto history = shelf.open();
  auto text = lines_of(a_run_of(1, "1.0", {{"A.A", "pass"}}));
  const auto done = must(history.import(shelf.keep(text + "{\"t\":12,\"e\":\"no")));
  EXPECT_EQ(done.what, Import::added);
  EXPECT_FALSE(done.complete);
  EXPECT_FALSE(must(history.runs()).at(0).complete);
  EXPECT_EQ(must(history.trend("A.A")).at(0).verdict, spec::Verdict::pass);
}

TEST(HistoryImport, RefusesARecordThatWasEdited) {
  const Shelf shelf;
  auto history = shelf.open();
  auto text = lines_of(a_run_of(1, "1.0", {{"A.A", "fail"}}));
  (void)must(history.import(shelf.keep(text)));
  for (auto at = text.find("\"fail\""); at != std::string::npos; at = text.find("\"fail\""))
    text.replace(at, 6, "\"pass\"");
  const auto refused = history.import(shelf.keep(text));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::usage);
  EXPECT_THAT(refused.error().text(), HasSubstr("edited"));
  EXPECT_EQ(must(history.trend("A.A")).at(0).verdict, spec::Verdict::fail);
}

TEST(HistoryImport, RefusesWhatIsNoRecordAndKeepsNothingOfIt) {
  const Shelf shelf;
  auto history = shelf.open();
  const auto good = lines_of(a_run_of(1, "1.0", {{"A.A", "pass"}}));
  for (const auto& text :
       {std::string(), std::string("{\"e\":"), std::string("hello\n"), good + "rubbish\n"}) {
    const auto refused = history.import(shelf.keep(text));
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().fault, Fault::usage);
    EXPECT_THAT(refused.error().what, HasSubstr("record.jsonl"));
    EXPECT_NE(refused.error().cure, "");
  }
  EXPECT_FALSE(history.import(shelf.at("nothing.jsonl")));
  EXPECT_EQ(rows_in(history, "runs"), 0);
}

TEST(HistoryImport, KnowsTheFirmwareOfEachCaseWhereDevicesDiffer) {
  const Shelf shelf;
  auto history = shelf.open();
  auto run = a_run(1, "1.0", {"A.A", "A.B"});
  run.put("device", {{"device", "dut1"}, {"link", "virtual"}, {"firmware", "1.1"}});
  attempt(run, "A.A", "pass");
  run.on("dut1");
  attempt(run, "A.B", "pass");
  (void)must(history.import(shelf.keep(run.done())));
  EXPECT_EQ(must(history.runs()).at(0).run.firmware, "1.0 + 1.1");
  EXPECT_EQ(must(history.trend("A.A")).at(0).run.firmware, "1.0");
  EXPECT_EQ(must(history.trend("A.B")).at(0).run.firmware, "1.1");
}

}  // namespace
}  // namespace attest::reports

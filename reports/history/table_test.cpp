#include "reports/history/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/record/schema/check.hpp"
#include "reports/history/history_testing.hpp"
#include "reports/history/tables.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using Kind = Column::Kind;

Table a_table() {
  return {"trend",
          "A.A",
          {{"run", Kind::count}, {"name"}, {"duration_ns", Kind::span_ns}, {"sure"}, {"why", Kind::tail}},
          {{7, "grün", 1'500'000, true, "said \"no\",\r\nthen nothing"}, {12, "", nullptr, false, ""}},
          "nothing"};
}

TEST(ATable, IsAlignedForPeople) {
  EXPECT_EQ(written(a_table(), Format::text),
            "run  name  duration  sure  why\n"
            "  7  grün    1.5 ms  yes   said \"no\",\\x0d then nothing\n"
            " 12  -            -  no    -\n");
}

TEST(ATable, WithoutRowsSaysSoToPeople) {
  auto empty = a_table();
  empty.rows.clear();
  EXPECT_EQ(written(empty, Format::text), "nothing\n");
  EXPECT_EQ(written(empty, Format::csv), "run,name,duration_ns,sure,why\r\n");
}

TEST(ATable, IsCsvAsTheStandardHasIt) {
  EXPECT_EQ(written(a_table(), Format::csv),
            "run,name,duration_ns,sure,why\r\n"
            "7,grün,1500000,true,\"said \"\"no\"\",\r\nthen nothing\"\r\n"
            "12,,,false,\r\n");
}

TEST(ATable, IsJsonWithASchemaVersion) {
  const auto json = nlohmann::json::parse(written(a_table(), Format::json));
  EXPECT_EQ(json["schema"], "attest-history-1");
  EXPECT_EQ(json["query"], "trend");
  EXPECT_EQ(json["subject"], "A.A");
  EXPECT_EQ(json["rows"][0]["duration_ns"], 1'500'000);
  EXPECT_EQ(json["rows"][1]["duration_ns"], nullptr);
}

TEST(ATable, CutsALongReasonForPeopleOnly) {
  auto table = a_table();
  table.rows[0][4] = std::string(5000, 'x');
  EXPECT_LT(written(table, Format::text).size(), 400U);
  EXPECT_GT(written(table, Format::csv).size(), 5000U);
}

TEST(AFormat, IsKnownByItsNameOrRefused) {
  EXPECT_EQ(must(format_named("csv")), Format::csv);
  EXPECT_THAT(format_named("xml").error().text(), AllOf(HasSubstr("xml"), HasSubstr("text, csv or json")));
}

/// One of each query, over a history with something of everything.
std::vector<Table> all_tables(History& history, const Shelf& shelf) {
  auto run = a_run_of(1, "1.0", {{"A.A", "pass"}, {"A.Gone", "pass"}});
  measure(run, "AT to OK", {1, 2, 3.5});
  run.put("measure", {{"name", "empty"}, {"unit", "ms"}, {"values", nlohmann::json::array()}});
  (void)must(history.import(shelf.keep(run)));
  auto next = a_run(2, "1.1", {"A.A", "A.New"});
  attempt(next, "A.A", "pass", 1);
  attempt(next, "A.A", "fail", 2);
  next.deviation("A.A", "size-in-brackets", "HC-10");
  const auto imported = must(history.import(shelf.keep(next)));
  return {import_table({{"record.jsonl", imported}}),
          runs_table(must(history.runs())),
          trend_table("A.A", must(history.trend("A.A"))),
          measurements_table(must(history.measurements())),
          measurement_table("AT to OK", must(history.measurement_trend("AT to OK"))),
          measurement_table("empty", must(history.measurement_trend("empty"))),
          first_bad_table("A.A", must(history.first_bad("A.A"))),
          flakes_table("", must(history.flakes("", true))),
          deviations_table(must(history.deviations())),
          changes_table(must(history.changes()))};
}

TEST(EveryAnswer, FitsTheSchemaThatShips) {
  const record::SchemaCheck check(history_schema());
  const Shelf shelf;
  auto history = shelf.open();
  for (const auto& table : all_tables(history, shelf)) {
    ASSERT_FALSE(table.rows.empty()) << table.query;
    for (const auto& row : table.rows) ASSERT_EQ(row.size(), table.columns.size()) << table.query;
    auto json = nlohmann::json::parse(written(table, Format::json));
    EXPECT_EQ(check.faults_of(json), "") << table.query << json;
    json["rows"][0]["colour"] = "green";
    EXPECT_NE(check.faults_of(json), "") << table.query;
    json["rows"] = nlohmann::json::array();
    EXPECT_EQ(check.faults_of(json), "") << table.query;
    json["query"] = "weather";
    EXPECT_NE(check.faults_of(json), "") << table.query;
  }
}

}  // namespace
}  // namespace attest::reports

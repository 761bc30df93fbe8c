#include "reports/html/history/history_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "harness/record/schema/check.hpp"
#include "reports/history/database.hpp"
#include "reports/history/history_testing.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using Json = nlohmann::json;

const record::SchemaCheck& check() {
  static const record::SchemaCheck one(history_page_schema());
  return one;
}

class HistoryPage : public Test {
 protected:
  void take(const std::vector<record::Script>& runs) { (void)import_all(history, shelf, runs); }
  Json data(const HistoryDataOptions& options = {}) {
    return must(history_data(history, "history.db", "2024-05-31T00:00:00Z", options));
  }
  Shelf shelf;
  History history = shelf.open();
};

/// A level of a measurement on that day, and something of everything.
record::Script a_day(int day, double level) {
  auto run = a_run(day, day < 13 ? "1.0" : "1.1", {"A.A", "A.B"});
  run.begin("A.A", {"HC-01"}).check("A.A", "HC-01", day < 13 ? "pass" : "fail");
  measure(run, "AT to OK", {level + day % 3, level + day % 3 + 1, level + day % 3 - 1}, "A.A");
  if (day % 13 == 0) run.deviation("A.A", "size-in-brackets", "HC-10");
  run.end("A.A");
  attempt(run, "A.B", day % 2 == 0 ? "pass" : "fail");
  return run.done();
}

std::vector<record::Script> a_month() {
  std::vector<record::Script> out;
  for (int day = 1; day <= 24; ++day) out.push_back(a_day(day, day < 13 ? 10 : 20));
  return out;
}

TEST_F(HistoryPage, FitsItsSchema) {
  EXPECT_EQ(check().faults_of(data()), "") << "with nothing in it";
  take(a_month());
  auto json = data();
  EXPECT_EQ(check().faults_of(json), "");
  for (const char* field : {"runs", "flakes", "deviations", "first_bad", "measurements", "firmwares"}) {
    ASSERT_FALSE(json[field].empty()) << field;
    auto wrong = json;
    wrong[field][0]["colour"] = "green";
    EXPECT_NE(check().faults_of(wrong), "") << field;
    wrong = json;
    wrong["left_out"].erase(field);
    EXPECT_NE(check().faults_of(wrong), "") << field;
  }
  for (const char* of_a_measurement : {"points", "changes"}) {
    ASSERT_FALSE(json["measurements"][0][of_a_measurement].empty());
    auto wrong = json;
    wrong["measurements"][0][of_a_measurement][0].erase("run");
    EXPECT_NE(check().faults_of(wrong), "") << of_a_measurement;
  }
  json["form"] = "run";
  EXPECT_NE(check().faults_of(json), "");
}

TEST_F(HistoryPage, HasTheRunsInTheOrderOfTime) {
  take(a_month());
  const auto json = data();
  ASSERT_EQ(json["runs"].size(), 24U);
  EXPECT_EQ(json["runs"][0]["began"], "2024-05-01T07:08:09Z");
  EXPECT_EQ(json["runs"][23]["firmware"], "1.1");
  EXPECT_EQ(json["runs"][23]["cases"],
            Json({{"none", 0}, {"pass", 1}, {"inconc", 0}, {"fail", 1}, {"error", 0}}));
  EXPECT_EQ(json["runs"][23]["complete"], true);
  EXPECT_EQ(json["history"], "history.db");
  EXPECT_EQ(json["made"], "2024-05-31T00:00:00Z");
}

TEST_F(HistoryPage, TellsWhereTheLevelOfAMeasurementHasShifted) {
  take(a_month());
  const auto one = data()["measurements"].at(0);
  EXPECT_EQ(one["case"], "A.A");
  EXPECT_EQ(one["of"], "p95");
  EXPECT_EQ(one["limit"], 50);
  ASSERT_EQ(one["points"].size(), 24U);
  EXPECT_EQ(one["points"][0]["median"], 11);
  EXPECT_EQ(one["points"][0]["least"], 10);
  EXPECT_EQ(one["points"][0]["most"], 12);
  ASSERT_EQ(one["changes"].size(), 1U);
  EXPECT_EQ(one["changes"][0]["run"], one["points"][12]["run"]);
  EXPECT_EQ(one["changes"][0]["before"], 11);
  EXPECT_EQ(one["changes"][0]["after"], 21);
}

TEST_F(HistoryPage, TellsOfDeviationsFirstBadRunsFlakesAndFirmwares) {
  take(a_month());
  const auto json = data();
  const auto run = [&](int day) { return json["runs"][static_cast<std::size_t>(day - 1)]["id"]; };
  EXPECT_EQ(json["deviations"][0], Json({{"id", "size-in-brackets"},
                                         {"requirement", "HC-10"},
                                         {"summary", "the size stands in brackets"},
                                         {"first", run(13)},
                                         {"latest", run(13)},
                                         {"before", run(12)},
                                         {"gone_since", run(14)},
                                         {"runs", 1}}));
  const auto& bad = json["first_bad"];
  EXPECT_EQ(bad[0], Json({{"id", "A.A"},
                          {"first_bad", run(13)},
                          {"latest_bad", run(24)},
                          {"fails", 12},
                          {"last_good", run(12)},
                          {"good_again", nullptr}}));
  EXPECT_EQ(bad.back()["id"], "A.B");
  EXPECT_EQ(bad.back()["good_again"], run(24));
  ASSERT_EQ(json["flakes"].size(), 2U);
  EXPECT_EQ(json["flakes"][0]["case"], "A.B");
  EXPECT_EQ(json["flakes"][0]["attempts"], 12);
  EXPECT_LT(json["flakes"][0]["low"], 0.5);
  ASSERT_EQ(json["firmwares"].size(), 2U);
  EXPECT_EQ(json["firmwares"][1]["newly_failing"], Json({"A.A"}));
  EXPECT_EQ(json["firmwares"][1]["medians"][0]["count"], 3);
}

TEST_F(HistoryPage, CountsWhatItLeavesOut) {
  take(a_month());
  const auto none = data()["left_out"];
  for (const auto& [field, left_out] : none.items()) EXPECT_EQ(left_out, 0) << field;
  auto more = a_run(25, "1.2", {"A.A"});
  more.begin("A.A", {"HC-01"}).check("A.A", "HC-01");
  for (const char* name : {"x", "y", "z"}) measure(more, name, {1, 2, 3});
  more.deviation("A.A", "size-in-brackets", "HC-12");
  take({more.end("A.A")});
  const auto json =
      data({.runs = 10, .flakes = 1, .deviations = 1, .first_bad = 2, .measurements = 2, .firmwares = 1});
  EXPECT_EQ(check().faults_of(json), "");
  for (const auto& [field, most] : std::map<std::string, std::size_t>{{"runs", 10},
                                                                      {"flakes", 1},
                                                                      {"deviations", 1},
                                                                      {"first_bad", 2},
                                                                      {"measurements", 2},
                                                                      {"firmwares", 1}})
    EXPECT_EQ(json[field].size(), most) << field;
  EXPECT_EQ(json["left_out"], Json({{"runs", 15},
                                    {"flakes", 1},
                                    {"deviations", 1},
                                    {"first_bad", 3},
                                    {"measurements", 2},
                                    {"firmwares", 2}}));
  EXPECT_EQ(json["runs"].back()["firmware"], "1.2") << "the latest are kept";
  EXPECT_EQ(json["deviations"][0]["requirement"], "HC-12") << "what is there still comes first";
  EXPECT_EQ(json["measurements"][0]["name"], "AT to OK") << "the one with the most points is kept";
  EXPECT_EQ(json["measurements"][0]["points"].size(), 9U);
  EXPECT_EQ(json["measurements"][1]["name"], "x");
  EXPECT_EQ(json["firmwares"][0]["firmware"], "1.1") << "1.2 has no complete run";
}

TEST_F(HistoryPage, HasNullWhereThereIsNoBudget) {
  auto run = a_run(1, "1.0", {"A.A"});
  run.put("measure", {{"device", "dut0"}, {"name", "time"}, {"unit", "ms"}, {"values", {1, 2}}});
  take({run.done()});
  const auto json = data();
  EXPECT_EQ(check().faults_of(json), "");
  for (const char* field : {"of", "limit", "u"})
    EXPECT_EQ(json["measurements"].at(0)[field], nullptr) << field;
}

TEST_F(HistoryPage, IsOfOneStateAtAnyMoment) {
  std::thread importer([this] {
    auto other = shelf.open();
    for (int hour = 0; hour < 80; ++hour) {
      auto run = a_day(13, hour);
      auto events = run.events();
      events.front().fields["wall"] = fmt::format("2024-06-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24);
      std::string lines;
      for (const auto& event : events) lines += record::to_line(event) + "\n";
      (void)must(other.import(shelf.keep(lines)));
    }
  });
  for (std::size_t runs = 0; runs < 80;) {
    const auto json = data();
    runs = json["runs"].size();
    if (runs == 0) continue;
    EXPECT_EQ(json["measurements"].at(0)["points"].size(), runs);
    EXPECT_EQ(json["deviations"].at(0)["runs"], runs);
    EXPECT_EQ(json["firmwares"].at(0)["runs"], runs);
  }
  importer.join();
}

TEST_F(HistoryPage, SeesOneStateWhileOthersImport) {
  take({a_day(1, 10)});
  const Snapshot before(history.database());
  EXPECT_EQ(data()["runs"].size(), 1U);
  auto other = shelf.open();
  (void)import_all(other, shelf, {a_day(2, 10), a_day(13, 10)});
  const auto json = data();
  EXPECT_EQ(json["runs"].size(), 1U);
  EXPECT_TRUE(json["deviations"].empty());
}

}  // namespace
}  // namespace attest::reports

#include "reports/json/result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/file.hpp"
#include "harness/record/schema/check.hpp"
#include "harness/record/testing.hpp"
#include "reports/schema/golden.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using record::Script;

spec::Judgement judged(const Script& script) {
  return spec::judge(script.events(), spec::Catalogue::embedded());
}

const record::SchemaCheck& check() {
  static const record::SchemaCheck one(result_schema());
  return one;
}

TEST(TheMadeUpRun, IsMadeOfEventsAsTheRecordHasThem) {
  const record::SchemaCheck line(record::schema());
  const auto run = made_up_run();
  for (const auto& event : run.events())
    EXPECT_EQ(line.faults_of(nlohmann::json::parse(record::to_line(event))), "") << event.type;
}

TEST(ResultJson, FitsItsSchemaWhateverTheRunWas) {
  EXPECT_EQ(check().faults_of(result_json(judged(made_up_run()))), "");
  EXPECT_EQ(check().faults_of(result_json(judged(Script()))), "");
  EXPECT_EQ(check().faults_of(result_json(judged(Script().run({{"A.A", {"ZZ-01"}}}).begin("A.A", {})))), "");
  EXPECT_EQ(check().faults_of(
                result_json(judged(Script().run({{"A.A", {"HC-01"}}}).end("A.A", "none").done("stopped")))),
            "");
}

TEST(ResultJson, ThatIsNotOneDoesNotFit) {
  const auto good = result_json(judged(made_up_run()));
  for (const auto& [key, value] : good.items()) {
    auto without = good;
    without.erase(key);
    EXPECT_NE(check().faults_of(without), "") << key;
  }
  auto wrong = good;
  wrong["cases"][0]["verdict"] = "ok";
  EXPECT_NE(check().faults_of(wrong), "");
  wrong = good;
  wrong["cases"][0]["colour"] = "green";
  EXPECT_NE(check().faults_of(wrong), "");
  wrong = good;
  wrong["run"]["exit"] = 2;
  EXPECT_NE(check().faults_of(wrong), "");
}

TEST(ResultJson, SaysOfTheRunWhatTheRecordSays) {
  const auto run = result_json(judged(made_up_run()))["run"];
  EXPECT_EQ(run["attest"], "0.1.0");
  EXPECT_EQ(run["seed"], 7238);
  EXPECT_EQ(run["devices"][0]["firmware"], "BK7238 AT 1.0");
  EXPECT_EQ(run["profile"]["name"], "bk7238");
  EXPECT_EQ(run["exit"], 1);
}

TEST(ResultJson, OfACaseHasAllThatItNeedsToBeUnderstood) {
  const auto cases = result_json(judged(made_up_run()))["cases"];
  const auto one = *std::find_if(cases.begin(), cases.end(),
                                 [](const auto& c) { return c["id"] == "HttpClientGet.DeliversTheBody"; });
  EXPECT_EQ(one, nlohmann::json::parse(R"({
    "id": "HttpClientGet.DeliversTheBody", "command": "HTTPCLIENT", "verdict": "fail", "blocked": false, "applicable": true,
    "requirements": ["HC-11", "HC-12"], "deviations": ["size-in-brackets"], "duration_ns": 5000000,
    "reason": "HC-11: the final result: owed \"hello\", got \"hell\"",
    "attempts": [{"number": 1, "device": "dut0", "verdict": "fail", "duration_ns": 5000000, "interrupted": false,
      "lost_bytes": false, "unexplained": [], "deviations": ["size-in-brackets"], "steps": ["GET a body of 5 bytes"],
      "reason": "HC-11: the final result: owed \"hello\", got \"hell\""}],
    "checks": [
      {"attempt": 1, "requirement": "HC-11", "verdict": "fail", "what": "the final result", "owed": "\"hello\"", "got": "\"hell\"", "exchange": 3},
      {"attempt": 1, "requirement": "HC-12", "verdict": "pass", "what": "the final result", "owed": "OK", "got": "OK", "exchange": 3}]
  })"));
}

TEST(ResultJson, ListsEveryRequirementAndEachDeviationOnce) {
  const auto result = result_json(judged(made_up_run()));
  EXPECT_EQ(result["requirements"].size(), 143U);
  ASSERT_EQ(result["deviations"].size(), 1U);
  EXPECT_EQ(result["deviations"][0]["requirement"], "HC-10");
  EXPECT_EQ(result["deviations"][0]["count"], 2);
  EXPECT_EQ(result["deviations"][0]["evidence"][0]["bytes"], "+HTTPCLIENT:(5),hello");
  EXPECT_EQ(result["counts"]["cases"]["pass"], 2);
  EXPECT_EQ(result["counts"]["cases"]["none"], 1);
}

TEST(ResultJson, IsTextEvenWhereTheRecordHasNone) {
  const auto json =
      result_json(judged(Script()
                             .run({{"A.A", {}}})
                             .begin("A.A", {})
                             .put("note", {{"case", "A.A"}, {"device", "dut0"}, {"text", "\xff"}})));
  EXPECT_NO_THROW((void)json.dump());
}

TEST(ResultJson, IsWrittenAsAWholeFile) {
  const TempDir folder;
  const auto judgement = judged(made_up_run());
  ASSERT_TRUE(write_result_json(judgement, folder.path() / "result.json"));
  EXPECT_EQ(nlohmann::json::parse(must(read_file(folder.path() / "result.json"))), result_json(judgement));
  EXPECT_FALSE(write_result_json(judgement, folder.path() / "no" / "result.json"));
}

TEST(ResultJson, SaysWhatIsNotApplicable) {
  const auto run = run_without_http_get_size();
  const auto result = result_json(spec::judge(run.events(), spec::Catalogue::embedded()));
  const auto& one = result.at("cases").at(1);
  EXPECT_EQ(one.at("applicable"), false);
  EXPECT_EQ(one.at("verdict"), "none");
  EXPECT_THAT(one.at("reason").get<std::string>(), HasSubstr("claims.commands"));
  for (const auto& requirement : result.at("requirements"))
    EXPECT_EQ(requirement.at("applicable"), requirement.at("id") != "GS-01") << requirement;
}

TEST(ResultJson, IsAsItIsKept) {
  const auto text = result_json(judged(made_up_run())).dump(1) + "\n";
  EXPECT_EQ(text, golden(ATTEST_SOURCE_DIR "/reports/json/golden/made_up_run.json", text));
}

}  // namespace
}  // namespace attest::reports

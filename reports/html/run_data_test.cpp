#include "reports/html/run_data.hpp"

#include <gtest/gtest.h>

#include "harness/record/schema/check.hpp"
#include "reports/html/made_record.hpp"
#include "reports/json/result.hpp"
#include "reports/schema/golden.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using record::Script;
using Json = nlohmann::json;

Json data_of(const Script& script, RunDataOptions options = {}) {
  const MadeRecord record(script);
  const auto reading = record.reading();
  options.made = "2024-05-06T08:00:00Z";
  return run_data(reading, reading.judge().result(), options);
}

const record::SchemaCheck& check() {
  static const record::SchemaCheck one(page_schema());
  return one;
}

TEST(RunData, FitsItsSchema) {
  const auto data = data_of(made_up_run());
  EXPECT_EQ(check().faults_of(data), "");
  EXPECT_EQ(record::SchemaCheck(result_schema()).faults_of(data["result"]), "");
  EXPECT_EQ(check().faults_of(data_of(Script().run({}))), "");
  auto wrong = data;
  wrong["latency"] = 1;
  EXPECT_NE(check().faults_of(wrong), "");
  wrong = data;
  wrong["form"] = "photograph";
  EXPECT_NE(check().faults_of(wrong), "");
}

TEST(RunData, TellsHowToRunACaseAgain) {
  Script run;
  run.run({}, {{"command",
                {"attest", "run", "--link", "virtual", "--select", "HC*", "-o", "x", "--quick", "--seed=3",
                 "-sGEN*", "-oother", "--personality", "slow", "--live", "--live-port", "80"}},
               {"seed", 77}});
  EXPECT_EQ(data_of(run)["again"],
            Json({"attest", "run", "--link", "virtual", "--personality", "slow", "--seed", "77"}));
  EXPECT_EQ(data_of(Script().run({}))["again"], Json({"attest", "run", "--seed", "0"}));
}

TEST(RunData, HasOfManyAttemptsThoseThatDidNotPass) {
  Script run;
  run.run({{"A.A", {"GEN-01"}}});
  for (int i = 1; i <= 120; ++i) {
    run.begin("A.A", {"GEN-01"}, i).check("A.A", "GEN-01", i == 3 ? "fail" : "pass");
    run.end("A.A", i == 3 ? "fail" : "pass");
  }
  const auto data = data_of(run.done());
  const auto& attempts = data["result"]["cases"][0]["attempts"];
  ASSERT_EQ(attempts.size(), kAttemptsShown);
  EXPECT_EQ(attempts[0]["number"], 3);
  EXPECT_EQ(attempts[0]["verdict"], "fail");
  EXPECT_EQ(attempts.back()["number"], 120);
  EXPECT_EQ(data["attempts_left_out"], Json({{"A.A", 70}}));
  EXPECT_EQ(check().faults_of(data), "");
}

TEST(RunData, TellsThroughputBySizeWithTheLinesRate) {
  Script run;
  run.run({}, {{"options", {{"baud", 115200}}}});
  run.put("device", {{"device", "dut0"}, {"link", "serial:/dev/ttyUSB0?baud=9600"}, {"virtual", false}});
  const auto measure = [&](const char* name, const char* unit) {
    run.put("measure", {{"name", name},
                        {"requirement", "HC-52"},
                        {"unit", unit},
                        {"values", {700, 710}},
                        {"device", "dut0"},
                        {"case", "T.A"}});
  };
  measure("GET of 4096 bytes", "B/s");
  measure("GET of 4096 bytes at 921600 baud", "B/s");
  measure("GET of 4096 bytes: of the line rate", "1");
  measure("OTA: download", "B/s");
  measure("GET of many bytes", "B/s");
  const auto found = data_of(run)["throughput"];
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], Json({{"what", "GET"},
                            {"bytes", 4096},
                            {"baud", nullptr},
                            {"line_rate", 960.0},
                            {"values", {700.0, 710.0}},
                            {"case", "T.A"}}));
  EXPECT_EQ(found[1]["baud"], 921600);
  EXPECT_EQ(found[1]["line_rate"], 92160.0);
}

TEST(RunData, ComparesCaseByCase) {
  Script before, now;
  before.run({{"A.A", {}}, {"A.B", {}}, {"A.C", {}}}).passing("A.A", {"GEN-01"}).passing("A.B", {"GEN-01"});
  before.passing("A.C", {"GEN-01"}).done();
  now.run({{"A.A", {}}, {"A.B", {}}, {"A.D", {}}}).passing("A.A", {"GEN-01"});
  now.begin("A.B", {"GEN-01"}).check("A.B", "GEN-01", "fail").end("A.B", "fail").passing("A.D", {"GEN-01"});
  const auto& catalogue = spec::Catalogue::embedded();
  const Json decision{{"outcome", "no go"}, {"reasons", Json::array()}, {"compared", Json::array()}};
  const auto found = comparison_json(decision, spec::judge(before.events(), catalogue),
                                     spec::judge(now.events(), catalogue), "old", "release");
  EXPECT_EQ(found["changed"], Json({{{"case", "A.B"}, {"was", "pass"}, {"now", "fail"}},
                                    {{"case", "A.C"}, {"was", "pass"}, {"now", nullptr}},
                                    {{"case", "A.D"}, {"was", nullptr}, {"now", "pass"}}}));
  EXPECT_EQ(check().faults_of(data_of(made_up_run(), {.comparison = found})), "");
}

TEST(RunData, IsUtf8WhateverTheDeviceSaid) {
  Script run;
  run.run({{"A.A", {}}}).begin("A.A", {}).step("A.A", "\xff\xfe").end("A.A");
  run.put("device", {{"device", "dut0"}, {"link", "\xc3"}, {"firmware", to_latin1_json("\xff\x1b[2J")}});
  EXPECT_NO_THROW((void)data_of(run).dump());
}

TEST(RunData, IsAsItIsKept) {
  auto data = data_of(made_up_run());
  data.erase("catalogue");  // as fixtures has them
  data.erase("errata");
  data.erase("result");  // has a golden file of its own
  const auto text = data.dump(1) + "\n";
  EXPECT_EQ(text, golden(ATTEST_SOURCE_DIR "/reports/html/golden/made_up_run.json", text));
}

}  // namespace
}  // namespace attest::reports

#include "reports/ctrf/ctrf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/record/schema/check.hpp"
#include "reports/schema/golden.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using record::Script;
using Json = nlohmann::json;

Json ctrf_of(const Script& script) {
  return ctrf_json(spec::judge(script.events(), spec::Catalogue::embedded()));
}

const record::SchemaCheck& check() {
  static const record::SchemaCheck one(ctrf_schema());
  return one;
}

TEST(Ctrf, IsAsItIsKept) {
  const auto text = ctrf_of(made_up_run()).dump(1) + "\n";
  EXPECT_EQ(text, golden(ATTEST_SOURCE_DIR "/reports/ctrf/golden/made_up_run.json", text));
}

TEST(Ctrf, FitsItsSchemaWhateverTheRunWas) {
  EXPECT_EQ(check().faults_of(ctrf_of(made_up_run())), "");
  EXPECT_EQ(check().faults_of(ctrf_of(Script())), "");
  EXPECT_EQ(check().faults_of(ctrf_of(run_without_http_get_size())), "");
  auto wrong = ctrf_of(made_up_run());
  wrong["results"]["tests"][0]["status"] = "green";
  EXPECT_NE(check().faults_of(wrong), "");
  wrong = ctrf_of(made_up_run());
  wrong["results"]["tests"][0]["duration"] = 1.5;
  EXPECT_NE(check().faults_of(wrong), "");
}

TEST(Ctrf, CountsWhatItHolds) {
  const auto results = ctrf_of(made_up_run())["results"];
  std::map<std::string, int> counts;
  for (const auto& one : results["tests"]) ++counts[one["status"].get<std::string>()];
  for (const auto* status : {"passed", "failed", "skipped", "pending", "other"})
    EXPECT_EQ(results["summary"][status], counts[status]) << status;
  EXPECT_EQ(results["summary"]["tests"], results["tests"].size());
  EXPECT_EQ(results["summary"]["start"], 1714979289000);
}

TEST(Ctrf, IsNeverGreenWhereTheRunIsNot) {
  Script undecided;
  undecided.run({{"A.A", {"HC-11"}}})
      .begin("A.A", {"HC-11"})
      .check("A.A", "HC-11", "inconc")
      .end("A.A", "inconc")
      .done();
  const auto results = ctrf_of(undecided)["results"];
  EXPECT_EQ(results["summary"]["other"], 1);
  EXPECT_EQ(results["summary"]["failed"], 1);
  EXPECT_EQ(results["tests"].back()["name"], "run");
  Script good;
  good.run({{"A.A", {"HC-11"}}}).passing("A.A", {"HC-11"}).done();
  EXPECT_EQ(ctrf_of(good)["results"]["summary"]["failed"], 0);
}

TEST(Ctrf, NamesEachFirmwareOnce) {
  Script run;
  run.run({});
  for (const auto* firmware : {"1.10", "1.1", "1.10"})
    run.put("device", {{"device", firmware}, {"link", "x"}, {"firmware", firmware}});
  EXPECT_EQ(ctrf_of(run)["results"]["environment"]["appVersion"], "1.10 + 1.1");
}

TEST(Ctrf, TellsAFlakyCase) {
  Script run;
  run.run({{"A.A", {"HC-11"}}}).passing("A.A", {"HC-11"});
  run.begin("A.A", {"HC-11"}, 2).check("A.A", "HC-11", "fail").end("A.A", "fail").done();
  const auto test = ctrf_of(run)["results"]["tests"][0];
  EXPECT_EQ(test["flaky"], true);
  EXPECT_EQ(test["retries"], 1);
  EXPECT_EQ(test["status"], "failed");
}

TEST(Ctrf, IsInertWhateverTheDeviceSaid) {
  const std::string evil = "</script>\x1b[2J\xff\xe2\x80\xae" + std::string(1 << 20, 'A');
  Script run;
  run.run({{evil, {evil}}})
      .put("device", {{"device", evil}, {"link", evil}, {"firmware", to_latin1_json(evil)}})
      .begin(evil, {"GEN-01", evil})
      .check(evil, evil, "fail", evil, evil)
      .deviation(evil, evil, evil, evil)
      .end(evil, "fail", evil)
      .done();
  const auto json = ctrf_of(run);
  EXPECT_EQ(check().faults_of(json), "");
  const auto text = json.dump();
  EXPECT_LT(text.size(), 80'000U);
  for (const auto* raw : {"\x1b", "\\u001b", "\xe2\x80\xae"}) EXPECT_THAT(text, Not(HasSubstr(raw)));
}

}  // namespace
}  // namespace attest::reports

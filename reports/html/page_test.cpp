#include "reports/html/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/html/made_record.hpp"
#include "reports/html/run_data.hpp"
#include "reports/schema/golden.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using record::Script;

struct Written {
  std::string page;
  PageWritten sum;
};

Written written(const Script& script, std::uint64_t budget = std::uint64_t{24} << 20) {
  const MadeRecord record(script);
  const auto reading = record.reading();
  const auto out = record.folder() / "report.html";
  const auto sum =
      must(write_page(reading, reading.judge().result(), out, {.made = "now", .timeline_budget = budget}));
  return {must(read_file(out)), sum};
}

TEST(ThePage, IsOneFileThatAsksForNothing) {
  const auto page = written(made_up_run()).page;
  EXPECT_THAT(page, StartsWith("<!doctype html>"));
  EXPECT_THAT(page, HasSubstr("<title>attest: BK7238 AT 1.0, 2024-05-06T07:08:09Z</title>"));
  for (const auto* outside : {"src=\"", "href=\"http", "@import", "url(http"})
    EXPECT_THAT(page, Not(HasSubstr(outside)));
}

TEST(ThePage, HoldsItsDataAndTheTimelines) {
  const auto [page, sum] = written(made_up_run());
  const auto data = nlohmann::json::parse(script_of(page, "data"));
  EXPECT_EQ(data["schema"], kPageSchema);
  EXPECT_EQ(data["timelines"]["kept"], sum.timelines);
  EXPECT_EQ(sum.timelines, 5U);
  for (const auto& one : data["timelines"]["attempts"]) {
    const auto lines =
        nlohmann::json::parse(script_of(page, "timeline-" + std::to_string(one["key"].get<int>())));
    EXPECT_EQ(lines[0]["case"], one["case"]);
    EXPECT_EQ(lines.back()["t"], one["end_ns"]);
  }
}

TEST(ThePage, CanBeReadWithoutScripts) {
  const auto part = static_part(spec::judge(made_up_run().events(), spec::Catalogue::embedded()));
  EXPECT_THAT(part, HasSubstr("size-in-brackets"));
  EXPECT_THAT(part, HasSubstr("<b>fail</b> HttpClientGet.DeliversTheBody"));
  EXPECT_THAT(part, HasSubstr("the device was silent for 30 s. look at its power"));
  EXPECT_THAT(part, HasSubstr("<tr><th scope=\"row\">cases</th>"));
  EXPECT_THAT(written(made_up_run()).page, HasSubstr(part));
}

TEST(ThePage, LeavesOutTimelinesThatPassedFirst) {
  Script run;
  run.run({{"A.A", {}}, {"A.B", {}}, {"A.C", {}}}).passing("A.A", {"GEN-01"}).passing("A.B", {"GEN-01"});
  run.begin("A.C", {"GEN-01"}).check("A.C", "GEN-01", "fail").end("A.C", "fail").done();
  const auto [page, sum] = written(run, 350);
  EXPECT_EQ(sum.timelines_left_out, 2U);
  EXPECT_EQ(script_of(page, "timeline-0"), "");
  EXPECT_NE(script_of(page, "timeline-2"), "");
  const auto attempts = nlohmann::json::parse(script_of(page, "data"))["timelines"]["attempts"];
  EXPECT_EQ(attempts[0]["kept"], false);
  EXPECT_EQ(attempts[2]["kept"], true);
}

TEST(ThePage, IsInertWhateverTheDeviceSaid) {
  const std::string evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
  Script run;
  run.run({{evil, {}}}).put("device", {{"device", "dut0"}, {"link", evil}, {"firmware", evil}});
  run.begin(evil, {"GEN-01"}).check(evil, "GEN-01", "fail", evil, evil).deviation(evil, evil, "HC-10", evil);
  run.unexplained(evil, evil).end(evil, "fail", evil).done();
  const auto page = written(run).page;
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_EQ(nlohmann::json::parse(script_of(page, "data"))["result"]["cases"][0]["id"], evil);
}

TEST(ThePage, TellsOfAFolderThatIsNotThere) {
  const MadeRecord record(made_up_run());
  const auto reading = record.reading();
  EXPECT_FALSE(write_page(reading, reading.judge().result(), record.folder() / "no" / "report.html", {}));
}

TEST(ThePage, IsAsItIsKeptWhereItNeedsNoScripts) {
  const auto part = static_part(spec::judge(made_up_run().events(), spec::Catalogue::embedded()));
  EXPECT_EQ(part, golden(ATTEST_SOURCE_DIR "/reports/html/golden/made_up_run.html", part));
}

}  // namespace
}  // namespace attest::reports

#include "reports/html/timelines.hpp"

#include <gtest/gtest.h>

#include "reports/html/made_record.hpp"

namespace attest::reports {
namespace {
using record::Script;

nlohmann::json timeline(const MadeRecord& record, const AttemptLines& attempt, const Limits& limits = {}) {
  std::string out;
  must(copy_timeline(record.path(), attempt, limits, [&](std::string_view piece) { out += piece; }));
  return nlohmann::json::parse(out);
}

std::string types_of(const nlohmann::json& timeline) {
  std::string out;
  for (const auto& one : timeline) out += one.at("e").get<std::string>() + " ";
  return out;
}

Script two_devices() {
  Script run;
  run.run({{"A.A", {"GEN-01"}}, {"A.B", {"GEN-01"}}});
  run.on("dut0").begin("A.A", {"GEN-01"});
  run.on("dut1").begin("A.B", {"GEN-01"}).step("A.B", "of B");
  run.on("dut0").step("A.A", "of A");
  run.put("tape", {{"device", "dut0"}, {"part", "case"}});
  run.on("dut1").end("A.B").step("A.B", "between cases");
  run.on("dut0").end("A.A");
  return run.on("dut0").passing("A.A", {"GEN-01"}, 2).done();
}

TEST(Timelines, AreOfOneAttemptOnItsDevice) {
  const MadeRecord record(two_devices());
  const auto reading = record.reading();
  const auto& attempts = reading.timelines().attempts();
  ASSERT_EQ(attempts.size(), 3U);
  EXPECT_EQ(attempts[1].case_id, "A.B");
  EXPECT_EQ(attempts[2].number, 2);
  EXPECT_EQ(types_of(timeline(record, attempts[0])), "case.begin step case.end ");
  EXPECT_EQ(types_of(timeline(record, attempts[1])), "case.begin step case.end ");
  EXPECT_EQ(types_of(timeline(record, attempts[2])), "case.begin check case.end ");
  EXPECT_EQ(timeline(record, attempts[0])[1]["text"], "of A");
  EXPECT_EQ((attempts[0].end - attempts[0].begin).count(), 7'000'000);
}

TEST(Timelines, AreWithoutTheHashesOfTheirLines) {
  auto lines = lines_of(two_devices());
  for (std::size_t at = 0; (at = lines.find("}\n", at)) != std::string::npos; at += 12)
    lines.insert(at, R"(,"h":"abcd")");
  const MadeRecord record(lines);
  const auto reading = record.reading();
  for (const auto& event : timeline(record, reading.timelines().attempts()[0])) {
    EXPECT_FALSE(event.contains("h")) << event;
    EXPECT_TRUE(event.contains("case"));
  }
}

TEST(Timelines, EndNoScriptElement) {
  Script run;
  run.run({{"A.A", {}}}).begin("A.A", {}).step("A.A", "</script><script>alert(1)</script>").end("A.A");
  const MadeRecord record(run);
  const auto reading = record.reading();
  std::string text;
  must(copy_timeline(record.path(), reading.timelines().attempts()[0], {},
                     [&](std::string_view piece) { text += piece; }));
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(text)[1]["text"], "</script><script>alert(1)</script>");
}

TEST(Timelines, OfALongAttemptAreItsBeginAndItsEnd) {
  Script run;
  run.run({{"A.A", {}}}).begin("A.A", {});
  for (int i = 0; i < 1000; ++i) run.step("A.A", std::to_string(i));
  const MadeRecord record(run.end("A.A"));
  const auto reading = record.reading();
  const auto found = timeline(record, reading.timelines().attempts()[0], {.begin = 4000, .end = 1000});
  EXPECT_LT(found.size(), 100U);
  EXPECT_EQ(found.front()["e"], "case.begin");
  EXPECT_EQ(found[1]["text"], "0");
  EXPECT_EQ(found.back()["e"], "case.end");
}

TEST(Timelines, GrowWithTheRecord) {
  const auto all = lines_of(two_devices());
  const auto half = all.find("\n", all.size() / 2) + 1;
  const MadeRecord record(all.substr(0, half - 10));  // within a line
  auto reading = record.reading();
  const auto before = reading.timelines().attempts().size();
  EXPECT_LT(before, 3U);
  record.add(all.substr(half - 10));
  must(reading.advance());
  ASSERT_EQ(reading.timelines().attempts().size(), 3U);
  EXPECT_EQ(types_of(timeline(record, reading.timelines().attempts()[0])), "case.begin step case.end ");
  EXPECT_EQ(reading.judge().result().cases.size(), 2U);
}

TEST(Timelines, TellOfARecordThatWasCutMeanwhile) {
  const MadeRecord record(two_devices());
  const auto reading = record.reading();
  std::filesystem::resize_file(record.path(), 100);
  EXPECT_FALSE(copy_timeline(record.path(), reading.timelines().attempts()[2], {}, [](std::string_view) {}));
}

}  // namespace
}  // namespace attest::reports

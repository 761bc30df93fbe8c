// What a lab keeps, and that nights without number need no more memory than one.
#include "tools/job/night.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "harness/record/writer.hpp"
#include "reports/history/history.hpp"
#include "tools/job/outputs.hpp"
#include "tools/job/replaying.hpp"

namespace attest::job {
namespace {
using namespace std::chrono_literals;
using namespace testing;
namespace fs = std::filesystem;

class NightsTest : public Test {
 protected:
  fs::path night(const Nights& nights, const std::string& utc, const char* outcome) {
    const auto out = nights.next(utc);
    fs::create_directories(out);
    if (*outcome != '\0') std::ofstream(out / "decision.json") << R"({"outcome": ")" << outcome << "\"}";
    return out;
  }
  static std::vector<std::string> names(const std::vector<fs::path>& all) {
    std::vector<std::string> out;
    for (const auto& one : all) out.push_back(one.filename().string());
    return out;
  }
  TempDir dir_{"attest-nights"};
};

TEST_F(NightsTest, AreOneAtATime) {
  const auto first = must(Nights::open(dir_.path() / "lab"));
  const auto second = Nights::open(dir_.path() / "lab");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::bench);
  EXPECT_TRUE(Nights::open(dir_.path() / "other lab"));
}

TEST_F(NightsTest, OfOneSecondDoNotMeet) {
  const auto nights = must(Nights::open(dir_.path()));
  EXPECT_NE(night(nights, "2026-01-01T00:00:00Z", "go"), night(nights, "2026-01-01T00:00:00Z", "go"));
  EXPECT_THAT(nights.all(), SizeIs(2));
}

TEST_F(NightsTest, KnowTheLastGoodOneBeforeAnother) {
  const auto nights = must(Nights::open(dir_.path()));
  const auto good = night(nights, "2026-01-01T00:00:00Z", "go");
  night(nights, "2026-01-02T00:00:00Z", "no go");
  const auto now = night(nights, "2026-01-03T00:00:00Z", "go");
  EXPECT_EQ(nights.last_good(now), good);
  EXPECT_EQ(nights.last_good(good), std::nullopt);
}

TEST_F(NightsTest, KeepTheLatestWhatFailedAndTheLastGoodOne) {
  const auto nights = must(Nights::open(dir_.path()));
  night(nights, "2026-01-01T00:00:00Z", "go");
  night(nights, "2026-01-02T00:00:00Z", "undecided");
  night(nights, "2026-01-03T00:00:00Z", "");  // cut off: no decision came of it
  night(nights, "2026-01-04T00:00:00Z", "go");
  night(nights, "2026-01-05T00:00:00Z", "no go");
  night(nights, "2026-01-06T00:00:00Z", "no go");
  const auto removed = must(nights.prune({.latest = 2, .failed = 1}));
  EXPECT_THAT(names(removed), UnorderedElementsAre("2026-01-01T00-00-00Z", "2026-01-02T00-00-00Z"));
  EXPECT_THAT(names(nights.all()), ElementsAre("2026-01-03T00-00-00Z", "2026-01-04T00-00-00Z",
                                               "2026-01-05T00-00-00Z", "2026-01-06T00-00-00Z"));
}

TEST_F(NightsTest, LeadToTheLatest) {
  const auto nights = must(Nights::open(dir_.path()));
  const auto first = night(nights, "2026-01-01T00:00:00Z", "go"),
             second = night(nights, "2026-01-02T00:00:00Z", "go");
  must(nights.point_to(first));
  must(nights.point_to(second));
  EXPECT_EQ(fs::canonical(dir_.path() / "latest"), fs::canonical(second));
}

TEST(Rounds, AreMadeUntilTheTimeIsOverAndAtLeastOnce) {
  FakeClock clock;
  const auto minute = [&](std::size_t) {
    clock.advance(1min);
    return true;
  };
  EXPECT_EQ(rounds(clock, 10min, minute), 10U);
  EXPECT_EQ(rounds(clock, 0min, minute), 1U);
  EXPECT_EQ(rounds(clock, 10min, [&](std::size_t number) { return minute(number) && number < 3; }), 3U);
}

/// One round's record, as a host writes it.
void write_round(const fs::path& out, std::size_t number, const Clock& clock) {
  const auto writer =
      must(record::FileWriter::create(out / "record.jsonl", record::FileWriter::Durability::written));
  auto plan = nlohmann::json::array();
  for (int i = 0; i < 40; ++i)
    plan.push_back({{"case", "A.B" + std::to_string(i)}, {"requirements", {"HC-01"}}, {"attempt", 1}});
  const auto put = [&](const char* type, nlohmann::json fields) {
    writer->append({clock.now(), type, std::move(fields)});
  };
  put("run.begin", {{"schema", record::kSchema},
                    {"attest", "1"},
                    {"wall", "2026-01-02T03:04:05Z"},
                    {"seed", number},
                    {"plan", plan}});
  put("device", {{"device", "dut0"}, {"link", "x"}, {"virtual", true}, {"firmware", "1"}});
  for (const auto& step : plan) {
    const auto id = step["case"];
    put("case.begin", {{"device", "dut0"}, {"case", id}, {"attempt", 1}, {"requirements", {"HC-01"}}});
    for (int i = 0; i < 50; ++i)
      put("rx", {{"device", "dut0"}, {"case", id}, {"begin", i}, {"bytes", std::string(200, 'x')}});
    put("check", {{"device", "dut0"},
                  {"case", id},
                  {"requirement", "HC-01"},
                  {"verdict", "pass"},
                  {"what", "w"},
                  {"owed", "o"},
                  {"got", "g"}});
    put("case.end", {{"device", "dut0"}, {"case", id}, {"verdict", "pass"}, {"reason", ""}});
  }
  put("run.end", {{"reason", "done"}, {"cases", 40}});
  writer->flush();
}

TEST_F(NightsTest, OfEightHoursNeedNoMoreThanTheFirstOnes) {
  const auto nights = must(Nights::open(dir_.path()));
  FakeClock clock;
  std::vector<Held> held;
  const auto count = rounds(clock, 8h, [&](std::size_t number) {
    const auto out = nights.next("2026-01-01T00:00:00Z");
    must(prepare_folder(out));
    write_round(out, number, clock);
    const auto judgement = read_sound_record(out / "record.jsonl").judgement();
    EXPECT_EQ(judgement.exit_code, 0);
    must(write_reports(judgement, out));
    must(must(reports::History::open(nights.history(), reports::History::Access::write))
             .import(out / "record.jsonl"));
    std::ofstream(out / "decision.json") << R"({"outcome": "go"})";
    (void)must(nights.prune({.latest = 3, .failed = 3}));
    clock.advance(100s);
    held.push_back(held_now());
    return true;
  });
  EXPECT_EQ(count, 288U);
  EXPECT_THAT(nights.all(), SizeIs(3));
  // The first rounds fill caches and the allocator's lists.
  const auto& warm = held[20];
  EXPECT_EQ(held.back().descriptors, warm.descriptors);
  EXPECT_LT(static_cast<double>(held.back().memory), 1.25 * static_cast<double>(warm.memory));
}

}  // namespace
}  // namespace attest::job

// A serial port that is pulled out in the middle and comes back under another name: the case that it hit is
// inconc, nothing is accused, nothing passes for it, and the device goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "harness/record/reader.hpp"
#include "suites/self/support/plug.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using record::text_of;

/// Of a device that is in a hurry, and of what is waited for it.
const std::vector<std::string> kDevice{"--http-timeout-ms=700", "--data-timeout-ms=400", "--boot-ms=50",
                                       "--join-ms=50"};
const std::vector<std::string> kRun{"--set",     "facts.ports_in_urls=true",
                                    "--set",     "deadlines.network=3s",
                                    "--set",     "deadlines.network_up=200ms",
                                    "--set",     "deadlines.data_wait=3s",
                                    "--set",     "deadlines.quiet=10ms",
                                    "--set",     "deadlines.line_gap=60ms",
                                    "--exclude", "CWSTARTSMART",
                                    "--exclude", "CWSTOPSMART",
                                    "--exclude", "OTA",
                                    "--exclude", "level:measure",
                                    "--quiet"};

class Replugged : public Test {
 protected:
  RunResult run_on(const Plug& plug, std::vector<std::string> more) {
    std::vector<std::string> arguments{"--link", plug.link(), "--keys", (dir_.path() / "keys").string()};
    arguments.insert(arguments.end(), kRun.begin(), kRun.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return attest_run(arguments, run());
  }
  [[nodiscard]] std::filesystem::path run() const { return dir_.path() / "run"; }

  struct Told {
    int gaps = 0, opened = 0;
    std::map<std::string, int> verdicts;
    std::string ended;
    std::vector<std::string> cut;  ///< verdicts of the cases that a gap hit, as their case.end has them
  };
  [[nodiscard]] Told told() const {
    Told out;
    bool hit = false;
    must(record::read(run() / "record.jsonl", [&](record::Event&& event) {
      if (event.type == "case.begin") hit = false;
      if (event.type == "gap") {
        ++out.gaps;
        hit = true;
      }
      if (event.type == "device") ++out.opened;
      if (event.type == "run.end") out.ended = text_of(event, "reason");
      if (event.type != "case.end") return;
      ++out.verdicts[text_of(event, "verdict")];
      if (std::exchange(hit, false)) out.cut.push_back(text_of(event, "verdict"));
    }));
    return out;
  }
  TempDir dir_{"attest-replug"};
};

TEST_F(Replugged, OnceItIsFoundUnderItsNameAndGoesOn) {
  const Plug plug(3, {.count = 1, .least = 3000, .most = 4000}, kDevice);
  const auto run = run_on(plug, {"--quick"});
  EXPECT_EQ(plug.pulled(), 1);
  const auto seen = told();
  EXPECT_EQ(seen.gaps, 1) << run.said.out;
  EXPECT_EQ(seen.opened, 2);
  EXPECT_EQ(seen.ended, "done");
  EXPECT_THAT(seen.cut, ElementsAre("inconc"));
  int broken = 0;  // others need what this bench has not
  for (const auto& one : run.result.at("cases"))
    broken += one.at("verdict") == "inconc" &&
              one.at("reason").get<std::string>().find("broke") != std::string::npos;
  EXPECT_EQ(broken, 1) << run.said.out;
  EXPECT_THAT(run.requirements("fail"), IsEmpty());
  EXPECT_EQ(run.said.exit, 3) << "one case has said nothing";
}

TEST_F(Replugged, AndNeverSeenAgainIsABenchFaultWithinAMinute) {
  const Plug plug(
      5, {.count = 1, .least = 3000, .most = 4000, .away_least_ms = 600'000, .away_most_ms = 600'000},
      kDevice);
  const auto begin = steady_clock().now();
  const auto run = run_on(plug, {"--quick"});
  EXPECT_LT(steady_clock().now() - begin, 60s);
  EXPECT_EQ(run.said.exit, 3);
  EXPECT_THAT(run.said.out, HasSubstr("did not come back"));
  EXPECT_THAT(run.requirements("fail"), IsEmpty());
  EXPECT_FALSE(run.cases("none").empty()) << "what could not be run is blocked";
}

TEST_F(Replugged, AHundredTimesGivesNoWrongVerdict) {
  const Plug plug(7, {.count = 100}, kDevice);
  const auto run = run_on(plug, {"--quick", "--repeat", "12"});
  const auto seen = told();
  EXPECT_EQ(plug.pulled(), 100) << "the plan was over before";
  EXPECT_EQ(run.said.exit, 3);
  EXPECT_THAT(run.requirements("fail"), IsEmpty()) << run.said.out;
  EXPECT_THAT(run.cases("fail"), IsEmpty());
  EXPECT_EQ(seen.verdicts.count("fail") + seen.verdicts.count("error"), 0U) << run.said.out;
  EXPECT_EQ(seen.ended, "done") << "it was found again each time";
  EXPECT_GT(seen.gaps, 30) << "most pulls are in a case, some between two or while it is opened";
  EXPECT_THAT(seen.cut, Each("inconc"));
  EXPECT_GT(seen.verdicts.at("pass"), 100);
}

/// A fault that the device has is not hidden by it: it never passes.
TEST_F(Replugged, AgainAndAgainMakesNoPassOfAFault) {
  auto options = kDevice;
  options.insert(options.end(), {"--personality", "size-in-brackets"});
  const Plug plug(11, {.count = 10}, options);
  const auto run = run_on(plug, {"--select", "HTTPCLIENT", "--select", "quick"});
  EXPECT_EQ(plug.pulled(), 10);
  EXPECT_NE(run.said.exit, 0);
  EXPECT_FALSE(run.requirements("pass").contains("HC-10")) << run.said.out;
  EXPECT_TRUE(run.requirements("fail").contains("HC-10")) << run.said.out;
}

}  // namespace
}  // namespace attest::self

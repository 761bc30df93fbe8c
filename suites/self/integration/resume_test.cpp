// Runs that did not come to their end, gone on with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <map>
#include <set>

#include "harness/base/random.hpp"
#include "harness/record/chain.hpp"
#include "harness/record/reader.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using record::text_of;
namespace fs = std::filesystem;

class Resumed : public Test {
 protected:
  struct Told {
    std::map<std::string, std::vector<std::string>> verdicts;  ///< by case: of its case.end events
    std::vector<std::string> begun;                            ///< cases, as they began
    std::vector<std::string> first_plan;
    bool in_order = true;  ///< no time is before the one before it
    std::string ended;
  };
  [[nodiscard]] Told told() const {
    Told out;
    std::int64_t last = 0;
    must(record::read(folder() / "record.jsonl", [&](record::Event&& event) {
      if (event.type == "run.begin") {
        out.in_order = out.in_order && event.at.ns() >= last;
        if (out.first_plan.empty())
          for (const auto& step : event.fields.at("plan")) out.first_plan.push_back(step.at("case"));
      }
      last = event.at.ns();
      const auto id = text_of(event, "case");
      if (event.type == "case.begin") out.begun.push_back(id);
      if (event.type == "case.end") out.verdicts[id].push_back(text_of(event, "verdict"));
      if (event.type == "run.end") out.ended = text_of(event, "reason");
    }));
    return out;
  }
  [[nodiscard]] fs::path folder() const { return dir_.path() / "run"; }

  [[nodiscard]] std::vector<std::string> first() const {
    return {built("attest"), "run",    "--out",   folder().string(), "--quick",
            "--hurry",       "--baud", "0",       "--devices",       "1",
            "--seed",        "42",     "--quiet", "--keys",          (dir_.path() / "keys").string()};
  }
  [[nodiscard]] std::vector<std::string> again(std::vector<std::string> more = {}) const {
    std::vector<std::string> argv{built("attest"), "run", "--resume", folder().string(), "--quiet"};
    argv.insert(argv.end(), more.begin(), more.end());
    return argv;
  }
  /// Starts it, lets it run for so long, kills it. Whether it was still running then.
  bool killed_after(const std::vector<std::string>& argv, Nanos span) {
    auto run = must(Subprocess::start(argv, {.pipe_stdin = false,
                                             .pipe_stdout = false,
                                             .quiet_stderr = true,
                                             .pass_fds = {},
                                             .environment = {}}));
    const auto status = run.wait(Deadline::in(steady_clock(), span));
    if (status) return false;
    run.signal(SIGKILL);
    (void)run.wait(Deadline::in(steady_clock(), 20s));
    return true;
  }
  TempDir dir_{"attest-resume"};
};

/// What has a verdict keeps it: no case of this device is run twice but the one that was interrupted.
TEST_F(Resumed, KilledAtFiftyInstantsLosesNoFinishedVerdict) {
  Random random(1);
  int kills = 0;
  std::map<std::string, std::vector<std::string>> before;
  std::vector<std::string> argv = first();
  for (int tries = 0; kills < 50 && tries < 200; ++tries) {
    const bool cut = killed_after(argv, std::chrono::milliseconds(150 + random.below(900)));
    if (!fs::exists(folder() / "record.jsonl")) continue;  // it had not begun
    kills += cut ? 1 : 0;
    const auto now = told();
    for (const auto& [id, verdicts] : before) {
      ASSERT_TRUE(now.verdicts.contains(id)) << id << " was lost";
      ASSERT_EQ(now.verdicts.at(id), verdicts) << id << " had a verdict";
    }
    before = now.verdicts;
    if (!cut) {  // it has come to its end: a new one, until there were kills enough
      EXPECT_EQ(now.ended, "done");
      EXPECT_THAT(now.begun, Not(IsEmpty()));
      EXPECT_EQ(std::set<std::string>(now.first_plan.begin(), now.first_plan.end()).size(), before.size());
      fs::remove_all(folder());
      before.clear();
      argv = first();
    } else {
      argv = again();
    }
  }
  EXPECT_EQ(kills, 50);
  const auto last = run_program(again());
  EXPECT_EQ(last.exit, 0) << last.out << last.err;
  const auto end = told();
  EXPECT_EQ(end.verdicts.size(), std::set<std::string>(end.first_plan.begin(), end.first_plan.end()).size());
  for (const auto& [id, verdicts] : end.verdicts) EXPECT_THAT(verdicts, ElementsAre("pass")) << id;
  EXPECT_EQ(must(record::verify_chain(folder() / "record.jsonl")).state, record::ChainResult::State::whole);
  const auto judged =
      run_program({built("attest"), "judge", folder().string(), "--out", (dir_.path() / "judged").string()});
  // A kill between a verdict and its tape leaves the verdict, and nothing to go through again; all else is
  // the same.
  const auto again_judged = nlohmann::json::parse(read_file(dir_.path() / "judged" / "result.json").value());
  std::size_t without_tape = 0;
  for (const auto& one : again_judged.at("cases")) {
    if (one.at("verdict") == "pass") continue;
    ++without_tape;
    EXPECT_THAT(one.at("reason").get<std::string>(), HasSubstr("its tape is not there")) << one.at("id");
  }
  EXPECT_LE(without_tape, 3U) << judged.out;
}

TEST_F(Resumed, GoesOnInTheSameOrder) {
  ASSERT_EQ(run_program(first()).exit, 0);
  const auto whole = told();
  fs::rename(folder(), dir_.path() / "whole");
  ASSERT_TRUE(killed_after(first(), 1500ms));
  ASSERT_EQ(run_program(again()).exit, 0);
  auto begun = told().begun;
  begun.erase(std::unique(begun.begin(), begun.end()), begun.end());  // the interrupted one
  EXPECT_EQ(begun, whole.begun);
}

TEST_F(Resumed, MakesAnErrorOfTheInterruptedCaseWhereThatIsThePolicy) {
  bool in_case = false;
  for (int tries = 0; tries < 20 && !in_case; ++tries) {
    fs::remove_all(folder());
    if (!killed_after(first(), std::chrono::milliseconds(900 + 70 * tries))) continue;
    const auto now = told();
    in_case = !now.begun.empty() && !now.verdicts.contains(now.begun.back());
  }
  ASSERT_TRUE(in_case);
  const auto hit = told().begun.back();
  EXPECT_EQ(run_program(again({"--interrupted", "error"})).exit, 3);
  EXPECT_THAT(told().verdicts.at(hit), ElementsAre("error"));
}

TEST_F(Resumed, GoesOnAfterTheUserStoppedIt) {
  auto run = must(Subprocess::start(
      first(),
      {.pipe_stdin = false, .pipe_stdout = false, .quiet_stderr = true, .pass_fds = {}, .environment = {}}));
  (void)run.wait(Deadline::in(steady_clock(), 1500ms));
  run.signal(SIGINT);
  (void)run.wait(Deadline::in(steady_clock(), 20s));
  ASSERT_EQ(told().ended, "stopped");
  EXPECT_EQ(run_program(again()).exit, 0);
  EXPECT_EQ(told().ended, "done");
}

/// The record's clock is ahead of this machine's, as that of a machine that had been up for longer.
TEST_F(Resumed, OnAMachineThatWasStartedAnewItsTimesGoOn) {
  ASSERT_TRUE(killed_after(
      [&] {
        auto argv = first();
        argv.emplace_back("--utc");
        return argv;
      }(),
      1500ms));
  ASSERT_EQ(run_program(again()).exit, 0);
  EXPECT_TRUE(told().in_order);
}

/// A disk that is full, as far as one process sees it: the file must not grow.
TEST_F(Resumed, GoesOnAfterTheDiskWasFull) {
  std::string command =
      "ulimit -f 2048; trap '' XFSZ; exec";  // blocks of 1024 bytes: the device's flash has room
  for (const auto& word : first()) command += " '" + word + "'";
  command += " --repeat 7";
  const auto full = run_program({"/bin/bash", "-c", command});
  EXPECT_EQ(full.exit, 3) << full.out << full.err;
  EXPECT_THAT(full.err, HasSubstr("record.jsonl"));
  const auto before = told();
  EXPECT_THAT(before.verdicts, Not(IsEmpty()));
  EXPECT_EQ(run_program(again()).exit, 0);
  const auto after = told();
  EXPECT_EQ(after.ended, "done");
  for (const auto& [id, verdicts] : after.verdicts)
    EXPECT_THAT(verdicts, AllOf(SizeIs(7), Each("pass"))) << id;
}

TEST_F(Resumed, RefusesWhatDoesNotBelongIntoTheRecord) {
  ASSERT_TRUE(killed_after(first(), 1200ms));
  const auto other = run_program(again({"--set", "deadlines.command=9s"}));
  EXPECT_EQ(other.exit, 2);
  EXPECT_THAT(other.err, HasSubstr("profile"));
  EXPECT_EQ(run_program({built("attest"), "run", "--resume", dir_.path().string()}).exit, 2)
      << "it has no record";
}

}  // namespace
}  // namespace attest::self

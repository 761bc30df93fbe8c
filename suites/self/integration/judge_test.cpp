// What `attest judge` promises: the cases of a record, run again without a device, give the same verdicts.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>

#include "harness/runner/replay.hpp"
#include "suites/self/integration/judge_testing.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using record::Event;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

struct Again {
  const char* name;
  std::vector<std::string> options;
};

void PrintTo(const Again& again, std::ostream* out) {
  *out << again.name;
}

std::vector<std::string> faulty(const char* personality, std::vector<std::string> select) {
  select.insert(select.begin(), {"--personality", personality});
  return select;
}

class JudgedAgain : public Judged, public testing::WithParamInterface<Again> {};

TEST_P(JudgedAgain, IsTheSame) {
  const auto run = ran(GetParam().options);
  ASSERT_TRUE(run.result.is_object()) << run.said.err;
  EXPECT_THAT(run.cases("error"), IsEmpty()) << "a case in which its host crashed stands as it is";
  expect_the_same(run.said.exit);
}

INSTANTIATE_TEST_SUITE_P(
    Runs, JudgedAgain,
    testing::Values(
        Again{"TheSmoke", {"--quick"}}, Again{"Http", kHttp},
        Again{"Tls", {"--select", "HttpClientTls*", "--select", "CE-0*", "--select", "GS-09"}},
        Again{"Ota", {"--select", "Ota", "--select", "OtaPower", "--select", "OtaDownload"}},
        Again{"Provisioning", {"--select", "SmartStop", "--select", "SmartBoth", "--select", "SmartAirKiss"}},
        Again{"SeveralDevicesAndAttempts", {"--devices", "3", "--repeat", "3", "--select", "CommandLine"}},
        Again{"InTheOrderOfTheFiles", {"--no-shuffle", "--select", "general"}},
        Again{"WhatIsNotClaimed", {"--quick", "--set", "claims.commands=[\"HTTPCLIENT\"]"}},
        Again{"ByWayOfPort80", {"--quick", "--virtual-option=--no-ports-in-urls"}},
        Again{"Brackets", faulty("size-in-brackets", {"--quick"})},
        Again{"Strangers", faulty("any-scheme-is-http", {"--select", "HttpClientUrl"})},
        Again{"Silence",
              faulty("no-final-after-get", {"--select", "HttpClientMethod", "--select", "HttpClientUrl"})},
        Again{"Restarts", faulty("restarts-mid-command", {"--quick"})},
        Again{"Strays", faulty("stray-byte-after-result", {"--quick"})},
        Again{"WearsOut", faulty("leak-fails", {"--select", "general", "--select", "HC-50"})},
        Again{"Hangs", faulty("reset-silent", {"--select", "HC-33"})},
        Again{"LeftOpen", faulty("sockets-left-open", {"--select", "HC-50"})},
        Again{"NamesUnknown", faulty("unresolved-is-empty", {"--select", "HC-31", "--select", "HC-17"})},
        Again{"UpdateHangs", faulty("ota-hangs-after-update", {"--select", "OT-03"})},
        Again{"AirKissWrong", faulty("air-random-second-wrong", {"--select", "SS-15"})},
        Again{"LeavesItsNetwork",
              faulty("smart-join-lost-soon", {"--select", "SS-13", "--select", "SS-14"})}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(Judged, LeavesTheRunAloneAndMovesAnEarlierJudgementAside) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  const auto before = read_file(record());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(judge({record().string()}).exit, 0);
  EXPECT_EQ(read_file(record()).value(), before.value());
  EXPECT_TRUE(fs::exists(run() / "judged.1" / "record.jsonl"));
  const auto elsewhere = dir_.path() / "elsewhere";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(judge({run().string(), "--out", elsewhere.string() + "/"}).exit, 0);
  EXPECT_TRUE(fs::exists(elsewhere / "junit.xml"));
  EXPECT_TRUE(fs::exists(dir_.path() / "elsewhere.1" / "junit.xml"));
}

TEST_F(Judged, MayBeJudgedOnceMore) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  ASSERT_EQ(judge({run().string()}).exit, 0);
  EXPECT_EQ(judge({(run() / "judged").string()}).exit, 0);
  EXPECT_EQ(lines_of(record()), lines_of(run() / "judged" / "judged" / "record.jsonl"));
}

TEST_F(Judged, RefusesARecordThatSomebodyHasEdited) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  auto text = read_file(record()).value();
  const auto place = text.find("\"verdict\":\"pass\"");
  ASSERT_NE(place, std::string::npos);
  text.replace(place, 16, "\"verdict\":\"fail\"");
  fs::remove(record());
  must(write_file_whole(record(), text));
  const auto said = judge({run().string()});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.err, HasSubstr("the hash chain is broken"));
  EXPECT_FALSE(fs::exists(run() / "judged"));
  EXPECT_EQ(judge({run().string(), "--as-recorded"}).exit, 2);
}

TEST_F(Judged, RefusesARecordWhoseChainWasTakenAway) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  std::string text;
  for (const auto& event : events_in(record())) text += record::to_line(event) + "\n";
  const auto bare = dir_.path() / "bare.jsonl";
  must(write_file_whole(bare, text));
  for (const auto& more : std::vector<std::vector<std::string>>{{}, {"--as-recorded"}}) {
    std::vector<std::string> arguments{bare.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto said = judge(arguments);
    EXPECT_EQ(said.exit, 2);
    EXPECT_THAT(said.err, HasSubstr("its hash chain was taken away"));
  }
}

TEST_F(Judged, SaysThatAnOlderRecordHasNoTape) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  const auto older = written_anew([](auto& events) {
    std::erase_if(events, [](const auto& event) { return event.type == "tape"; });
    events.front().fields.erase("tape");
  });
  const auto said = judge({older.string()});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.err, HasSubstr("it holds no tape"));
  EXPECT_THAT(said.err, HasSubstr("--as-recorded"));
  EXPECT_EQ(judge({older.string(), "--as-recorded"}).exit, 0);
}

TEST_F(Judged, IsStoppedByTheUser) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  int fds[2];
  ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  const Fd stop(fds[0]), user(fds[1]);
  ASSERT_EQ(::write(user.get(), "", 1), 1);
  runner::ReplaySetup setup;
  setup.host_program = built("attest-cases");
  setup.record = record();
  setup.stop_fd = stop.get();
  try {
    (void)runner::replay(setup, events_in(record()));
    FAIL() << "it goes on";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().fault, Fault::stopped);
  }
}

TEST_F(Judged, ThatNobodyCanBeToldOfIsNoSuccess) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  const auto said =
      run_program({"/bin/sh", "-c", built("attest") + " judge " + run().string() + " > /dev/full"});
  EXPECT_EQ(said.exit, 3);
  EXPECT_THAT(said.err, HasSubstr("write to standard output failed"));
}

/// A run in the background, and what happens to it.
class Broken : public Judged {
 protected:
  void start(const std::vector<std::string>& more) {
    std::vector<std::string> argv{built("attest"), "run", "--quiet", "--out", run().string()};
    const auto hurry = in_a_hurry();
    argv.insert(argv.end(), hurry.begin(), hurry.end());
    argv.insert(argv.end(), more.begin(), more.end());
    run_.emplace(must(Subprocess::start(
        argv, {.pipe_stdin = false, .pipe_stdout = true, .quiet_stderr = true, .pass_fds = {}})));
    const auto deadline = Deadline::in(steady_clock(), 60s);
    while (cases_done() < 5 && !deadline.passed(steady_clock())) (void)::poll(nullptr, 0, 5);
  }
  [[nodiscard]] int cases_done() const {
    const auto text = read_file(record()).value_or("");
    int count = 0;
    for (auto at = text.find("\"e\":\"case.end\""); at != std::string::npos;
         at = text.find("\"e\":\"case.end\"", at + 1))
      ++count;
    return count;
  }
  void ends() { (void)run_->wait(Deadline::in(steady_clock(), 120s)); }
  std::optional<Subprocess> run_;
};

TEST_F(Broken, ByAHostThatCrashedIsJudgedAsFarAsItGoes) {
  start({"--repeat", "3", "--select", "CommandLine"});
  const auto host = child_named(run_->pid(), "attest-cases");
  ASSERT_GT(host, 0);
  ::kill(host, SIGSEGV);
  ends();
  const auto exit = nlohmann::json::parse(read_file(result()).value()).at("run").at("exit").get<int>();
  expect_the_same(exit);
}

TEST_F(Broken, ByADeviceThatDiedIsJudgedAsFarAsItGoes) {
  start({"--quick"});
  const auto host = child_named(run_->pid(), "attest-cases");
  const auto device = child_named(host, "bk7238-virtual");
  ASSERT_GT(device, 0);
  ::kill(device, SIGKILL);
  ends();
  EXPECT_THAT(read_file(record()).value(), HasSubstr("\"e\":\"gap\"")) << "another one goes on";
  expect_the_same(3);
}

TEST_F(Broken, ByAKillOfTheWholeRunIsJudgedAsFarAsItGoes) {
  start({"--quick"});
  run_->signal(SIGKILL);
  ends();
  const auto said = judge({run().string()});
  const auto as_recorded = judge({run().string(), "--as-recorded", "--out", (dir_.path() / "as").string()});
  EXPECT_NE(said.exit, 0) << "a run that was cut off is not a pass";
  EXPECT_EQ(said.exit, as_recorded.exit);
  EXPECT_THAT(said.out, HasSubstr("all verdicts are as recorded"));
  EXPECT_EQ(without_its_time(dir_.path() / "as" / "result.json"),
            without_its_time(run() / "judged" / "result.json"));
}

}  // namespace
}  // namespace attest::self

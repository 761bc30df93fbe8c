// What the command line promises: listings, exit codes, a record that survives Ctrl-C, kill -9 and a crash.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

Said attest(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), built("attest"));
  return run_program(arguments);
}

TEST(Listings, GiveCasesAsJson) {
  const auto said = attest({"run", "--list", "--json"});
  EXPECT_EQ(said.exit, 0);
  const auto list = nlohmann::json::parse(said.out);
  ASSERT_GT(list.at("cases").size(), 100U);
  for (const auto& one : list.at("cases")) EXPECT_FALSE(one.at("requirements").empty()) << one;
}

TEST(Listings, GiveTheMatrixBothWays) {
  const auto said = attest({"requirements", "--json"});
  EXPECT_EQ(said.exit, 0);
  const auto matrix = nlohmann::json::parse(said.out);
  for (const auto& one : matrix.at("requirements")) {
    EXPECT_THAT(one.at("level").get<std::string>(), testing::AnyOf("must", "should", "measure"));
    EXPECT_TRUE(one.contains("id") && one.contains("cases"));
  }
  EXPECT_FALSE(matrix.at("cases").empty());
}

TEST(Listings, TakeEveryBenchFileThatIsShipped) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ATTEST_SOURCE_DIR "/fixtures/benches")) {
    if (entry.path().extension() != ".toml") continue;
    const auto said = attest({"run", "--list", "--bench", entry.path().string()});
    EXPECT_EQ(said.exit, 0) << entry.path() << said.err;
    ++files;
  }
  EXPECT_GE(files, 4);
}

TEST(Listings, NameFaultsAndHabits) {
  EXPECT_THAT(attest({"personalities"}).out, HasSubstr("HC-10"));
  EXPECT_EQ(attest({"habits", "--json"}).exit, 0);
}

TEST(Usage, ErrorsExitTwoAndGuess) {
  EXPECT_EQ(attest({"run", "--no-such-option"}).exit, 2);
  EXPECT_EQ(attest({}).exit, 2);
  const auto nothing = attest({"run", "--select", "NoSuchThing"});
  EXPECT_EQ(nothing.exit, 2);
  EXPECT_THAT(nothing.err, HasSubstr("nothing fits"));
  EXPECT_EQ(attest({"run", "--personality", "no-such-fault"}).exit, 2);
  EXPECT_EQ(attest({"run", "--set", "deadlines.netwrok=1s"}).exit, 2);
  EXPECT_THAT(attest({"run", "--set", "deadlines.netwrok=1s"}).err, HasSubstr("deadlines.network"));
  EXPECT_EQ(attest({"run", "--link", "serial:"}).exit, 2);
}

TEST(Outputs, OfAnEarlierRunAreMovedAside) {
  const TempDir dir("attest-programs");
  auto arguments = in_a_hurry();
  arguments.insert(arguments.end(), {"--select", "GEN-14"});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(attest_run(arguments, dir.path() / "run").said.exit, 0);
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "run.1" / "record.jsonl"));
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "run" / "junit.xml"));
}

TEST(Judging, ARecordAgainGivesTheSameVerdicts) {
  const TempDir dir("attest-programs");
  auto arguments = in_a_hurry();
  arguments.insert(arguments.end(), {"--quick", "--personality", "size-in-brackets"});
  const auto run = attest_run(arguments, dir.path() / "run");
  const auto again = attest({"judge", (dir.path() / "run" / "record.jsonl").string(), "--json"});
  EXPECT_EQ(again.exit, run.said.exit);
  auto now = nlohmann::json::parse(again.out), then = run.result;
  EXPECT_EQ(now.erase("judged"), 1U);
  EXPECT_EQ(then.erase("judged"), 1U);
  EXPECT_EQ(now, then);
}

TEST(Repetition, BySeedGivesTheSameOrder) {
  const auto order = [](const TempDir& dir) {
    auto arguments = in_a_hurry();
    arguments.insert(arguments.end(), {"--seed", "77", "--select", "CommandLine"});
    const auto run = attest_run(arguments, dir.path() / "run");
    std::vector<std::string> ids;
    std::ifstream record(dir.path() / "run" / "record.jsonl");
    for (std::string line; std::getline(record, line);)
      if (line.find("\"e\":\"case.begin\"") != std::string::npos)
        ids.push_back(nlohmann::json::parse(line).at("case"));
    return ids;
  };
  const TempDir first("attest-programs"), second("attest-programs");
  const auto ids = order(first);
  EXPECT_GT(ids.size(), 10U);
  EXPECT_EQ(ids, order(second));
}

/// A run in the background, and what happens to it.
class Interrupted : public testing::Test {
 protected:
  void start(const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv{built("attest"), "run", "--quiet", "--out", (dir_.path() / "run").string()};
    const auto hurry = in_a_hurry();
    argv.insert(argv.end(), hurry.begin(), hurry.end());
    argv.insert(argv.end(), more.begin(), more.end());
    run_.emplace(must(Subprocess::start(argv, {.pipe_stdin = false,
                                               .pipe_stdout = true,
                                               .quiet_stderr = true,
                                               .pass_fds = {},
                                               .environment = {"TMPDIR=" + scratch_.path().string()}})));
    until([](const std::string& record) { return record.find("\"e\":\"case.end\"") != std::string::npos; });
  }
  [[nodiscard]] std::filesystem::path record() const { return dir_.path() / "run" / "record.jsonl"; }
  [[nodiscard]] std::string text() const { return read_file(record()).value_or(""); }
  void until(const std::function<bool(const std::string&)>& is_there) const {
    const auto deadline = Deadline::in(steady_clock(), 60s);
    while (!is_there(text()) && !deadline.passed(steady_clock())) (void)::poll(nullptr, 0, 5);
  }
  std::string ended() { return wait_status_text(run_->wait(Deadline::in(steady_clock(), 60s)).value_or(0)); }

  TempDir dir_{"attest-programs"}, scratch_{"attest-programs"};
  std::optional<Subprocess> run_;
};

TEST_F(Interrupted, ByCtrlCFinishesTheRecordAndExitsFour) {
  start();
  run_->signal(SIGINT);
  EXPECT_EQ(ended(), "exit status 4");
  EXPECT_THAT(text(), HasSubstr("\"reason\":\"stopped\""));
  EXPECT_TRUE(std::filesystem::exists(dir_.path() / "run" / "result.json"));
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path())) << "a case host that was killed has left something";
}

TEST_F(Interrupted, ByNothingLeavesNothingBehind) {
  start({"--select", "quick"});
  EXPECT_EQ(ended(), "exit status 0");
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

TEST_F(Interrupted, ByKillNineLeavesARecordThatReads) {
  start();
  run_->signal(SIGKILL);
  EXPECT_THAT(ended(), HasSubstr("SIGKILL"));
  const auto said = attest({"judge", record().string(), "--json"});
  EXPECT_NE(said.exit, 0) << "a run that was cut off is not a pass";
  EXPECT_GE(nlohmann::json::parse(said.out).at("cases").size(), 1U);
}

TEST_F(Interrupted, ACaseHostThatCrashesCostsItsCaseOnly) {
  start({"--repeat", "3", "--select", "CommandLine"});
  const pid_t host = child_named(run_->pid(), "attest-cases");
  ASSERT_GT(host, 0);
  ::kill(host, SIGSEGV);
  EXPECT_EQ(ended(), "exit status 3");
  const auto result = nlohmann::json::parse(*read_file(dir_.path() / "run" / "result.json"));
  int errors = 0, passes = 0;
  for (const auto& one : result.at("cases"))
    for (const auto& attempt : one.at("attempts")) {
      errors += attempt.at("verdict") == "error" ? 1 : 0;
      passes += attempt.at("verdict") == "pass" ? 1 : 0;
    }
  EXPECT_LE(errors, 1);
  EXPECT_GT(passes, 20) << "the run goes on";
}

}  // namespace
}  // namespace attest::self

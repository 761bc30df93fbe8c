// The access point's side of a join, told by the real hostapd. It has no radio here (driver=none), and a
// station is announced to it by hand.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>

#include "harness/lab/hostapd.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;

class RealHostapd : public testing::Test {
 protected:
  void SetUp() override {
    const auto conf = folder_.path() / "conf";
    must(
        write_file_whole(conf, fmt::format("driver=none\nctrl_interface={}\ninterface=attest0\nssid=attest\n",
                                           control().parent_path().string())));
    hostapd_.emplace(must(Subprocess::start({"/usr/sbin/hostapd", conf.string()},
                                            {.pipe_stdout = false, .quiet_stderr = true})));
    const auto limit = Deadline::in(steady_clock(), 20s);
    while (!std::filesystem::exists(control()) && !limit.passed(steady_clock())) (void)::poll(nullptr, 0, 5);
    ASSERT_TRUE(std::filesystem::exists(control())) << "hostapd did not start";
  }
  [[nodiscard]] std::filesystem::path control() const { return folder_.path() / "ctrl" / "attest0"; }
  [[nodiscard]] Said cli(const std::string& command, const std::string& argument) const {
    return run_program({"/usr/sbin/hostapd_cli", "-p", control().parent_path().string(), "-i", "attest0",
                        command, argument});
  }

  TempDir folder_{"attest-hostapd-test"};
  std::optional<Subprocess> hostapd_;
};

TEST_F(RealHostapd, TellsThatAStationHasConnected) {
  const auto watch = must(lab::StationWatch::attach(control(), steady_clock(), {}));
  const auto before = steady_clock().now();
  EXPECT_THAT(cli("new_sta", "02:00:00:00:01:00").out, testing::HasSubstr("OK"));
  const auto limit = Deadline::in(steady_clock(), 20s);
  auto seen = watch->connected_since(before);
  while (!seen && !limit.passed(steady_clock())) {
    (void)::poll(nullptr, 0, 5);
    seen = watch->connected_since(before);
  }
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->station, "02:00:00:00:01:00");
}

TEST_F(RealHostapd, StandsInTheRecordOfARun) {
  const auto bench = folder_.path() / "bench.toml";
  must(write_file_whole(bench, fmt::format("[network]\nhostapd = \"{}\"\n", control().string())));
  auto arguments = in_a_hurry();
  arguments.insert(arguments.end(), {"--bench", bench.string(), "--select", "SmartStop"});
  auto run = must(Subprocess::start(
      [&] {
        std::vector<std::string> argv{built("attest"), "run", "--quiet", "--out",
                                      (folder_.path() / "run").string()};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return argv;
      }(),
      {.pipe_stdin = false, .pipe_stdout = true, .quiet_stderr = true, .pass_fds = {}}));
  const auto record = [&] { return read_file(folder_.path() / "run" / "record.jsonl").value_or(""); };
  const auto limit = Deadline::in(steady_clock(), 60s);
  while (record().find("\"e\":\"case.begin\"") == std::string::npos && !limit.passed(steady_clock()))
    (void)::poll(nullptr, 0, 10);
  (void)cli("new_sta", "02:00:00:00:01:01");
  EXPECT_EQ(wait_status_text(run.wait(Deadline::in(steady_clock(), 120s)).value_or(-1)), "exit status 0");
  EXPECT_THAT(record(), testing::HasSubstr("\"station\":\"02:00:00:00:01:01\""));
}

}  // namespace
}  // namespace attest::self

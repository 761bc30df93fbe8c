// Several devices at once: the verdicts of one, the cost of waiting, who takes what, and who is left when one
// dies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "harness/record/reader.hpp"
#include "harness/runner/run.hpp"
#include "suites/self/support/program.hpp"
#include "tools/job/job.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using record::text_of;
namespace fs = std::filesystem;

class Pool : public Test {
 protected:
  RunResult run(std::vector<std::string> more, const std::string& name = "run") {
    std::vector<std::string> arguments{"--hurry", "--quiet", "--keys", (dir_.path() / "keys").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return attest_run(arguments, dir_.path() / name);
  }
  static std::map<std::string, std::string> verdicts(const RunResult& of) {
    std::map<std::string, std::string> out;
    for (const auto* what : {"cases", "requirements"})
      for (const auto& one : of.result.at(what)) out[one.at("id")] = one.at("verdict");
    return out;
  }
  std::string bench(const std::string& toml) {
    const auto file = dir_.path() / "lab.toml";
    std::ofstream(file) << toml;
    return file.string();
  }
  /// Which device ran which case.
  std::multimap<std::string, std::string> ran(const std::string& name = "run") const {
    std::multimap<std::string, std::string> out;
    must(record::read(dir_.path() / name / "record.jsonl", [&](record::Event&& event) {
      if (event.type == "case.begin") out.emplace(text_of(event, "device"), text_of(event, "case"));
    }));
    return out;
  }
  TempDir dir_{"attest-pool"};
};

TEST_F(Pool, OfEightGivesTheVerdictsOfOne) {
  const auto one = run({"--devices", "1", "--quick", "--seed", "5", "--baud", "0"}, "one");
  const auto eight = run({"--devices", "8", "--quick", "--seed", "5", "--baud", "0"}, "eight");
  ASSERT_EQ(one.said.exit, 0) << one.said.out;
  EXPECT_EQ(eight.said.exit, 0) << eight.said.out;
  EXPECT_EQ(verdicts(eight), verdicts(one));
  std::set<std::string> devices;
  for (const auto& [device, id] : ran("eight")) devices.insert(device);
  EXPECT_THAT(devices, SizeIs(8));
}

TEST_F(Pool, OfEightFindsTheFaultThatOneFinds) {
  const std::vector<std::string> options{"--quick",       "--seed",          "5", "--baud", "0",
                                         "--personality", "size-in-brackets"};
  const auto with = [&](const char* count) {
    auto all = options;
    all.insert(all.end(), {"--devices", count});
    return run(all, count);
  };
  const auto one = with("1"), eight = with("8");
  EXPECT_EQ(one.said.exit, 1);
  EXPECT_EQ(eight.said.exit, 1);
  EXPECT_EQ(eight.requirements("fail"), one.requirements("fail"));
}

TEST_F(Pool, GivesACaseTheDeviceThatTakesIt) {
  const auto got =
      run({"--quick", "--bench",
           bench("[[device]]\nname = \"a\"\nlink = \"virtual\"\ntakes = [\"HTTPCLIENT\"]\n"
                 "[[device]]\nname = \"b\"\nlink = \"virtual\"\ntakes = [\"general\", \"OTA\"]\n")});
  int of_a = 0, of_b = 0;
  for (const auto& one : got.result.at("cases")) {
    const std::string command = one.at("command"), id = one.at("id");
    if (one.at("attempts").empty()) {
      EXPECT_TRUE(command != "HTTPCLIENT" && command != "general" && command != "OTA") << id;
      if (one.at("verdict") == "none" && one.at("applicable") == true) {
        EXPECT_THAT(one.at("reason").get<std::string>(), HasSubstr("no device of this bench takes it")) << id;
      }
      continue;
    }
    const std::string device = one.at("attempts").at(0).at("device");
    (device == "a" ? of_a : of_b) += 1;
    EXPECT_NE(command, device == "a" ? "general" : "HTTPCLIENT") << id;
  }
  EXPECT_GT(of_a, 0);
  EXPECT_GT(of_b, 0);
  EXPECT_EQ(got.said.exit, 3) << "what nobody takes is not known";
}

TEST_F(Pool, LosesADeviceAndTheOthersFinishAndItIsNamed) {
  const auto got = run({"--quick", "--bench",
                        bench("[[device]]\nname = \"well\"\nlink = \"virtual\"\n"
                              "[[device]]\nname = \"gone\"\nlink = \"tcp://127.0.0.1:1\"\n")},
                       "run");
  // --hurry is for virtual devices: a bench that has others is told so, and nothing is run.
  EXPECT_EQ(got.said.exit, 2) << got.said.out << got.said.err;
  const auto both = attest_run({"--quiet", "--quick", "--bench", (dir_.path() / "lab.toml").string(),
                                "--keys", (dir_.path() / "keys").string()},
                               dir_.path() / "both");
  EXPECT_EQ(both.said.exit, 3) << both.said.out;
  EXPECT_THAT(both.said.out, HasSubstr("gone"));
  EXPECT_THAT(both.cases("none"), IsEmpty()) << "the other one has run all";
  EXPECT_FALSE(both.cases("pass").empty());
}

TEST_F(Pool, LeasesADeviceOnTheNetworkToOneRun) {
  const auto leases = (dir_.path() / "leases").string();
  // It waits for the device to accept, which a listening socket that nobody serves does; meanwhile it has the
  // lease.
  const Fd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ASSERT_EQ(::bind(silent.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
  ASSERT_EQ(::listen(silent.get(), 8), 0);
  ASSERT_EQ(::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
  const auto link = "tcp://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
  const auto argv = [&](const char* out) {
    return std::vector<std::string>{built("attest"), "run",
                                    "--quiet",       "--quick",
                                    "--link",        link,
                                    "--set",         "deadlines.connect=60s",
                                    "--out",         (dir_.path() / out).string()};
  };
  const std::vector<std::string> environment{"ATTEST_LEASES=" + leases};
  auto first = must(Subprocess::start(argv("first"), {.pipe_stdin = false,
                                                      .pipe_stdout = false,
                                                      .quiet_stderr = true,
                                                      .pass_fds = {},
                                                      .environment = environment}));
  pollfd p{silent.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&p, 1, 60'000), 1) << "the first run has come to its device";
  auto second = must(Subprocess::start(argv("second"), {.pipe_stdin = false,
                                                        .pipe_stdout = true,
                                                        .quiet_stderr = true,
                                                        .pass_fds = {},
                                                        .environment = environment}));
  std::string said;
  while (const auto line = second.read_line(Deadline::in(steady_clock(), 60s))) said += *line + "\n";
  EXPECT_EQ(WEXITSTATUS(second.wait(Deadline::in(steady_clock(), 10s)).value()), 3);
  EXPECT_THAT(said, HasSubstr("in use by pid " + std::to_string(first.pid())));
  first.signal(SIGINT);
  (void)first.wait(Deadline::in(steady_clock(), 20s));
  EXPECT_TRUE(fs::is_empty(leases)) << "nothing is left behind";
}

/// Processor time of a process and all below it, in ticks.
long ticks_of(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  std::map<pid_t, long> ticks;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const auto text = read_file(entry.path() / "stat").value_or("");
    const auto close = text.rfind(')');
    if (close == std::string::npos) continue;
    std::istringstream fields(text.substr(close + 2));
    std::vector<std::string> all{std::istream_iterator<std::string>(fields), {}};
    if (all.size() < 15) continue;
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    children.emplace(std::atoi(all[1].c_str()), pid);
    ticks[pid] = std::atol(all[11].c_str()) + std::atol(all[12].c_str());
  }
  long sum = 0;
  std::vector<pid_t> left{root};
  while (!left.empty()) {
    const auto pid = left.back();
    left.pop_back();
    sum += ticks[pid];
    const auto [begin, end] = children.equal_range(pid);
    for (auto one = begin; one != end; ++one) left.push_back(one->second);
  }
  return sum;
}

/// Ticks of these processes alone, which the load of others does not add to.
TEST_F(Pool, OfSixtyFourThatWaitCostsUnderATenthOfACore) {
  job::JobArguments arguments;
  arguments.hurry = true;
  arguments.baud = 0;
  arguments.devices = 64;
  arguments.seed = 1;
  arguments.selection.select = {"quick"};
  arguments.out = (dir_.path() / "idle").string();
  const job::Job job(arguments, fs::path(built("attest")).parent_path());
  auto plan = job.plan();
  plan.resize(1);
  auto setup = job.setup(job.devices(64));
  ASSERT_THAT(setup.devices, SizeIs(64));
  setup.wake_limit = 10min;
  const auto writer = job.begin_record();
  runner::Stepwise steps(setup, plan, *writer, steady_clock());
  steps.carry_out(plan.front());  // which waits until all are there
  const auto before = ticks_of(::getpid());
  constexpr auto kSpan = 10s;
  const auto begin = steady_clock().now();
  (void)::poll(nullptr, 0, std::chrono::milliseconds(kSpan).count());
  const auto ticks = ticks_of(::getpid()) - before;
  const auto span = std::chrono::duration<double>(steady_clock().now() - begin).count();
  const auto share = static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK)) / span;
  std::cout << "64 devices that wait cost " << 100 * share << " % of a core\n";
  EXPECT_LT(share, 0.10);
  EXPECT_EQ(steps.end(), runner::Ended::done);
}

}  // namespace
}  // namespace attest::self

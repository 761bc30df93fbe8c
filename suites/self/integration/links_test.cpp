// A device that is not there, is busy, answers nothing, answers garbage or dies in the middle: exit 3, a
// message that says so, within its deadline, and a record that reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "harness/transport/pty.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;

class BadLink : public testing::Test {
 protected:
  RunResult run_on(const std::string& link, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{
        "--link", link, "--set", "deadlines.connect=1500ms", "--set", "deadlines.command=1s"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return attest_run(arguments, dir_.path() / "run");
  }

  /// What every such run owes, whatever the fault: exit 3, words, a record that can be judged again, no
  /// accusation.
  void expect_bench_fault(const RunResult& run, const testing::Matcher<const std::string&>& words) {
    EXPECT_EQ(run.said.exit, 3) << run.said.out << run.said.err;
    EXPECT_THAT(run.said.out + run.said.err, words);
    EXPECT_TRUE(run.requirements("fail").empty()) << run.said.out;
    EXPECT_EQ(run_program({built("attest"), "judge", (dir_.path() / "run" / "record.jsonl").string()}).exit,
              3);
  }

  /// Free a moment ago.
  static std::string free_port() {
    const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
    return std::to_string(ntohs(at.sin_port));
  }

  TempDir dir_{"attest-links"};
};

TEST_F(BadLink, ThatIsNotThereIsNamed) {
  expect_bench_fault(run_on("serial:/dev/no-such-port"), HasSubstr("/dev/no-such-port"));
}

TEST_F(BadLink, ThatRefusesIsNamed) {
  expect_bench_fault(run_on("tcp://127.0.0.1:1"), HasSubstr("127.0.0.1:1"));
}

TEST_F(BadLink, ThatIsInUseNamesItsHolder) {
  const auto pty = must(transport::PtyPair::open(steady_clock()));
  const auto held = must(transport::open_link(must(transport::parse_link(pty.address())), steady_clock(),
                                              Deadline::in(steady_clock(), 5s)));
  expect_bench_fault(run_on(pty.address()), HasSubstr(std::to_string(getpid())));
}

TEST_F(BadLink, ThatAnswersNothingIsToldWithinItsDeadline) {
  const auto pty = must(transport::PtyPair::open(steady_clock()));
  const auto begin = steady_clock().now();
  expect_bench_fault(run_on(pty.address()), HasSubstr("answers nothing"));
  EXPECT_LT(steady_clock().now() - begin, 30s);
}

/// Writes the same bytes for each line that it hears, until it is told to end.
class Parrot {
 public:
  Parrot(int fd, std::string answer)
      : thread_([this, fd, answer = std::move(answer)] { serve(fd, answer); }) {}
  ~Parrot() {
    done_ = true;
    thread_.join();
  }

 private:
  void serve(int fd, const std::string& answer) const {
    char buffer[512];
    while (!done_) {
      pollfd p{fd, POLLIN, 0};
      if (::poll(&p, 1, 50) <= 0) continue;
      const ssize_t n = ::read(fd, buffer, sizeof buffer);
      for (ssize_t i = 0; i < n; ++i)
        if (buffer[i] == '\n' && ::write(fd, answer.data(), answer.size()) < 0) return;
    }
  }
  std::atomic<bool> done_{false};
  std::thread thread_;
};

TEST_F(BadLink, ThatAnswersGarbageIsShown) {
  const auto pty = must(transport::PtyPair::open(steady_clock()));
  const Parrot parrot(pty.far_fd(), "\x80\xfe\x12garble\xff");
  expect_bench_fault(run_on(pty.address()), AllOf(HasSubstr("garbage"), HasSubstr("garble")));
}

/// A virtual device of our own that something happens to once some cases have passed.
class DyingDevice : public BadLink {
 protected:
  void expect_death(int signal, const testing::Matcher<const std::string&>& words) {
    auto device = must(
        Subprocess::start({built("bk7238-virtual"), "--pty", "--die-with-stdin", "--baud", "0"},
                          {.pipe_stdin = true, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}}));
    const auto line = must(device.read_line(Deadline::in(steady_clock(), 20s)));
    std::thread killer([&] {
      wait_for_passes(5);
      device.signal(signal);
    });
    const auto run = run_on(line.substr(5), {"--set", "facts.ports_in_urls=true"});
    killer.join();
    device.signal(SIGKILL);
    expect_bench_fault(run, words);
    EXPECT_GE(run.cases("pass").size(), 5U);
    EXPECT_FALSE(run.cases("none").empty()) << "what could not be run is blocked, not failed";
  }

 private:
  void wait_for_passes(int count) const {
    const auto deadline = Deadline::in(steady_clock(), 60s);
    for (int seen = 0; seen < count && !deadline.passed(steady_clock());) {
      (void)::poll(nullptr, 0, 5);
      std::ifstream record(dir_.path() / "run" / "record.jsonl");
      seen = 0;
      for (std::string line; std::getline(record, line);)
        seen += line.find("\"e\":\"case.end\"") != std::string::npos &&
                line.find("\"verdict\":\"pass\"") != std::string::npos;
    }
  }
};

TEST_F(DyingDevice, ThatHangsUpIsABenchFault) {
  expect_death(SIGKILL, AnyOf(HasSubstr("broke"), HasSubstr("gone")));
}

TEST_F(DyingDevice, ThatFallsSilentIsABenchFault) {
  expect_death(SIGSTOP, HasSubstr("stopped answering"));
}

/// A device at a port of another machine: the virtual one behind Debian's ser2net.
TEST_F(BadLink, IsNoneOfAPortBehindSer2net) {
  const std::string program = "/usr/sbin/ser2net";
  if (::access(program.c_str(), X_OK) != 0)
    GTEST_SKIP() << "there is no ser2net here: tools/dev/bootstrap installs it";
  auto device = must(Subprocess::start(
      {built("bk7238-virtual"), "--pty", "--die-with-stdin"},
      {.pipe_stdin = true, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}, .environment = {}}));
  const auto line = must(device.read_line(Deadline::in(steady_clock(), 20s)));
  const auto port = free_port();
  const auto config = (dir_.path() / "ser2net.yaml").string();
  std::ofstream(config) << "%YAML 1.1\n---\nconnection: &con\n  accepter: telnet(rfc2217),tcp,127.0.0.1,"
                        << port << "\n  connector: serialdev,"
                        << line.substr(std::string("link serial:").size()) << ",115200n81,local\n";
  const auto server = must(Subprocess::start(
      {program, "-n", "-c", config},
      {.pipe_stdin = false, .pipe_stdout = false, .quiet_stderr = true, .pass_fds = {}, .environment = {}}));
  const auto link = "rfc2217://127.0.0.1:" + port;
  (void)must(transport::await_link(must(transport::parse_link(link)), steady_clock(),
                                   Deadline::in(steady_clock(), 20s)));
  const auto run = run_on(
      link, {"--set", "facts.ports_in_urls=true", "--select", "HttpGetSize.*", "--select", "CommandLine.*"});
  EXPECT_EQ(run.said.exit, 0) << run.said.out << run.said.err;
  EXPECT_GT(run.cases("pass").size(), 20U);
}

}  // namespace
}  // namespace attest::self

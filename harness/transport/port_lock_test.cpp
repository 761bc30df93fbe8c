// One user per port, against real processes.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>

#include "harness/transport/link_testing.hpp"
#include "harness/transport/port_lock.hpp"
#include "harness/transport/pty.hpp"
#include "harness/transport/serial_line.hpp"

namespace attest::transport {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A process of its own: does `work`, says "done", and stays until it is ended.
class Other {
 public:
  explicit Other(const std::function<void()>& work) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) throw Failure({Fault::bench, errno_text("make a pipe", errno), {}});
    const Fd done(fds[0]);
    Fd say(fds[1]);
    pid_ = fork();
    if (pid_ == 0) live(work, say.get());
    say.reset();
    char c = 0;
    ready_ = ::read(done.get(), &c, 1) == 1;
  }
  Other(const Other&) = delete;
  Other& operator=(const Other&) = delete;
  ~Other() { end(); }

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool ready() const { return ready_; }
  void end() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
  }

 private:
  /// noexcept: what fails in here must not go on as a second run of the tests.
  [[noreturn]] static void live(const std::function<void()>& work, int say) noexcept {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    work();
    (void)!::write(say, "d", 1);
    for (;;) pause();
  }

  pid_t pid_ = -1;
  bool ready_ = false;
};

std::string own_name() {
  return std::filesystem::read_symlink("/proc/self/exe").filename().string();
}

struct APortInUse : testing::Test {
  PtyPair pty = must(PtyPair::open(steady_clock()));
  std::unique_ptr<Link> held;  ///< in the other process only
  Other other{[this] { held = open_at(pty.address()); }};
};

TEST_F(APortInUse, IsRefusedWithThePidAndTheProgramOfItsHolder) {
  ASSERT_TRUE(other.ready());
  const auto error = refusal(pty.address());
  EXPECT_EQ(error.fault, Fault::bench);
  EXPECT_THAT(error.what,
              HasSubstr("the port " + pty.path() + " is in use by pid " + std::to_string(other.pid())));
  EXPECT_THAT(error.what, HasSubstr(own_name() + ")"));
  EXPECT_THAT(error.cure, HasSubstr("lock=off"));
}

TEST_F(APortInUse, HasItsHolderAsItsOnlyUserAndNobodyAfterIt) {
  ASSERT_TRUE(other.ready());
  EXPECT_THAT(port_users(pty.path()), testing::ElementsAre(other.pid()));
  other.end();
  EXPECT_THAT(port_users(pty.path()), testing::IsEmpty());
}

TEST_F(APortInUse, IsFreeAgainWhenItsHolderIsKilled) {
  other.end();
  EXPECT_EQ(refusal(pty.address()).text(), "");
}

TEST_F(APortInUse, IsSharedWithoutTheLockAndTheRecordCanTell) {
  ASSERT_TRUE(other.ready());
  const auto link = open_at(pty.address() + "?lock=off");
  EXPECT_THAT(link->details(),
              AllOf(HasSubstr("not locked"), HasSubstr("also open in pid " + std::to_string(other.pid()))));
}

TEST_F(APortInUse, KeepsTheLineOfItsHolderWhenItIsRefused) {
  ASSERT_TRUE(other.ready());
  ASSERT_NE(refusal(pty.address() + "?baud=300").text(), "");
  const Fd look(::open(pty.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  EXPECT_EQ(line_rate(look.get()), 115200U);
}

TEST(APort, IsRefusedToASecondLinkOfTheSameProcess) {
  const auto pty = must(PtyPair::open(steady_clock()));
  const auto first = open_at(pty.address());
  EXPECT_THAT(refusal(pty.address()).what, HasSubstr("in use by pid " + std::to_string(getpid())));
}

TEST(APort, IsFreeAgainWhenItsLinkIsClosed) {
  const auto pty = must(PtyPair::open(steady_clock()));
  (void)open_at(pty.address());
  EXPECT_EQ(refusal(pty.address()).text(), "");
}

/// What somebody who is not root is told.
std::string told_to_nobody(const std::string& address) {
  const TempDir folder;
  EXPECT_EQ(chmod(folder.path().c_str(), 0777), 0);
  const Other nobody([&] {
    if (getuid() == 0) (void)!setuid(65534);
    const auto error = refusal(address);
    std::ofstream(folder.path() / "error") << (error.fault == Fault::bench ? "bench: " : "") << error.text();
  });
  EXPECT_TRUE(nobody.ready());
  return must(read_file(folder.path() / "error"));
}

TEST(APort, ThatWeMayNotOpenIsRefusedWithTheGroupToJoin) {
  const auto pty = must(PtyPair::open(steady_clock()));
  ASSERT_EQ(chmod(pty.path().c_str(), 0), 0);
  EXPECT_THAT(
      told_to_nobody(pty.address()),
      AllOf(HasSubstr("bench: open " + pty.path() + ": Permission denied"), HasSubstr("sudo usermod -aG ")));
}

TEST(APort, ThatAProgramWithoutOurLocksKeepsToItselfIsInUse) {
  const auto pty = must(PtyPair::open(steady_clock()));
  const Fd theirs(::open(pty.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_EQ(chmod(pty.path().c_str(), 0666), 0);
  ASSERT_EQ(ioctl(theirs.get(), TIOCEXCL), 0);
  EXPECT_THAT(told_to_nobody(pty.address()), HasSubstr("bench: the port " + pty.path() + " is in use by "));
}

struct AUucpLock : testing::Test {
  TempDir folder;
  void holds(std::string_view content) const { std::ofstream(folder.path() / "LCK..null") << content; }
  std::optional<pid_t> holder() const { return uucp_holder("/dev/null", folder.path()); }
};

TEST_F(AUucpLock, OfALivingProcessNamesIt) {
  holds("      " + std::to_string(getppid()) + "\n");
  EXPECT_EQ(holder(), getppid());
}

TEST_F(AUucpLock, MayBeWrittenAsANumberOfTheMachine) {
  const pid_t pid = getppid();
  holds(std::string_view(reinterpret_cast<const char*>(&pid), sizeof pid));
  EXPECT_EQ(holder(), pid);
}

TEST_F(AUucpLock, OfADeadProcessIsIgnored) {
  Other other([] {});
  const auto pid = other.pid();
  holds(std::to_string(pid) + "\n");
  ASSERT_EQ(holder(), pid);
  other.end();
  EXPECT_EQ(holder(), std::nullopt);
}

TEST_F(AUucpLock, OfOurselvesIsIgnored) {
  holds(std::to_string(getpid()) + "\n");
  EXPECT_EQ(holder(), std::nullopt);
}

TEST_F(AUucpLock, WithoutSenseIsIgnored) {
  EXPECT_EQ(holder(), std::nullopt);
  holds("");
  EXPECT_EQ(holder(), std::nullopt);
  holds("minicom\n");
  EXPECT_EQ(holder(), std::nullopt);
  holds("-1\n");
  EXPECT_EQ(holder(), std::nullopt);
}

}  // namespace
}  // namespace attest::transport

// Leases: one at a time, for whoever lives.
#include "harness/lab/lease.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace attest::lab {
namespace {
using namespace testing;

TEST(Lease, IsTakenOnceAndSaysByWhom) {
  const TempDir folder("attest-lease");
  const auto held = must(Lease::take("tcp://host:5000", folder.path()));
  const auto second = Lease::take("tcp://host:5000", folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::bench);
  EXPECT_THAT(second.error().what,
              AllOf(HasSubstr("tcp://host:5000"), HasSubstr("pid " + std::to_string(::getpid()))));
}

TEST(Lease, OfAnotherDeviceIsFree) {
  const TempDir folder("attest-lease");
  const auto held = must(Lease::take("tcp://host:5000", folder.path()));
  EXPECT_TRUE(Lease::take("tcp://host:5001", folder.path()));
  EXPECT_TRUE(Lease::take("tcp:__host:5000", folder.path()))
      << "a name that is written the same way in a file's";
}

TEST(Lease, IsFreeWhenItsHolderLetsGo) {
  const TempDir folder("attest-lease");
  { const auto held = must(Lease::take("a", folder.path())); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "nothing is left behind";
  EXPECT_TRUE(Lease::take("a", folder.path()));
}

TEST(Lease, IsFreeWhenItsHolderIsKilled) {
  const TempDir folder("attest-lease");
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = Lease::take("a", folder.path());
    const char done = held ? 'y' : 'n';
    (void)!::write(told[1], &done, 1);
    for (;;) ::pause();
  }
  char got = 0;
  ASSERT_EQ(::read(told[0], &got, 1), 1);
  EXPECT_EQ(got, 'y');
  EXPECT_FALSE(Lease::take("a", folder.path()));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(Lease::take("a", folder.path()));
  ::close(told[0]);
  ::close(told[1]);
}

TEST(Lease, WithoutAFolderSaysWhatToDo) {
  const auto refused = Lease::take("a", "/proc/no-such-folder");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), AllOf(HasSubstr("/proc/no-such-folder"), HasSubstr("ATTEST_LEASES")));
}

}  // namespace
}  // namespace attest::lab

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>

#include "harness/base/bytes.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/file.hpp"
#include "harness/base/random.hpp"
#include "harness/base/secret.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/base/text.hpp"

namespace attest {
namespace {
using namespace std::chrono_literals;

TEST(Bytes, SurviveTheWayThroughJsonText) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(from_latin1_json(to_latin1_json(all)).value(), all);
}

TEST(Bytes, RefuseTextThatIsNotBytes) {
  EXPECT_FALSE(from_latin1_json("\xE2\x82\xAC"));
  EXPECT_FALSE(from_latin1_json("\xC3"));
}

TEST(Bytes, AreShownWithControlCharactersAndCut) {
  EXPECT_EQ(visible("OK\r\n\x01\"", 160), "OK\\r\\n\\x01\\\"");
  EXPECT_EQ(visible("abcdef", 2), "ab… (4 bytes more)");
}

TEST(Secrets, AreTheFirstLineOfAFile) {
  const TempDir folder("attest-secret");
  const auto path = folder.path() / "password";
  ASSERT_TRUE(write_file_whole(path, "12345678\r\na remark\n"));
  EXPECT_EQ(read_secret(path).value().reveal(), "12345678");
  ASSERT_TRUE(write_file_whole(path, "no line end"));
  EXPECT_EQ(read_secret(path).value().reveal(), "no line end");
}

TEST(Secrets, ThatCannotBeReadSayWhichFileAndNotWhatIsInIt) {
  const TempDir folder("attest-secret");
  const auto path = folder.path() / "password";
  EXPECT_THAT(read_secret(path).error().text(), testing::HasSubstr(path.string()));
  ASSERT_TRUE(write_file_whole(path, "\n"));
  EXPECT_EQ(read_secret(path).error().fault, Fault::usage);
  ASSERT_TRUE(write_file_whole(path, std::string(5000, 'x')));
  EXPECT_THAT(read_secret(path).error().text(),
              testing::Not(testing::HasSubstr("xxxxxxxxxx")));  // a folder's name may have two
}

static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_constructible_v<std::string, Secret>);

TEST(Secrets, LeaveNothingWhereTheyWere) {
  Secret one("short");
  const Secret two = std::move(one);
  EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move): that is what is tried
  EXPECT_EQ(two.reveal(), "short");
}

TEST(Text, GlobsWholeTexts) {
  EXPECT_TRUE(glob("HC-*", "HC-10"));
  EXPECT_TRUE(glob("*size*", "a size b"));
  EXPECT_FALSE(glob("HC-?", "HC-10"));
  EXPECT_TRUE(glob("", ""));
}

TEST(Text, FindsTheNearestWord) {
  EXPECT_EQ(nearest("size-in-braket", {"size-in-brackets", "late"}), "size-in-brackets");
  EXPECT_EQ(nearest("zzzz", {"size-in-brackets"}), "");
}

TEST(DeadlineTest, NeverHasLessThanNothingLeft) {
  FakeClock clock;
  const auto d = Deadline::in(clock, 5ms);
  clock.advance(7ms);
  EXPECT_EQ(d.left(clock), 0ns);
  EXPECT_TRUE(d.passed(clock));
}

TEST(RandomTest, RepeatsFromItsSeed) {
  EXPECT_EQ(Random(7).bytes(20), Random(7).bytes(20));
  EXPECT_NE(Random(7).bytes(20), Random(8).bytes(20));
}

TEST(File, AppearsWholeAndTempFoldersGo) {
  std::filesystem::path gone;
  {
    const TempDir dir;
    gone = dir.path();
    ASSERT_TRUE(write_file_whole(dir.path() / "a", "content"));
    EXPECT_EQ(read_file(dir.path() / "a").value(), "content");
    EXPECT_FALSE(write_file_whole(dir.path() / "no" / "a", "content"));
  }
  EXPECT_FALSE(std::filesystem::exists(gone));
}

TEST(SubprocessTest, SpeaksOverPipesAndTellsHowItEnded) {
  auto child =
      Subprocess::start({"sh", "-c", "read x; echo got $x; exit 3"},
                        {.pipe_stdin = true, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}});
  ASSERT_TRUE(child);
  ASSERT_EQ(::write(child->in().get(), "it\n", 3), 3);
  const auto soon = Deadline::in(steady_clock(), 20s);
  EXPECT_EQ(child->read_line(soon).value(), "got it");
  EXPECT_EQ(wait_status_text(child->wait(soon).value()), "exit status 3");
}

TEST(SubprocessTest, GivesAnEnvironmentOfItsOwn) {
  setenv("ATTEST_A", "ours", 1);
  setenv("ATTEST_B", "kept", 1);
  auto child = Subprocess::start({"sh", "-c", "echo $ATTEST_A $ATTEST_B"},
                                 {.pipe_stdout = true, .pass_fds = {}, .environment = {"ATTEST_A=its own"}});
  ASSERT_TRUE(child);
  EXPECT_EQ(child->read_line(Deadline::in(steady_clock(), 20s)).value(), "its own kept");
}

TEST(SubprocessTest, NamesTheSignal) {
  auto child = Subprocess::start({"sleep", "100"}, {});
  ASSERT_TRUE(child);
  child->signal(SIGKILL);
  EXPECT_THAT(wait_status_text(child->wait(Deadline::in(steady_clock(), 20s)).value()),
              testing::HasSubstr("SIGKILL"));
}

}  // namespace
}  // namespace attest

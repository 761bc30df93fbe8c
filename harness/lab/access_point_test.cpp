#include "harness/lab/access_point.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>

#include "harness/base/file.hpp"

namespace attest::lab {
namespace {
using testing::HasSubstr;

TEST(AccessPointsInAFile, AreThereForThisUserOnly) {
  const TempDir folder;
  const auto file = folder.path() / "list.json";
  must(access_points_in_file(file)->set({{"a net", Secret("a password")}, {"open", Secret()}}));
  EXPECT_EQ(*read_file(file), R"([{"password":"a password","ssid":"a net"},{"password":"","ssid":"open"}])");
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(AccessPointsInAFile, HaveNamesInUtf8) {
  const TempDir folder;
  const auto set = access_points_in_file(folder.path() / "list.json")->set({{"\xff", Secret()}});
  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().what, HasSubstr("not UTF-8"));
}

TEST(AccessPointsByCommand, AreReadFromStandardInput) {
  const TempDir folder;
  const auto file = (folder.path() / "told").string();
  must(access_points_by_command("cat > '" + file + "'")->set({{"net", Secret("password")}}));
  EXPECT_EQ(*read_file(file), "net\npassword\n");
}

TEST(AccessPointsByCommand, ThatFailsIsABenchFaultWithItsWords) {
  (void)::signal(SIGPIPE, SIG_IGN);  // as in attest's programs
  const auto set = access_points_by_command("exit 3")->set({{"net", Secret("password")}});
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().fault, Fault::bench);
  EXPECT_THAT(set.error().text(), HasSubstr("`exit 3`: exit status 3"));
  EXPECT_THAT(set.error().text(), Not(HasSubstr("password")));
}

TEST(AccessPointsByCommand, TakeNoNameWithALineBreak) {
  EXPECT_FALSE(access_points_by_command("true")->set({{"a\nb", Secret()}}));
}

}  // namespace
}  // namespace attest::lab

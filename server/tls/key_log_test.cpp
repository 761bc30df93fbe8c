#include "server/tls/key_log.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "harness/base/text.hpp"
#include "server/tls/tls_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::MatchesRegex;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n'))
    if (!line.empty()) lines.emplace_back(line);
  return lines;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat found {};
  ::stat(path.c_str(), &found);
  return found.st_mode & 0777;
}

TEST(KeyLog, HasTheSecretsThatTheClientHas) {
  const TempDir folder;
  const auto path = folder.path() / "keys";
  const auto origin = tls_origin({.key_log = path});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(origin->port(), {.least = version, .most = version});
    ASSERT_TRUE(client.shake());
    (void)client.get("/");
    const auto theirs = lines_of(client.key_log());
    EXPECT_FALSE(theirs.empty());
    EXPECT_THAT(lines_of(must(read_file(path))), IsSupersetOf(theirs));
  }
  EXPECT_EQ(mode_of(path), 0600U);
}

TEST(KeyLog, KeepsLinesWholeUnderManyConnections) {
  const TempDir folder;
  const auto path = folder.path() / "keys";
  const auto one = tls_origin({.key_log = path});
  const auto two = tls_origin({.key_log = path});
  {
    std::vector<std::jthread> many;
    for (int i = 0; i < 32; ++i)
      many.emplace_back([&, i] { (void)TlsClient((i % 2 == 0 ? one : two)->port()).shake(); });
  }
  ASSERT_TRUE(one->wait_handshakes(16, patience()) && two->wait_handshakes(16, patience()));
  const auto lines = lines_of(must(read_file(path)));
  EXPECT_EQ(lines.size() % 32, 0U);
  EXPECT_GE(lines.size(), 32U * 4U);
  EXPECT_THAT(lines, Each(MatchesRegex("[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{64,96}")));
}

TEST(KeyLog, IsAppendedToAndClosedToOthers) {
  const TempDir folder;
  const auto path = folder.path() / "keys";
  must(write_file_whole(path, "# before\n"));
  ASSERT_EQ(mode_of(path), 0644U);
  KeyLog(path).append("line");
  EXPECT_EQ(must(read_file(path)), "# before\nline\n");
  EXPECT_EQ(mode_of(path), 0600U);
}

TEST(KeyLog, SaysWhereItCannotBe) {
  const auto none =
      start_origin({.tls = TlsSetup{.pki = pki(), .key_log = "/nowhere/keys"}}, steady_clock(), {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, Fault::usage);
  EXPECT_THAT(none.error().what, AllOf(HasSubstr("/nowhere/keys"), HasSubstr("No such file")));
}

}  // namespace
}  // namespace attest::server

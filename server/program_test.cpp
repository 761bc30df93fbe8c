#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "harness/base/subprocess.hpp"
#include "server/http/origin_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using ::testing::HasSubstr;

nlohmann::json next(Subprocess& program) {
  return nlohmann::json::parse(must(program.read_line(patience())));
}

TEST(OriginProgram, ServesAFileAndPrintsWhatCame) {
  const TempDir folder;
  must(write_file_whole(folder.path() / "a.txt", "from a file"));
  auto program =
      must(Subprocess::start({ATTEST_ORIGIN, "--serve", folder.path() / "a.txt"}, {.pipe_stdout = true}));
  const auto listening = next(program);
  ASSERT_EQ(listening["event"], "listening");
  EXPECT_THAT(next(program)["url"].get<std::string>(), HasSubstr("/a.txt"));

  RawClient client(listening["port"].get<std::uint16_t>());
  client.send("GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_response(), HasSubstr("from a file"));
  client.close();
  std::vector<std::string> events;
  for (int i = 0; i < 5; ++i) events.push_back(next(program)["event"]);
  EXPECT_THAT(events, ::testing::ElementsAre("accept", "head", "body", "response", "close"));

  program.signal(SIGTERM);
  const auto status = program.wait(patience());
  ASSERT_TRUE(status);
  EXPECT_EQ(*status, 0);
}

TEST(OriginProgram, RefusesAnAddressThatIsNone) {
  auto program = must(Subprocess::start({ATTEST_ORIGIN, "--listen", "nowhere"}, {.quiet_stderr = true}));
  const auto status = program.wait(patience());
  ASSERT_TRUE(status);
  EXPECT_EQ(wait_status_text(*status), "exit status 2");
}

}  // namespace
}  // namespace attest::server

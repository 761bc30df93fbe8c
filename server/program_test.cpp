#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "harness/base/bytes.hpp"
#include "harness/base/subprocess.hpp"
#include "server/tls/tls_testing.hpp"

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

TEST(OriginProgram, ServesHttpsAndPrintsHandshakes) {
  const TempDir folder;
  const auto ca = folder.path() / "ca.pem";
  auto program = must(Subprocess::start(
      {ATTEST_ORIGIN, "--tls", "--leaf", "good_ec", "--ca", ca, "--key-log", folder.path() / "keys"},
      {.pipe_stdout = true}));
  const auto port = next(program)["port"].get<std::uint16_t>();
  TlsClient client(port, {.trusts = must(read_file(ca)), .sni = "\xC3("});  // a name that is no UTF-8
  ASSERT_TRUE(client.shake()) << client.complaint();
  EXPECT_THAT(client.get("/"), HasSubstr("404"));
  EXPECT_EQ(next(program)["event"], "accept");
  const auto shaken = next(program);
  EXPECT_EQ(shaken["event"], "tls");
  EXPECT_EQ(shaken["completed"], true);
  EXPECT_EQ(shaken["version"], "TLSv1.3");
  EXPECT_EQ(must(from_latin1_json(shaken["sni"].get<std::string>())), "\xC3(");
  EXPECT_THAT(must(read_file(folder.path() / "keys")), HasSubstr(client.key_log().substr(0, 80)));
}

TEST(OriginProgram, PrintsWhyAHandshakeFailed) {
  auto program =
      must(Subprocess::start({ATTEST_ORIGIN, "--tls", "--trouble", "close"}, {.pipe_stdout = true}));
  TlsClient client(next(program)["port"].get<std::uint16_t>());
  EXPECT_FALSE(client.shake());
  EXPECT_EQ(next(program)["event"], "accept");
  const auto shaken = next(program);
  EXPECT_EQ(shaken["completed"], false);
  EXPECT_EQ(shaken["failure"], "close on purpose: closed after the client's hello");
}

TEST(OriginProgram, RefusesALeafThatIsNone) {
  auto program =
      must(Subprocess::start({ATTEST_ORIGIN, "--tls", "--leaf", "expird"}, {.quiet_stderr = true}));
  const auto status = program.wait(patience());
  ASSERT_TRUE(status);
  EXPECT_EQ(wait_status_text(*status), "exit status 2");
}

TEST(OriginProgram, RefusesAnAddressThatIsNone) {
  auto program = must(Subprocess::start({ATTEST_ORIGIN, "--listen", "nowhere"}, {.quiet_stderr = true}));
  const auto status = program.wait(patience());
  ASSERT_TRUE(status);
  EXPECT_EQ(wait_status_text(*status), "exit status 2");
}

}  // namespace
}  // namespace attest::server

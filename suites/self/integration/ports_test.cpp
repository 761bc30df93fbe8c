// Devices in the field take no port from a URL: with the origin on 80 and 443 and the name server on 53, in a
// network of its own, such a device passes, the manual's examples included.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

/// A shell line in a network namespace of its own, whose loopback is up; nothing if this machine makes none.
std::optional<Said> in_its_own_network(const std::string& line) {
  if (run_program({"unshare", "--net", "true"}).exit != 0) return std::nullopt;
  return run_program({"unshare", "--net", "sh", "-c", "ip link set lo up && " + line});
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += " '" + word + "'";
  return out;
}

TEST(StandardPorts, AreEnoughForADeviceThatTakesNoPortFromAUrl) {
  const TempDir out("attest-ports");
  const auto folder = out.path() / "run";
  const auto device =
      built("bk7238-virtual") +
      " --listen 127.0.0.1:5000 --baud 0 --no-ports-in-urls --resolver 127.0.0.1:53 --boot-ms 50"
      " --http-timeout-ms 700 --data-timeout-ms 400";
  // To attest this device is a board behind a link: what it waits for stands in words of its own.
  const std::vector<std::string> arguments{
      "--set", "deadlines.command=4s",     "--set", "deadlines.network=3s",
      "--set", "deadlines.network_up=1s",  "--set", "deadlines.data_wait=3s",
      "--set", "deadlines.data_gap=300ms", "--set", "deadlines.update=6s",
      "--set", "deadlines.line_gap=60ms"};
  const auto said =
      in_its_own_network(device + " >" + (out.path() / "link").string() + " & device=$!; " + built("attest") +
                         " run --bench " ATTEST_SOURCE_DIR "/fixtures/benches/standard-ports.toml --out " +
                         folder.string() + joined(arguments) + "; code=$?; kill $device; exit $code");
  if (!said) GTEST_SKIP() << "this machine makes no network namespaces: the right for it is missing";
  const auto result = nlohmann::json::parse(read_file(folder / "result.json").value_or(""), nullptr, false);
  ASSERT_TRUE(result.is_object()) << said->out << said->err;
  RunResult run{*said, result};
  EXPECT_THAT(run.requirements("fail"), IsEmpty()) << said->out;
  EXPECT_THAT(run.requirements("error"), IsEmpty()) << said->out;
  EXPECT_THAT(run.requirements("pass"), IsSupersetOf({"HC-14", "HC-16", "HC-17", "HC-45", "GS-03", "CP-11"}))
      << said->out;
}

TEST(StandardPorts, ThatAreMissingARightSayHowToGetIt) {
  const TempDir out("attest-ports");
  if (run_program({"setpriv", "--reuid=65534", "--clear-groups", "true"}).exit != 0)
    GTEST_SKIP() << "this user cannot become another one";
  const auto said = in_its_own_network("sysctl -qw net.ipv4.ip_unprivileged_port_start=1024; chmod 777 " +
                                       out.path().string() + "; setpriv --reuid=65534 --clear-groups " +
                                       built("attest-origin") + " --listen 127.0.0.1:80");
  if (!said) GTEST_SKIP() << "this machine makes no network namespaces: the right for it is missing";
  EXPECT_EQ(said->exit, 3) << said->out;
  EXPECT_THAT(said->err, HasSubstr("ip_unprivileged_port_start"));
}

}  // namespace
}  // namespace attest::self

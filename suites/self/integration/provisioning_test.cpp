// Provisioning as users meet it: attest provision, benches without a radio, and a device that has never been
// told of a network.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/lab/access_point.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/lab/virtual_world.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kPassword = "the secret of this test";

class Provision : public testing::Test {
 protected:
  Provision() { must(write_file_whole(password_file(), std::string(kPassword) + "\n")); }
  [[nodiscard]] std::filesystem::path password_file() const { return folder_.path() / "password"; }
  [[nodiscard]] Said provision(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {built("attest"), "provision", "--password-file", password_file().string()});
    return run_program(arguments);
  }
  /// Whatever this test's folder and a program's output hold, the password is in none of it.
  void nobody_tells_the_password(const Said& said) const {
    EXPECT_THAT(said.out, Not(HasSubstr(kPassword)));
    EXPECT_THAT(said.err, Not(HasSubstr(kPassword)));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
      if (entry.is_regular_file() && entry.path() != password_file()) {
        EXPECT_THAT(read_file(entry.path()).value_or(""), Not(HasSubstr(kPassword))) << entry.path();
      }
  }

  TempDir folder_{"attest-provision"};
};

TEST_F(Provision, OverBleTellsOfTheNetwork) {
  const auto said = provision({"--ble", "--ssid", "TP-LINK_1086"});
  EXPECT_EQ(said.exit, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("has joined TP-LINK_1086: \"WIFI GOT IP\""));
  EXPECT_THAT(said.err, HasSubstr("connected to"));
  nobody_tells_the_password(said);
}

TEST_F(Provision, ByAirKissTellsOfTheNetwork) {
  const auto said = provision({"--airkiss", "--ssid", "caf\xc3\xa9", "--json"});
  EXPECT_EQ(said.exit, 0) << said.err;
  EXPECT_EQ(nlohmann::json::parse(said.out).at("told"), "WIFI GOT IP");
  nobody_tells_the_password(said);
}

TEST_F(Provision, OfAnOpenNetworkNeedsNoFile) {
  const auto said =
      run_program({built("attest"), "provision", "--ble", "--ssid", "guests", "--open", "--quiet"});
  EXPECT_EQ(said.exit, 0) << said.err;
  EXPECT_THAT(said.err, IsEmpty());
}

TEST_F(Provision, OfADeviceThatRunsAlready) {
  const auto world = lab::VirtualWorld::start();
  must(lab::access_points_in_file(world.access_points())->set({{"home", Secret(kPassword)}}));
  lab::VirtualOptions options;
  options.program = built("bk7238-virtual");
  options.more = {"--unprovisioned"};
  options.ble_bus = world.bus();
  options.air = world.air();
  options.access_points = world.access_points();
  const auto device = must(lab::VirtualDevice::start(options));
  const std::vector<std::string> where{"--link", device.link(), "--profile", "virtual"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), where.begin(), where.end());
    return provision(more);
  };
  const auto ble = with({"--ble", "--ssid", "home", "--ble-bus", world.bus()});
  EXPECT_EQ(ble.exit, 0) << ble.err;
  const auto air = with(
      {"--airkiss", "--ssid", "home", "--airkiss-to", world.airkiss_to(), "--airkiss-listen", world.air()});
  EXPECT_EQ(air.exit, 0) << air.err;
  const auto absent = with({"--ble", "--ssid", "elsewhere", "--ble-bus", world.bus()});
  EXPECT_EQ(absent.exit, 1);
  EXPECT_THAT(absent.err, HasSubstr("WIFI NO AP FOUND"));
  for (const auto& said : {ble, air, absent}) nobody_tells_the_password(said);
}

TEST_F(Provision, SaysWhatIsMissing) {
  const auto refused = [&](std::vector<std::string> arguments, const std::string& why) {
    arguments.insert(arguments.begin(), {built("attest"), "provision"});
    const auto said = run_program(arguments);
    EXPECT_EQ(said.exit, 2) << said.err;
    EXPECT_THAT(said.err, HasSubstr(why));
  };
  refused({"--ssid", "home", "--open"}, "--ble or --airkiss");
  refused({"--ble", "--ssid", "home"}, "--password-file");
  refused({"--ble", "--ssid", "home", "--password-file", "/nonexistent"}, "/nonexistent");
  refused({"--ble", "--open"}, "--ssid");
  refused({"--ble", "--ssid", std::string(33, 'x'), "--open"}, "1 to 32 bytes");
  must(write_file_whole(password_file(), "1234567"));
  refused({"--ble", "--ssid", "home", "--password-file", password_file().string()}, "8 to 63 bytes");
  must(write_file_whole(password_file(), std::string(33, '1')));
  refused({"--airkiss", "--ssid", "home", "--password-file", password_file().string()}, "provision over BLE");
}

/// A run with a bench file of its own.
class Radio : public Provision {
 protected:
  [[nodiscard]] RunResult run_on(const std::string& bench, std::vector<std::string> more) const {
    must(write_file_whole(folder_.path() / "bench.toml", bench));
    auto arguments = in_a_hurry();
    arguments.insert(arguments.end(), {"--quiet", "--bench", (folder_.path() / "bench.toml").string()});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return attest_run(arguments, folder_.path() / "run");
  }
};

TEST_F(Radio, ThatABenchHasNotIsNotApplicable) {
  const auto run = run_on("[ble]\nbus = \"none\"\n[airkiss]\nto = \"none\"\n",
                          {"--select", "CWSTARTSMART", "--select", "GEN-02"});
  EXPECT_EQ(run.said.exit, 0) << run.said.out;
  EXPECT_THAT(run.cases("fail"), IsEmpty());
  EXPECT_THAT(run.cases("inconc"), IsEmpty());
  EXPECT_TRUE(run.cases("none").contains("SmartBle.IsAdvertised"));
  EXPECT_TRUE(run.cases("none").contains("SmartAirKiss.Provisions"));
  EXPECT_TRUE(run.cases("pass").contains("SmartStart.TakesTheAuthFloor/7"))
      << "what needs no radio is judged";
}

TEST_F(Radio, WithoutAnyDBusLeavesItsCasesUndecidedAndTheRestAsItIs) {
  auto arguments = in_a_hurry();
  std::vector<std::string> argv{"/usr/bin/env",
                                "PATH=/nonexistent",
                                built("attest"),
                                "run",
                                "--quiet",
                                "--out",
                                (folder_.path() / "run").string(),
                                "--select",
                                "SmartBle",
                                "--select",
                                "SmartAirKiss.Provisions",
                                "--select",
                                "GEN-0*"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto said = run_program(argv);
  EXPECT_EQ(said.exit, 3) << said.out << said.err;
  const auto result =
      nlohmann::json::parse(read_file(folder_.path() / "run" / "result.json").value_or("null"));
  ASSERT_TRUE(result.is_object());
  for (const auto& one : result.at("cases")) {
    const bool ble = one.at("id").get<std::string>().starts_with("SmartBle.");
    EXPECT_EQ(one.at("verdict"), ble ? "inconc" : "pass") << one.dump();
    if (ble) {
      EXPECT_THAT(one.dump(), HasSubstr("dbus-daemon"));
    }
  }
}

TEST_F(Radio, BringsHomeADeviceThatHasNeverBeenToldOfANetwork) {
  const auto run = run_on("", {"--virtual-option=--unprovisioned"});
  EXPECT_EQ(run.said.exit, 0) << run.said.out;
  EXPECT_THAT(run.cases("fail"), IsEmpty());
  EXPECT_THAT(run.cases("inconc"), IsEmpty());
  EXPECT_GT(run.cases("pass").size(), 400U);
}

TEST_F(Radio, KeepsThePasswordOfTheHomeOutOfTheRecord) {
  const auto run =
      run_on(fmt::format("[network]\nssid = \"home\"\npassword_file = \"{}\"\n", password_file().string()),
             {"--select", "SmartJoin", "--select", "SmartAirKiss.Provisions"});
  EXPECT_EQ(run.said.exit, 0) << run.said.out;
  nobody_tells_the_password(run.said);
  const auto record = read_file(folder_.path() / "run" / "record.jsonl").value_or("");
  EXPECT_THAT(record, HasSubstr("\"event\":\"write\""));
  EXPECT_THAT(record, Not(HasSubstr("at-home-with-attest"))) << "the virtual device's own home";
}

}  // namespace
}  // namespace attest::self

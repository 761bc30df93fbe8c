#include "harness/lab/bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attest::lab {
namespace {
using testing::HasSubstr;

TEST(BenchFile, GivesWhatItStates) {
  const auto bench = parse_bench(R"(
name = "desk"
[device]
link = "serial:/dev/ttyUSB0?baud=115200"
profile = "bk7238"
[origin]
listen = "192.168.4.1"
http_port = 80
[set]
"deadlines.network" = "10s"
"facts.port_in_host" = true
)",
                                 "desk.toml");
  ASSERT_TRUE(bench) << bench.error().text();
  EXPECT_EQ(bench->name, "desk");
  EXPECT_EQ(bench->link, "serial:/dev/ttyUSB0?baud=115200");
  EXPECT_EQ(bench->listen, "192.168.4.1");
  EXPECT_EQ(bench->advertise, "");
  EXPECT_EQ(bench->http_port, 80);
  EXPECT_FALSE(bench->is_virtual());
  EXPECT_THAT(bench->set, testing::ElementsAre(testing::Pair("deadlines.network", "10s"),
                                               testing::Pair("facts.port_in_host", "true")));
}

TEST(BenchFile, TellsOfTheRadioAndTheNetwork) {
  const auto bench = parse_bench(R"(
[ble]
bus = "none"
adapter = "hci1"
[airkiss]
to = "192.168.4.255:10001"
listen = "192.168.4.1"
[network]
ssid = "lab"
password_file = "lab.password"
set = "lab/access-point"
hostapd = "/run/hostapd/wlan0"
[floor]
loopback = "serial:/dev/ttyUSB1"
far = "serial:/dev/ttyUSB2"
)",
                                 "desk.toml");
  ASSERT_TRUE(bench) << bench.error().text();
  EXPECT_EQ(bench->ble_bus, kNone);
  EXPECT_EQ(bench->ble_adapter, "hci1");
  EXPECT_EQ(bench->network_ssid, "lab");
  EXPECT_EQ(to_json(bench_from_json(to_json(*bench))), to_json(*bench));
  EXPECT_EQ(to_json(*bench).at("airkiss").at("to"), "192.168.4.255:10001");
  EXPECT_EQ(to_json(*bench).at("network").at("hostapd"), "/run/hostapd/wlan0");
  EXPECT_EQ(bench->floor_loopback, "serial:/dev/ttyUSB1");
  EXPECT_EQ(bench->floor_far, "serial:/dev/ttyUSB2");
}

TEST(BenchFile, NeedsAPortThatBytesGoOutAt) {
  Bench bench;
  bench.floor_far = "serial:/dev/ttyUSB2";
  EXPECT_THAT(check_link(bench).error().text(), HasSubstr("floor.loopback"));
  bench.floor_loopback = "ttyUSB1";
  EXPECT_FALSE(check_link(bench));
  bench.floor_loopback = "serial:/dev/ttyUSB1";
  EXPECT_TRUE(check_link(bench));
}

TEST(BenchFile, MayBeEmptyAndIsVirtualThen) {
  EXPECT_TRUE(parse_bench("", "empty.toml")->is_virtual());
}

struct Wrong {
  const char* toml;
  const char* says;
};

class WrongBenchFile : public testing::TestWithParam<Wrong> {};

TEST_P(WrongBenchFile, IsOneErrorThatSaysWhereAndWhat) {
  const auto bench = parse_bench(GetParam().toml, "b.toml");
  ASSERT_FALSE(bench);
  EXPECT_EQ(bench.error().fault, Fault::usage);
  EXPECT_THAT(bench.error().text(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongBenchFile,
    testing::Values(Wrong{"[device]\nlnik = \"x\"\n",
                          "b.toml:2:8: unknown key 'lnik' in [device]; did you mean 'link'?"},
                    Wrong{"[device]\nlink = 5\n", "b.toml:2:8: link is not a text"},
                    Wrong{"[origin]\nhttp_port = 70000\n", "is not a port"},
                    Wrong{"[origin]\nhttp_port = \"80\"\n", "is not a port"},
                    Wrong{"device = 1\n", "device is not a table"}, Wrong{"[device\n", "b.toml:1:"}));

constexpr const char* kTwo = R"(
name = "rack"
[origin]
listen = "192.168.4.1"
http_port = 80
[[device]]
name = "left"
link = "serial:/dev/ttyUSB0"
[[device]]
name = "right"
link = "serial:/dev/ttyUSB1"
[device.origin]
http_port = 8080
[device.power]
off = "relay 2 off"
on = "relay 2 on"
)";

TEST(BenchFile, HasSeveralDevicesEachWithWhatIsAnotherForIt) {
  const auto all = parse_benches(kTwo, "rack.toml");
  ASSERT_TRUE(all) << all.error().text();
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).name, "left");
  EXPECT_EQ(all->at(0).http_port, 80);
  EXPECT_EQ(all->at(0).power_off, "");
  EXPECT_EQ(all->at(1).link, "serial:/dev/ttyUSB1");
  EXPECT_EQ(all->at(1).listen, "192.168.4.1");
  EXPECT_EQ(all->at(1).http_port, 8080);
  EXPECT_EQ(all->at(1).power_off, "relay 2 off");
}

TEST(BenchFile, IsNotOneDeviceWhereItHasSeveral) {
  const auto one = parse_bench(kTwo, "rack.toml");
  ASSERT_FALSE(one);
  EXPECT_THAT(one.error().text(),
              testing::AllOf(HasSubstr("rack.toml"), HasSubstr("2 devices"), HasSubstr("--link")));
}

TEST(BenchFile, SaysWhereADeviceOfSeveralIsWrong) {
  const auto told = [](const char* text) { return parse_benches(text, "rack.toml").error().text(); };
  EXPECT_THAT(told("[[device]]\nname = \"a\"\nlink = \"tcp://h:1\"\nlnk = 1\n"),
              testing::AllOf(HasSubstr("rack.toml:4:"), HasSubstr("did you mean 'link'")));
  EXPECT_THAT(told("[[device]]\nname = \"a\"\n"), HasSubstr("needs a link"));
  EXPECT_THAT(told("[[device]]\nname = \"a\"\nlink = \"tcp://h:1\"\n[[device]]\nname = \"b\"\nlink = "
                   "\"tcp://h:1\"\n"),
              HasSubstr("two devices have the link"));
  EXPECT_THAT(
      told("[origin]\nhttp_port = 80\n[[device]]\nname = \"a\"\nlink = \"tcp://h:1\"\n[[device]]\nname = "
           "\"b\"\nlink = \"tcp://h:2\"\n"),
      HasSubstr("two devices have the origin's port 80"));
}

}  // namespace
}  // namespace attest::lab

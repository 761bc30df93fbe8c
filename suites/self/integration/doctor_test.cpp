// attest doctor as a person meets it: nothing wrong on a fresh machine; all that is wrong with a bench at
// once, each thing with its cure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <fstream>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace testing;

Said doctor(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {built("attest"), "doctor"});
  return run_program(arguments);
}

/// A port of the loopback that this process holds.
class HeldPort {
 public:
  HeldPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&place), size), 0);
    EXPECT_EQ(::listen(socket_.get(), 1), 0);
    EXPECT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&place), &size), 0);
    number_ = ntohs(place.sin_port);
  }
  [[nodiscard]] std::string number() const { return std::to_string(number_); }

 private:
  Fd socket_;
  std::uint16_t number_ = 0;
};

/// A bench with six things wrong.
struct ASickBench : Test {
  ASickBench() {
    std::ofstream(bench) << R"(name = "sick"
[device]
link = "serial:/dev/ttyATTEST7?baud=921600"
[origin]
listen    = "127.0.0.1"
http_port = )" << taken.number()
                         << R"(
[dns]
listen = "203.0.113.77"
[power]
off = "no-such-switch off"
on  = "no-such-switch on"
[ota]
image   = "absent.rbl"
version = "1.2.0"
[network]
ssid          = "lab"
password_file = "absent.password"
[ble]
bus = "none"
)";
  }
  HeldPort taken;
  TempDir folder{"attest-doctor"};
  std::string bench = (folder.path() / "sick.toml").string();
  const std::vector<std::string> wrong{"port",      "http-port", "dns-address", "network-password",
                                       "ota-image", "power"};
};

TEST(AttestDoctor, FindsNothingWrongOnAFreshMachine) {
  const auto said = doctor({});
  EXPECT_EQ(said.exit, 0) << said.out << said.err;
  EXPECT_THAT(said.out,
              AllOf(HasSubstr("nothing is wrong"), HasSubstr("AT version:"), Not(HasSubstr("FAIL"))));
  EXPECT_THAT(said.err, IsEmpty());
}

TEST(AttestDoctor, WarnsOnAFreshMachineOfNothingButClockAndDisk) {
  const auto json = nlohmann::json::parse(doctor({"--json"}).out);
  for (const auto& one : json.at("checks"))
    EXPECT_TRUE(one.at("health") != "warn" || one.at("check") == "clock-synchronised" ||
                one.at("check") == "disk")
        << one;
}

TEST_F(ASickBench, HasAllThatIsWrongNamedWithItsCure) {
  const auto said = doctor({"--bench", bench});
  EXPECT_EQ(said.exit, 3) << said.out << said.err;
  EXPECT_THAT(said.out, HasSubstr("6 things are wrong"));
  for (const char* words :
       {"/dev/ttyATTEST7 is not there", "Address already in use", "203.0.113.77 is no address of this host",
        "absent.password is not there", "absent.rbl is not there", "no such program: no-such-switch"})
    EXPECT_THAT(said.out, HasSubstr(words));
  for (const char* cure : {"fix: sudo ip addr add 203.0.113.77/24 dev ", "fix: install -m 600 /dev/null ",
                           "fix: install no-such-switch, or", "fix: build the image", "fix: it is held by "})
    EXPECT_THAT(said.out, HasSubstr(cure));
}

TEST_F(ASickBench, IsToldOfInJsonWhole) {
  const auto said = doctor({"--bench", bench, "--json"});
  EXPECT_EQ(said.exit, 3);
  const auto json = nlohmann::json::parse(said.out);
  EXPECT_EQ(json.at("schema"), 1);
  EXPECT_EQ(json.at("passed"), false);
  std::vector<std::string> found;
  std::map<std::string, int> counts{{"ok", 0}, {"warn", 0}, {"fail", 0}, {"skip", 0}};
  for (const auto& one : json.at("checks")) {
    const auto health = one.at("health").get<std::string>();
    ++counts[health];
    EXPECT_FALSE(one.at("subject").get<std::string>().empty() || one.at("text").get<std::string>().empty())
        << one;
    EXPECT_EQ(one.at("fixes").empty(), health == "ok" || health == "skip") << one;
    if (health == "fail") found.push_back(one.at("check"));
  }
  EXPECT_THAT(found, UnorderedElementsAreArray(wrong));
  EXPECT_EQ(json.at("counts").get<decltype(counts)>(), counts);
}

TEST(AttestDoctor, LeavesTheDeviceAlone) {
  const auto said = doctor({"--no-contact"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.out, AllOf(HasSubstr("--no-contact"), Not(HasSubstr("AT version"))));
}

TEST(AttestDoctor, TellsOfAWrongLinkAsAFindingAndOfWrongWordsAsUsage) {
  const auto link = doctor({"--link", "seriel:/dev/ttyUSB0"});
  EXPECT_EQ(link.exit, 3);
  EXPECT_THAT(link.out, HasSubstr("did you mean serial"));
  EXPECT_EQ(doctor({"--no-such-option"}).exit, 2);
  EXPECT_EQ(doctor({"--bench", "/absent/bench.toml"}).exit, 2);
  const TempDir folder("attest-doctor");
  const auto bench = (folder.path() / "bench.toml").string();
  std::ofstream(bench) << "[devise]\nlink = \"virtual\"\n";
  const auto said = doctor({"--bench", bench});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.err, AllOf(HasSubstr("bench.toml:1"), HasSubstr("device")));
}

}  // namespace
}  // namespace attest::self

// The doctor at a machine made of files: each thing that can be wrong is found once, with its cure, and a
// sound machine is left in peace.
#include "harness/lab/doctor.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <thread>

#include "harness/base/file.hpp"
#include "harness/lab/lease.hpp"
#include "harness/transport/pty.hpp"

namespace attest::lab {
namespace {
using namespace testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr const char* kById = "/dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0";

/// A sound host with one FTDI adapter at ttyUSB0, and a bench on it; each test spoils a thing.
class Doctor : public Test {
 protected:
  Doctor() {
    at.sys = top() / "sys";
    at.dev = top() / "dev";
    at.proc = top() / "proc";
    at.etc = top() / "etc";
    at.run = top() / "run";
    at.programs = top() / "bin";
    at.out = top() / "out";
    at.search = (top() / "usr").string();
    at.user = "eve";
    at.contact = false;
    at.may = [this](const fs::path& path, int mode) {
      return !refused.contains(path) && ::access(path.c_str(), mode) == 0;
    };
    at.is_port = [](const fs::path& path) { return fs::is_regular_file(path); };
    at.free_bytes = [this](const fs::path&) { return free; };
    at.addresses = [this] { return addresses; };
    at.time = [this] { return time; };
    at.bind = [this](const std::string&, std::uint16_t port, Surroundings::Protocol protocol) -> Status {
      tried.emplace_back(port, protocol);
      if (port == taken)
        return fail(Fault::bench, "listen: Address already in use", "it is held by pid 7 (nginx)");
      return {};
    };
    time.now = time.built = std::chrono::system_clock::now();
    time.synchronised = true;
    for (const char* name : {"attest-cases", "bk7238-virtual"}) program(at.programs / name);
    put("dev/ptmx", "");
    fs::create_directories(at.dev / "pts");
    put("proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n");
    put("proc/self/status", "Name:\tattest\nCapEff:\t0000000000000000\n");
    put("etc/group", "root:x:0:\ndialout:x:20:adam\n");
    plug("ttyUSB0", "1-2", "A50285BI");
    link("dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0", "../../ttyUSB0");
    bench.name = "desk";
    bench.link = std::string("serial:") + kById + "?baud=921600";
    bench.profile = "bk7238";
    bench.ble_bus = kNone;
  }

  [[nodiscard]] fs::path top() const { return folder_.path(); }
  void put(const fs::path& file, const std::string& text) {
    fs::create_directories((top() / file).parent_path());
    std::ofstream(top() / file) << text;
  }
  void link(const fs::path& name, const fs::path& to) {
    fs::create_directories((top() / name).parent_path());
    fs::create_symlink(to, top() / name);
  }
  void program(const fs::path& file) {
    put(file.lexically_relative(top()), "");
    fs::permissions(file, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  }
  void plug(const std::string& tty, const std::string& place, const std::string& serial) {
    const auto usb = fs::path("sys/devices/usb1") / place;
    put(usb / "idVendor", "0403\n");
    put(usb / "idProduct", "6001\n");
    put(usb / "manufacturer", "FTDI\n");
    put(usb / "product", "FT232R USB UART\n");
    put(usb / "serial", serial + "\n");
    put(usb / "bNumInterfaces", " 1\n");
    put(usb / "dev", "189:5\n");
    put(usb / (place + ":1.0") / "bInterfaceNumber", "00\n");
    put(usb / (place + ":1.0") / tty / "latency_timer", "1\n");
    link(fs::path("sys/class/tty") / tty / "device", top() / usb / (place + ":1.0") / tty);
    put(fs::path("sys/class/tty") / tty / "dev", "188:0\n");
    put(fs::path("dev") / tty, "");
  }
  [[nodiscard]] fs::path timer() const { return "sys/devices/usb1/1-2/1-2:1.0/ttyUSB0/latency_timer"; }

  std::vector<Finding> examined() { return examine({bench}, at); }
  /// The finding of that check; one with an empty name if there is none.
  Finding found(const std::string& check) {
    for (auto& one : examined())
      if (one.check == check) return one;
    return {};
  }
  /// Whether that check, and no other, found something wrong, or warns.
  Finding only(const std::string& check, Health health) {
    Finding out;
    for (auto& one : examined()) {
      if (one.check == check)
        out = one;
      else if (one.health == Health::fail || one.health == Health::warn)
        ADD_FAILURE() << one.check << " also complains: " << one.text;
    }
    EXPECT_EQ(name_of(out.health), name_of(health)) << check << ": " << out.text;
    EXPECT_EQ(out.check, check);
    if (health == Health::fail || health == Health::warn) {
      EXPECT_THAT(out.fixes, Not(IsEmpty())) << check;
      EXPECT_THAT(out.fixes, Each(Not(IsEmpty()))) << check;
      if (out.fixes.empty()) out.fixes.emplace_back();  // for who looks at the first
    }
    return out;
  }

  Surroundings at;
  Bench bench;
  std::set<fs::path> refused;
  std::uint64_t free = 5ULL << 30;
  std::vector<NetworkAddress> addresses{{"lo", "127.0.0.1"}, {"wlan1", "10.0.0.7"}};
  HostTime time;
  std::uint16_t taken = 0;
  std::vector<std::pair<std::uint16_t, Surroundings::Protocol>> tried;

 private:
  TempDir folder_{"attest-doctor"};
};

// --- a sound machine

TEST_F(Doctor, LeavesASoundMachineInPeace) {
  for (const auto& one : examined()) {
    EXPECT_TRUE(one.health == Health::ok || one.check == "contact") << one.check << ": " << one.text;
    EXPECT_THAT(one.fixes, IsEmpty()) << one.check;
  }
  EXPECT_THAT(found("port").text,
              AllOf(HasSubstr("0403:6001"), HasSubstr("A50285BI"), HasSubstr("/dev/ttyUSB0")));
}

TEST_F(Doctor, DoesNotLookForWhatABenchDoesNotHave) {
  for (const char* check : {"http-port", "https-port", "dns-port", "ble-adapter", "hostapd", "ota-image",
                            "power", "power-hub", "flash", "floor", "modem-manager", "endpoint"})
    EXPECT_EQ(found(check).check, "") << check;
}

TEST_F(Doctor, TellsEachFindingAsItComes) {
  std::vector<std::string> told;
  const auto all = examine({bench}, at, [&](const Finding& one) { told.push_back(one.check); });
  ASSERT_EQ(told.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(told[i], all[i].check);
}

TEST_F(Doctor, FindsThePortOfAnAdapterThatIsNamed) {
  for (const auto* link : {"usb:A50285BI", "usb-port:1-2"}) {
    bench.link = link;
    EXPECT_EQ(found("port").health, Health::ok) << link;
  }
  bench.link = "usb:ANOTHER";
  EXPECT_THAT(only("port", Health::fail).fixes.front(), HasSubstr("serial A50285BI"));
}

TEST_F(Doctor, GivesEachDeviceItsOwnFindings) {
  auto other = bench;
  other.name = "shelf";
  other.link = "serial:/dev/ttyUSB7";
  const auto all = examine({other, bench}, at);
  const auto port = [&](const std::string& subject) {
    return std::find_if(all.begin(), all.end(),
                        [&](const auto& f) { return f.subject == subject && f.check == "port"; });
  };
  EXPECT_EQ(port("shelf")->health, Health::fail);
  EXPECT_EQ(port("desk")->health, Health::ok) << "what one device lacks, the next may have";
  EXPECT_THAT(port("shelf")->text, Not(HasSubstr("A50285BI"))) << "that port is the other device's";
}

// --- the host

TEST_F(Doctor, MissesAProgram) {
  fs::remove(at.programs / "attest-cases");
  EXPECT_THAT(only("programs", Health::fail).text, EndsWith(": attest-cases"));
}

TEST_F(Doctor, MissesPseudoTerminals) {
  refused.insert(at.dev / "ptmx");
  EXPECT_THAT(only("terminals", Health::fail).fixes.front(), HasSubstr("mount -t devpts"));
}

TEST_F(Doctor, FindsAClockThatIsBeforeTheProgram) {
  time.now = time.built - 48h;
  EXPECT_THAT(only("clock", Health::fail).fixes.front(), HasSubstr("timedatectl"));
  EXPECT_EQ(found("clock-synchronised").health, Health::skip);
}

TEST_F(Doctor, WarnsOfAClockThatNobodyKeepsRight) {
  time.synchronised = false;
  EXPECT_THAT(only("clock-synchronised", Health::warn).fixes.front(), HasSubstr("set-ntp true"));
}

TEST_F(Doctor, WarnsOfAFullDiskAndThenRefusesIt) {
  free = (1ULL << 30) - 1;
  EXPECT_THAT(only("disk", Health::warn).text, HasSubstr("1023 MiB"));
  free = (100ULL << 20) - 1;
  only("disk", Health::fail);
  free = 100ULL << 20;
  only("disk", Health::warn);
  free = 1ULL << 30;
  EXPECT_EQ(found("disk").health, Health::ok);
}

TEST_F(Doctor, FindsAFolderThatNobodyMayWriteIn) {
  refused.insert(top());
  EXPECT_THAT(only("disk", Health::fail).fixes.front(), HasSubstr("chown eve"));
}

// --- the way to the device

TEST_F(Doctor, FindsAProfileThatIsNone) {
  bench.profile = "bk7239";
  EXPECT_EQ(only("profile", Health::fail).subject, "desk");
}

TEST_F(Doctor, FindsAValueThatTheProfileDoesNotTake) {
  bench.set = {{"deadlines.netwrok", "5s"}};
  EXPECT_THAT(only("profile", Health::fail).fixes.front(), HasSubstr("deadlines.network"));
}

TEST_F(Doctor, FindsALinkThatIsNoneAndSkipsWhatNeedsIt) {
  bench.link = "seriel:/dev/ttyUSB0";
  at.contact = true;
  EXPECT_THAT(only("link", Health::fail).text, HasSubstr("did you mean serial"));
  for (const char* check : {"port", "port-lock", "endpoint", "contact"}) {
    EXPECT_EQ(found(check).health, Health::skip) << check;
    EXPECT_THAT(found(check).text, HasSubstr("link is wrong")) << check;
  }
}

TEST_F(Doctor, NamesThePortThatAnAbsentOneMayHaveReturnedAs) {
  bench.link = "serial:/dev/ttyUSB3?baud=921600";
  const auto port = only("port", Health::fail);
  EXPECT_THAT(port.text, AllOf(HasSubstr("/dev/ttyUSB3 is not there"), HasSubstr(kById)));
  EXPECT_THAT(port.fixes.front(), HasSubstr(std::string("link = \"serial:") + kById + "?baud=921600\""));
}

TEST_F(Doctor, SaysWhatToDoWhereNoPortIsLeft) {
  fs::remove_all(at.dev / "serial");
  fs::remove(at.dev / "ttyUSB0");
  EXPECT_THAT(only("port", Health::fail).fixes.front(), HasSubstr("dmesg"));
}

TEST_F(Doctor, FindsAFileThatIsNoPort) {
  at.is_port = [](const fs::path&) { return false; };
  EXPECT_THAT(only("port", Health::fail).text, HasSubstr("no serial port"));
}

TEST_F(Doctor, FindsTwoDevicesOnOnePort) {
  auto other = bench;
  other.name = "shelf";
  other.link = "serial:/dev/ttyUSB0";
  const auto all = examine({bench, other}, at);
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const auto& f) { return f.check == "port" && f.health == Health::fail; }),
            2);
}

TEST_F(Doctor, FindsAPortThatMayNotBeOpenedAndWritesTheRuleForIt) {
  refused.insert(at.dev / "serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0");
  fs::permissions(at.dev / "ttyUSB0", fs::perms::owner_read | fs::perms::owner_write);
  const auto port = only("port-permission", Health::fail);
  EXPECT_THAT(port.fixes, Contains(HasSubstr("usermod -aG dialout eve")));
  EXPECT_THAT(port.fixes,
              Contains(HasSubstr(R"(SUBSYSTEM=="tty", ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", )"
                                 R"(ATTRS{serial}=="A50285BI", MODE="0660", GROUP="dialout", )"
                                 R"(SYMLINK+="attest-desk")")));
}

TEST_F(Doctor, WritesARuleForOnePortOfAnAdapterWithSeveral) {
  put("sys/devices/usb1/1-2/bNumInterfaces", " 4\n");
  put("sys/devices/usb1/1-2/1-2:1.0/bInterfaceNumber", "02\n");
  refused.insert(at.dev / "serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0");
  EXPECT_THAT(only("port-permission", Health::fail).fixes,
              Contains(HasSubstr(R"(ENV{ID_USB_INTERFACE_NUM}=="02")")));
}

TEST_F(Doctor, LetsNoSerialNumberBreakOutOfARule) {
  put("sys/devices/usb1/1-2/serial", "A'\"; rm -rf $HOME\n");
  refused.insert(at.dev / "serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0");
  EXPECT_THAT(only("port-permission", Health::fail).fixes,
              Contains(HasSubstr(R"(ATTRS{serial}=="A????rm?-rf??HOME")")));
}

TEST_F(Doctor, WarnsOfANumberedNameWhereAnotherStays) {
  bench.link = "serial:/dev/ttyUSB0?baud=921600";
  EXPECT_THAT(only("port-name", Health::warn).fixes.front(),
              HasSubstr(std::string("link = \"serial:") + kById + "?baud=921600\""));
  fs::remove_all(at.dev / "serial");
  EXPECT_EQ(found("port-name").check, "") << "there is no better name";
}

/// Holds a file open, with a lock, in a process of its own.
class Holder {
 public:
  explicit Holder(const std::string& path) {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) throw Failure({Fault::bench, errno_text("make a pipe", errno), {}});
    const Fd ready(fds[0]);
    Fd say(fds[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int fd = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK);
      if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0) (void)!::write(say.get(), "d", 1);
      for (;;) ::pause();
    }
    say.reset();
    char c = 0;
    EXPECT_EQ(::read(ready.get(), &c, 1), 1);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

/// A real line, of the real machine.
struct DoctorAtALine : Doctor {
  DoctorAtALine() {
    at.dev = "/dev";
    at.is_port = this_machine().is_port;
    bench.link = pty.address();
  }
  transport::PtyPair pty = must(transport::PtyPair::open(steady_clock()));
};

TEST_F(DoctorAtALine, FindsAPortInUseAndByWhom) {
  EXPECT_EQ(found("port-lock").health, Health::ok);
  const Holder holder(pty.path());
  at.contact = true;
  const auto lock = only("port-lock", Health::fail);
  EXPECT_THAT(lock.text, HasSubstr("pid " + std::to_string(holder.pid())));
  EXPECT_THAT(lock.fixes.front(), HasSubstr("kill " + std::to_string(holder.pid())));
  EXPECT_THAT(found("contact").text, HasSubstr("port-lock is wrong"));
}

TEST_F(DoctorAtALine, EndsNobodysRun) {
  const Holder holder(pty.path());
  put("proc/" + std::to_string(holder.pid()) + "/comm", "attest-cases\n");
  EXPECT_THAT(only("port-lock", Health::fail).fixes, ElementsAre(StartsWith("tail --pid=")));
}

TEST_F(DoctorAtALine, OnlyWarnsOfAPortInUseThatTheLinkShares) {
  bench.link += "?lock=off";
  const Holder holder(pty.path());
  only("port-lock", Health::warn);
}

/// A device that answers each line with `reply` of it, until the far end goes away.
class Answering {
 public:
  Answering(transport::Link& link, std::function<std::string(const std::string&)> reply)
      : thread_([this, &link, reply = std::move(reply)] { answer(link, reply); }) {}
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  ~Answering() {
    (void)::eventfd_write(stop_.get(), 1);
    thread_.join();
  }

 private:
  void answer(transport::Link& link, const std::function<std::string(const std::string&)>& reply) {
    link.stop_on(stop_.get());
    std::string line;
    char bytes[64];
    for (;;) {
      const auto came = link.read(bytes, Deadline::in(steady_clock(), 60s));
      if (!came) return;
      for (std::size_t i = 0; i < came->count; ++i) {
        if (bytes[i] != '\n') {
          line += bytes[i];
          continue;
        }
        line.resize(line.find_last_not_of('\r') + 1);
        if (!link.write(reply(line), Deadline::in(steady_clock(), 60s))) return;
        line.clear();
      }
    }
  }

  Fd stop_{::eventfd(0, EFD_CLOEXEC)};
  std::thread thread_;
};

std::string of_a_board(const std::string& line) {
  if (line == "AT+GMR") return "AT version:1.1.7\r\nBuild:board\r\nOK\r\n";
  return "OK\r\n";
}

TEST_F(DoctorAtALine, ShowsTheFirmwareThatTheDeviceTells) {
  const Answering device(pty.far(), of_a_board);
  at.contact = true;
  EXPECT_THAT(found("contact").text, HasSubstr("AT version:1.1.7, Build:board"));
  bench.firmware = "*1.1.*";
  EXPECT_EQ(found("contact").health, Health::ok);
}

TEST_F(DoctorAtALine, FindsAnotherFirmwareThanTheBenchNames) {
  const Answering device(pty.far(), of_a_board);
  at.contact = true;
  bench.firmware = "*1.2.*";
  bench.flash_command = "true";
  const auto contact = only("contact", Health::fail);
  EXPECT_THAT(contact.text, AllOf(HasSubstr("1.1.7"), HasSubstr("*1.2.*")));
  EXPECT_EQ(contact.fixes.front(), "true") << "the bench knows how to flash it";
}

TEST_F(DoctorAtALine, WarnsOfADeviceThatTellsNoVersion) {
  const Answering device(pty.far(), [](const std::string& line) {
    return std::string(line == "AT+GMR" ? "ERROR\r\n" : "OK\r\n");
  });
  at.contact = true;
  EXPECT_THAT(only("contact", Health::warn).fixes.front(), HasSubstr("attest probe"));
}

TEST_F(DoctorAtALine, FindsASilentDevice) {
  at.contact = true;
  bench.set = {{"deadlines.connect", "300ms"}};
  const auto contact = only("contact", Health::fail);
  EXPECT_THAT(contact.text, HasSubstr("not one byte came"));
  EXPECT_THAT(contact.fixes.front(), HasSubstr("TX and RX"));
}

TEST_F(DoctorAtALine, LeavesTheDeviceAloneIfToldSo) {
  const auto contact = found("contact");
  EXPECT_EQ(contact.health, Health::skip);
  EXPECT_EQ(contact.text, "--no-contact");
  char byte = 0;
  EXPECT_EQ(must(pty.far().read({&byte, 1}, Deadline(steady_clock().now()))).count, 0U) << "nothing was sent";
}

TEST_F(Doctor, WarnsOfModemManagerUnlessItIsToldToLeaveThePortAlone) {
  put("proc/4711/comm", "ModemManager\n");
  const auto warned = only("modem-manager", Health::warn);
  EXPECT_THAT(warned.text, HasSubstr("4711"));
  EXPECT_THAT(warned.fixes.front(), HasSubstr(R"(ATTRS{idProduct}=="6001", ATTRS{serial}=="A50285BI", )"
                                              R"(ENV{ID_MM_DEVICE_IGNORE}="1")"));
  put("run/udev/data/c189:5", "N:bus/usb/001/006\nE:ID_MM_DEVICE_IGNORE=1\n");
  EXPECT_EQ(found("modem-manager").health, Health::ok);
}

TEST_F(Doctor, WarnsOfALatencyTimer) {
  put(timer(), "16\n");
  link("sys/devices/usb1/1-2/1-2:1.0/ttyUSB0/driver", top() / "sys/bus/usb-serial/drivers/ftdi_sio");
  fs::create_directories(top() / "sys/bus/usb-serial/drivers/ftdi_sio");
  const auto warned = only("latency-timer", Health::warn);
  EXPECT_THAT(warned.text, HasSubstr("16 ms"));
  EXPECT_THAT(warned.fixes,
              ElementsAre(HasSubstr("echo 1 | sudo tee /sys/class/tty/ttyUSB0/device/latency_timer"),
                          HasSubstr(R"(DRIVER=="ftdi_sio", ATTR{latency_timer}="1")")));
}

// --- links over the network

/// A port of the loopback that listens, or one that does not.
class LoopbackPort {
 public:
  explicit LoopbackPort(bool listening) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&place), size), 0);
    EXPECT_TRUE(!listening || ::listen(socket_.get(), 8) == 0);
    EXPECT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&place), &size), 0);
    link_ = "tcp://127.0.0.1:" + std::to_string(ntohs(place.sin_port));
  }
  [[nodiscard]] const std::string& link() const { return link_; }

 private:
  Fd socket_;
  std::string link_;
};

TEST_F(Doctor, ReachesAnEndpoint) {
  const LoopbackPort port(true);
  bench.link = port.link();
  bench.set = {{"deadlines.connect", "100ms"}};
  at.contact = true;
  EXPECT_EQ(found("endpoint").health, Health::ok);
  EXPECT_THAT(only("contact", Health::fail).text, HasSubstr("not one byte came"));
}

TEST_F(Doctor, FindsAnEndpointThatTakesNoConnections) {
  const LoopbackPort port(false);
  bench.link = port.link();
  at.contact = true;
  only("endpoint", Health::fail);
  EXPECT_THAT(found("contact").text, HasSubstr("endpoint is wrong"));
}

TEST_F(Doctor, FindsAnEndpointThatAnotherRunHas) {
  const LoopbackPort port(true);
  bench.link = port.link();
  at.contact = true;
  const auto lease = must(Lease::take(lease_name(bench)));
  EXPECT_THAT(only("endpoint", Health::fail).text, HasSubstr("in use by pid"));
}

TEST_F(Doctor, OpensNoEndpointIfToldToLeaveTheDeviceAlone) {
  const LoopbackPort port(false);
  bench.link = port.link();
  EXPECT_EQ(only("endpoint", Health::skip).text,
            "--no-contact: a connection would open the port at its far end");
}

// --- servers

TEST_F(Doctor, FindsAnAddressThatIsNotOfThisHost) {
  bench.listen = "192.168.4.1";
  bench.http_port = 8080;
  for (const char* made : {"ifb0", "eth0/device", "eth9/device", "wlan7/device", "wlan7/phy80211"})
    fs::create_directories(at.sys / "class/net" / made);
  const auto address = only("origin-address", Health::fail);
  EXPECT_THAT(address.text, HasSubstr("wlan1 10.0.0.7"));
  EXPECT_THAT(address.fixes.front(), HasSubstr("ip addr add 192.168.4.1/24 dev wlan7"));
  EXPECT_EQ(found("http-port").health, Health::skip);
  EXPECT_THAT(tried, IsEmpty());
  fs::remove_all(at.sys / "class/net/wlan7");
  addresses.push_back({"eth0", "10.1.0.1"});
  EXPECT_THAT(found("origin-address").fixes, ElementsAre(HasSubstr("dev eth9")))
      << "the one that is in no network yet";
}

TEST_F(Doctor, FindsAnAddressThatIsNone) {
  bench.listen = "localhost";
  EXPECT_THAT(only("origin-address", Health::fail).text, HasSubstr("no numeric address"));
}

TEST_F(Doctor, FindsAMissingRightToAPort) {
  bench.http_port = 80;
  const auto port = only("http-port", Health::fail);
  EXPECT_THAT(port.fixes, ElementsAre(HasSubstr("sysctl net.ipv4.ip_unprivileged_port_start=80"),
                                      HasSubstr("setcap cap_net_bind_service=+ep " + at.programs.string())));
  EXPECT_THAT(tried, IsEmpty());
}

TEST_F(Doctor, KnowsTwoWaysToHaveTheRight) {
  bench.http_port = 80;
  put("proc/self/status", "CapEff:\t0000000000000400\n");
  EXPECT_EQ(found("http-port").health, Health::ok);
  put("proc/self/status", "CapEff:\t0000000000000000\n");
  put("proc/sys/net/ipv4/ip_unprivileged_port_start", "80\n");
  EXPECT_EQ(found("http-port").health, Health::ok);
}

TEST_F(Doctor, FindsAPortThatAnotherHas) {
  bench.https_port = taken = 8443;
  const auto port = only("https-port", Health::fail);
  EXPECT_THAT(port.fixes.front(), HasSubstr("pid 7 (nginx)"));
  EXPECT_THAT(tried, Contains(Pair(8443, Surroundings::Protocol::tcp)));
}

TEST_F(Doctor, FindsANamePortThatAnotherHas) {
  bench.dns_listen = "10.0.0.7";
  bench.dns_port = taken = 5353;
  only("dns-port", Health::fail);
  EXPECT_THAT(tried, ElementsAre(Pair(5353, Surroundings::Protocol::udp)));
  bench.dns_listen = "10.0.0.8";
  only("dns-address", Health::fail);
}

// --- the phone

TEST_F(Doctor, WarnsOfARadioThatNobodyNamed) {
  bench.ble_bus = "system";
  put("run/dbus/system_bus_socket", "");
  put("proc/12/comm", "bluetoothd\n");
  EXPECT_THAT(only("ble-adapter", Health::warn).fixes, Contains(HasSubstr("bus = \"none\"")));
  fs::create_directories(at.sys / "class/bluetooth/hci0");
  EXPECT_EQ(found("ble-adapter").health, Health::ok);
  fs::remove_all(at.proc / "12");
  EXPECT_THAT(only("ble-daemon", Health::warn).fixes.front(), HasSubstr("systemctl enable --now bluetooth"));
}

TEST_F(Doctor, FindsThatTheNamedRadioIsMissing) {
  bench.ble_bus = "system";
  bench.ble_adapter = "hci1";
  put("run/dbus/system_bus_socket", "");
  put("proc/12/comm", "bluetoothd\n");
  fs::create_directories(at.sys / "class/bluetooth/hci0");
  EXPECT_THAT(only("ble-adapter", Health::fail).fixes.front(), HasSubstr("adapter = \"hci0\""));
  put("sys/class/bluetooth/hci1/rfkill3/soft", "1\n");
  EXPECT_THAT(only("ble-adapter", Health::fail).fixes.front(), HasSubstr("rfkill unblock"));
  put("sys/class/bluetooth/hci1/rfkill3/soft", "0\n");
  EXPECT_EQ(found("ble-adapter").health, Health::ok);
  fs::remove(at.run / "dbus/system_bus_socket");
  EXPECT_THAT(only("ble-daemon", Health::fail).text, HasSubstr("D-Bus"));
}

TEST_F(Doctor, FindsThatAirkissHasNoAddressHere) {
  bench.airkiss_to = "192.168.4.255:10001";
  bench.airkiss_listen = "192.168.4.1:10000";
  EXPECT_THAT(only("airkiss-address", Health::fail).text, StartsWith("192.168.4.1 is no address"));
  bench.airkiss_listen = "10.0.0.7";
  EXPECT_EQ(found("airkiss-address").health, Health::ok);
}

TEST_F(Doctor, FindsAKeyOfTheWrongLength) {
  bench.airkiss_key_file = (top() / "key").string();
  only("airkiss-key", Health::fail);
  put("key", "0123456789abcde\n");
  fs::permissions(top() / "key", fs::perms::owner_read);
  EXPECT_THAT(only("airkiss-key", Health::fail).text, AllOf(HasSubstr("15"), Not(HasSubstr("abcde"))));
  fs::remove(top() / "key");
  put("key", "0123456789abcdef\n");
  fs::permissions(top() / "key", fs::perms::owner_read);
  EXPECT_EQ(found("airkiss-key").health, Health::ok);
}

// --- networks, images, power, the floor

TEST_F(Doctor, FindsThatHostapdIsNotThere) {
  bench.network_hostapd = "/run/hostapd/wlan0";
  EXPECT_THAT(only("hostapd", Health::fail).fixes.front(), HasSubstr("ctrl_interface=/run/hostapd"));
}

TEST_F(Doctor, FindsThatHostapdHasLeftItsSocketBehind) {
  bench.network_hostapd = "/run/hostapd/wlan0";
  fs::create_directories(at.run / "hostapd");
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  const auto path = (at.run / "hostapd/wlan0").string();
  ASSERT_LT(path.size(), sizeof place.sun_path);
  path.copy(place.sun_path, path.size());
  {
    const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
  }
  EXPECT_THAT(only("hostapd", Health::fail).text, HasSubstr("Connection refused"));
}

TEST_F(Doctor, LooksAtThePasswordFileAndNeverShowsIt) {
  const auto file = top() / "lab.password";
  bench.network_password_file = file.string();
  EXPECT_THAT(only("network-password", Health::fail).fixes.front(), HasSubstr("install -m 600 /dev/null"));
  put("lab.password", "secret-of-the-lab\n");
  fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
  EXPECT_THAT(only("network-password", Health::warn).fixes.front(), StartsWith("chmod o= "));
  fs::permissions(file, fs::perms::owner_read);
  EXPECT_EQ(found("network-password").health, Health::ok);
  refused.insert(file);
  EXPECT_THAT(only("network-password", Health::fail).text, HasSubstr("may not be read by eve"));
  for (const auto& one : examined()) EXPECT_THAT(one.text, Not(HasSubstr("secret-of-the-lab")));
}

TEST_F(Doctor, FindsImagesThatAreMissingOrEmpty) {
  bench.ota_image = (top() / "next.rbl").string();
  EXPECT_THAT(only("ota-image", Health::fail).text, HasSubstr("is not there"));
  put("next.rbl", "");
  EXPECT_THAT(only("ota-image", Health::fail).text, HasSubstr("is empty"));
  put("next.rbl", "image");
  EXPECT_EQ(found("ota-image").health, Health::ok);
  bench.ota_other_image = top().string();
  EXPECT_THAT(only("ota-other-image", Health::fail).text, HasSubstr("is no file"));
}

TEST_F(Doctor, FindsThatAPowerCommandsProgramIsMissingAndRunsNone) {
  const auto ran = top() / "ran";
  bench.power_off = "uhubctl -l 1-1 -p 2 -a off";
  bench.power_on = "VALUE=1 sudo uhubctl -l 1-1 -p 2 -a on";
  EXPECT_THAT(only("power", Health::fail).fixes, ElementsAre("sudo apt-get install uhubctl"));
  put("usr/uhubctl", "#!/bin/sh\ntouch " + ran.string() + "\n");
  EXPECT_EQ(found("power").health, Health::fail) << "it cannot be started";
  program(top() / "usr/uhubctl");
  EXPECT_EQ(found("power").health, Health::ok);
  bench.power_off = bench.power_on = "touch '" + ran.string() + "'";
  program(top() / "usr/touch");
  EXPECT_EQ(found("power").health, Health::ok);
  EXPECT_FALSE(fs::exists(ran));
}

TEST_F(Doctor, FindsThatOtherCommandsProgramsAreMissing) {
  bench.reset_command = "gpioset 0 17=0";
  EXPECT_THAT(only("reset", Health::fail).fixes.front(), HasSubstr("apt-get install gpiod"));
  bench.reset_command.clear();
  bench.flash_command = "/opt/tools/flash write";
  EXPECT_THAT(only("flash", Health::fail).fixes.front(), HasSubstr("flash.command"));
  bench.flash_command.clear();
  bench.network_set = "access-point";
  EXPECT_THAT(only("network-set", Health::fail).fixes.front(), HasSubstr("network.set"));
}

TEST_F(Doctor, LeavesToTheShellWhatIsTheShells) {
  bench.reset_command = "cd /opt/lab && ./reset";
  EXPECT_EQ(found("reset").health, Health::ok);
  bench.reset_command = "\"$LAB\"/reset";
  EXPECT_EQ(found("reset").health, Health::ok);
}

TEST_F(Doctor, FindsThatAHubIsMissing) {
  bench.power_hub = "1-1";
  bench.power_port = 2;
  EXPECT_THAT(only("power-hub", Health::fail).fixes.front(), HasSubstr("sudo uhubctl"));
  fs::create_directories(at.sys / "bus/usb/devices/1-1");
  EXPECT_EQ(found("power-hub").health, Health::ok);
  bench.power_hub = "2";
  only("power-hub", Health::fail);
  fs::create_directories(at.sys / "bus/usb/devices/usb2");
  EXPECT_EQ(found("power-hub").health, Health::ok);
}

TEST_F(Doctor, FindsThatAPortOfTheFloorIsMissing) {
  bench.floor_loopback = "serial:/dev/ttyUSB5";
  EXPECT_THAT(only("floor", Health::fail).text, HasSubstr("/dev/ttyUSB5 is not there"));
  bench.floor_loopback = "serial:/dev/ttyUSB0";
  bench.floor_far = "serail:/dev/ttyUSB0";
  only("floor", Health::fail);
  bench.floor_far.clear();
  std::swap(bench.floor_loopback, bench.floor_far);
  EXPECT_EQ(found("floor").health, Health::fail) << "one end alone";
  std::swap(bench.floor_loopback, bench.floor_far);
  EXPECT_EQ(found("floor").health, Health::ok);
  refused.insert(at.dev / "ttyUSB0");
  EXPECT_EQ(found("floor").health, Health::fail);
}

}  // namespace
}  // namespace attest::lab

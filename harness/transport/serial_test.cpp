// What a serial port is opened and set to, on real pseudo-terminals.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <termios.h>

#include <fstream>

#include "harness/transport/link_testing.hpp"
#include "harness/transport/modem.hpp"
#include "harness/transport/ports.hpp"
#include "harness/transport/pty.hpp"
#include "harness/transport/serial_line.hpp"

namespace attest::transport {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct ASerialLink : testing::Test {
  PtyPair pty = must(PtyPair::open(steady_clock()));
  Fd look{::open(pty.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)};

  std::unique_ptr<Link> open(const std::string& options = {}) { return open_at(pty.address() + options); }
  termios seen() const {
    termios ios{};
    EXPECT_EQ(tcgetattr(look.get(), &ios), 0);
    return ios;
  }
  /// As a shell or another program may have left it.
  void leave_cooked() const {
    termios ios = seen();
    ios.c_lflag |= ICANON | ECHO | ISIG;
    ios.c_iflag |= ICRNL | IXON | IGNPAR;
    ios.c_oflag |= OPOST | ONLCR;
    ios.c_cflag |= HUPCL;
    ASSERT_EQ(tcsetattr(look.get(), TCSANOW, &ios), 0);
  }
};

TEST_F(ASerialLink, IsRawWhateverItWasBefore) {
  leave_cooked();
  const auto link = open();
  const auto ios = seen();
  EXPECT_EQ(ios.c_lflag & (ICANON | ECHO | ISIG | IEXTEN), 0U);
  EXPECT_EQ(ios.c_iflag & (ICRNL | INLCR | IGNCR | ISTRIP | IXON | IXOFF), 0U);
  EXPECT_EQ(ios.c_oflag & OPOST, 0U);
  ASSERT_TRUE(link->write(every_byte(), patience()));
  EXPECT_EQ(take(pty.far(), 256), every_byte());
  ASSERT_TRUE(pty.far().write(every_byte(), patience()));
  EXPECT_EQ(take(*link, 256), every_byte());
}

TEST_F(ASerialLink, DoesNotHangUpAtItsEndAndIgnoresModemControl) {
  leave_cooked();
  const auto link = open();
  EXPECT_EQ(seen().c_cflag & HUPCL, 0U);
  EXPECT_NE(seen().c_cflag & CLOCAL, 0U);
}

TEST_F(ASerialLink, KeepsBytesThatCameWithAFramingError) {
  leave_cooked();
  const auto link = open();
  EXPECT_EQ(seen().c_iflag & IGNPAR, 0U);
}

TEST_F(ASerialLink, RunsAtTheFirmwaresDefault) {
  const auto link = open();
  const auto ios = seen();
  EXPECT_EQ(cfgetospeed(&ios), speed_t{B115200});
  EXPECT_EQ(ios.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), tcflag_t{CS8});
}

TEST_F(ASerialLink, AppliesStopBitsAndFlowControl) {
  const auto hardware = open("?stop=2&flow=hardware");
  EXPECT_NE(seen().c_cflag & CSTOPB, 0U);
  EXPECT_NE(seen().c_cflag & CRTSCTS, 0U);
  ASSERT_TRUE(hardware->set_line({.flow = FlowControl::software}));
  EXPECT_EQ(seen().c_cflag & (CSTOPB | CRTSCTS), 0U);
  EXPECT_EQ(seen().c_iflag & (IXON | IXOFF), tcflag_t{IXON | IXOFF});
}

TEST_F(ASerialLink, ChangesItsLineWhileOpen) {
  const auto link = open();
  const LineSettings fast{.baud = 921600, .stop_bits = 2};
  ASSERT_TRUE(link->write("AT+UART_CUR=921600,8,2,0,0\r\n", patience()));
  ASSERT_TRUE(link->set_line(fast));
  EXPECT_EQ(link->line(), fast);
  EXPECT_EQ(line_rate(look.get()), 921600U);
  ASSERT_EQ(take(pty.far(), 28), "AT+UART_CUR=921600,8,2,0,0\r\n");
  ASSERT_TRUE(pty.far().write("OK", patience()));
  EXPECT_EQ(take(*link, 2), "OK");
}

TEST_F(ASerialLink, LetsWhatWasWrittenLeaveBeforeItsLineChanges) {
  const auto link = open("?baud=9600");
  const auto began = must(link->write(std::string(24, 'x'), patience()));
  ASSERT_TRUE(link->set_line({.baud = 115200}));
  EXPECT_GE(steady_clock().now(), began + LineSettings{.baud = 9600}.wire_time(24));
}

TEST_F(ASerialLink, KeepsWhatCameBeforeItWasOpened) {
  ASSERT_TRUE(pty.far().write("\r\nready\r\n", patience()));
  EXPECT_EQ(take(*open(), 9), "\r\nready\r\n");
}

TEST_F(ASerialLink, OpensWhereThereAreNoModemLines) {
  const auto link = open("?dtr=off&rts=on");
  EXPECT_THAT(link->details(), HasSubstr("no modem lines"));
}

TEST_F(ASerialLink, CountsNothingWhereTheDriverDoesNot) {
  const auto link = open();
  EXPECT_EQ(link->counters(), std::nullopt);
  EXPECT_THAT(link->details(), AllOf(HasSubstr("pseudo-terminal"), HasSubstr("no line error counters")));
}

TEST_F(ASerialLink, SaysThatItIsGoneWhenItsLineIsChangedTooLate) {
  const auto link = open();
  pty.hang_up();
  const auto changed = link->set_line({.baud = 9600});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().fault, Fault::bench);
  EXPECT_THAT(changed.error().what, HasSubstr(pty.path() + " is gone"));
  EXPECT_EQ(link->line(), LineSettings{});
}

TEST_F(ASerialLink, HasTheNameThatTheUserWrote) {
  EXPECT_EQ(open("?baud=9600")->name(), pty.address() + "?baud=9600");
}

TEST_F(ASerialLink, IsUpAgainWhenItIsOpenedAgain) {
  (void)open();
  ASSERT_TRUE(pty.far().write("again", patience()));
  EXPECT_EQ(take(*open(), 5), "again");
}

struct ARate : ASerialLink, testing::WithParamInterface<unsigned> {};
TEST_P(ARate, IsTaken) {
  const auto link = open("?baud=" + std::to_string(GetParam()));
  EXPECT_EQ(line_rate(look.get()), GetParam());
  EXPECT_EQ(link->line().baud, GetParam());
}
INSTANTIATE_TEST_SUITE_P(Standard, ARate,
                         testing::Values(50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600,
                                         19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600,
                                         1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000,
                                         4000000));
INSTANTIATE_TEST_SUITE_P(ByNumber, ARate, testing::Values(51, 31250, 74880, 128000, 250000, 256000, 3999999));

TEST_F(ASerialLink, ComesBackFromARateByNumberToAStandardOne) {
  const auto link = open("?baud=74880");
  ASSERT_TRUE(link->set_line({}));
  EXPECT_EQ(line_rate(look.get()), 115200U);
}

TEST(OpeningASerialLink, SaysThatThereIsNoSuchDevice) {
  const TempDir folder;
  const auto error = refusal("serial:" + (folder.path() / "ttyUSB7").string());
  EXPECT_EQ(error.fault, Fault::bench);
  EXPECT_THAT(error.what, AllOf(HasSubstr("ttyUSB7"), HasSubstr("No such file or directory")));
  EXPECT_THAT(error.cure, HasSubstr(serial_ports_text()));
}

TEST(OpeningASerialLink, SaysThatAFileIsNoSerialPort) {
  const TempDir folder;
  std::ofstream(folder.path() / "file") << "text";
  const auto error = refusal("serial:" + (folder.path() / "file").string());
  EXPECT_EQ(error.fault, Fault::usage);
  EXPECT_THAT(error.what, HasSubstr("is not a serial port"));
}

TEST(OpeningASerialLink, SaysThatAFolderIsNoSerialPort) {
  const TempDir folder;
  const auto error = refusal("serial:" + folder.path().string());
  EXPECT_EQ(error.fault, Fault::usage);
  EXPECT_THAT(error.what, HasSubstr("Is a directory"));
}

/// A folder that stands for /dev.
struct APortList : testing::Test {
  TempDir dev;
  void node(const std::string& name) const { std::ofstream(dev.path() / name) << ""; }
};

TEST_F(APortList, NamesEachPortOnceAndByItsLastingName) {
  for (const auto* name : {"ttyUSB0", "ttyUSB1", "ttyACM0", "ttyS0", "null"}) node(name);
  std::filesystem::create_directories(dev.path() / "serial/by-id");
  std::filesystem::create_symlink("../../ttyUSB1", dev.path() / "serial/by-id/usb-Adapter");
  const auto at = dev.path().string();
  EXPECT_THAT(serial_ports(at),
              ElementsAre(at + "/serial/by-id/usb-Adapter", at + "/ttyACM0", at + "/ttyUSB0"));
  EXPECT_THAT(serial_ports_text(at), HasSubstr("serial ports here: " + at + "/serial/by-id/usb-Adapter, "));
}

TEST_F(APortList, SaysWhereItLookedIfThereIsNone) {
  EXPECT_THAT(serial_ports_text(dev.path()), AllOf(HasSubstr("ttyUSB*"), HasSubstr("plugged in")));
}

TEST(LineCounters, CountFromTheOpeningAndSurviveAWrap) {
  const LineCounters before{.overruns = 0xFFFF'FFFF, .framing = 7},
      now{.overruns = 1, .framing = 7, .breaks = 2};
  EXPECT_EQ(difference(before, now), (LineCounters{.overruns = 2, .breaks = 2}));
}

TEST(LineCounters, LoseNoBytesByABreak) {
  EXPECT_FALSE((LineCounters{.breaks = 1}).lost_bytes());
  EXPECT_TRUE((LineCounters{.buffer_overruns = 1}).lost_bytes());
}

}  // namespace
}  // namespace attest::transport

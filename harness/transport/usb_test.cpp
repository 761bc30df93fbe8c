// Ports that are named by their adapter, in a machine made of files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/file.hpp"
#include "harness/transport/ports.hpp"

namespace attest::transport {
namespace {
using namespace testing;
namespace fs = std::filesystem;

class UsbPorts : public Test {
 protected:
  /// As sysfs has it: class/tty/NODE/device leads into the interface, which is in the adapter.
  void plug(const std::string& node, const std::string& place, const std::string& serial,
            const std::string& interface) {
    const auto adapter = dir_.path() / "devices/usb1" / place;
    const auto port = adapter / (place + ":1." + interface) / node;
    fs::create_directories(port);
    std::ofstream(port.parent_path() / "bInterfaceNumber") << "0" << interface << "\n";
    if (!serial.empty()) std::ofstream(adapter / "serial") << serial << "\n";
    fs::create_directories(dir_.path() / "class/tty" / node);
    fs::create_directory_symlink(port, dir_.path() / "class/tty" / node / "device");
  }
  void pull(const std::string& node) { fs::remove_all(dir_.path() / "class/tty" / node); }
  [[nodiscard]] Result<std::string> found(const std::string& address) const {
    return device_of(must(parse_link(address)), dir_.path().string(), "/dev");
  }
  TempDir dir_{"attest-usb"};
};

TEST_F(UsbPorts, AreFoundBySerialNumberUnderWhateverName) {
  plug("ttyUSB0", "1-1.4", "A50285BI", "0");
  plug("ttyUSB1", "1-1.3", "FTXYZ", "0");
  EXPECT_EQ(found("usb:A50285BI?baud=921600").value(), "/dev/ttyUSB0");
  pull("ttyUSB0");
  plug("ttyUSB7", "1-2", "A50285BI", "0");
  EXPECT_EQ(found("usb:A50285BI").value(), "/dev/ttyUSB7");
}

TEST_F(UsbPorts, AreFoundByTheirPlaceOnTheBus) {
  plug("ttyUSB0", "1-1.4", "", "0");
  plug("ttyACM0", "1-1.3", "", "0");
  EXPECT_EQ(found("usb-port:1-1.3").value(), "/dev/ttyACM0");
}

TEST_F(UsbPorts, OfOneAdapterAreToldApartByTheirInterface) {
  plug("ttyUSB0", "1-1", "FOUR", "0");
  plug("ttyUSB1", "1-1", "FOUR", "1");
  EXPECT_EQ(found("usb:FOUR:1").value(), "/dev/ttyUSB1");
  const auto both = found("usb:FOUR");
  ASSERT_FALSE(both);
  EXPECT_THAT(both.error().text(), AllOf(HasSubstr("ttyUSB0"), HasSubstr("ttyUSB1"), HasSubstr("interface")));
}

TEST_F(UsbPorts, ThatAreNotThereSayWhatIs) {
  EXPECT_THAT(found("usb:NOPE").error().text(), HasSubstr("plugged in"));
  plug("ttyUSB0", "1-1.4", "A50285BI", "0");
  const auto none = found("usb:NOPE");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, Fault::bench);
  EXPECT_THAT(none.error().text(),
              AllOf(HasSubstr("NOPE"), HasSubstr("ttyUSB0 (serial A50285BI, place 1-1.4, interface 0)")));
}

TEST(NamesOnePort, WhereNoOtherCanHaveTheNameLater) {
  const TempDir dir("attest-names");
  const auto by_id = dir.path() / "usb-FTDI-if00";
  fs::create_symlink("/dev/ttyUSB0", by_id);
  for (const auto& link :
       {"serial:" + by_id.string(), std::string("usb:A"), std::string("usb-port:1-1"),
        std::string("serial:/dev/ttyS0"), std::string("tcp://h:1"), std::string("rfc2217://h:1")})
    EXPECT_TRUE(names_one_port(must(parse_link(link)))) << link;
  for (const auto* link : {"serial:/dev/ttyUSB0", "serial:/dev/ttyACM1", "serial:/dev/pts/3"})
    EXPECT_FALSE(names_one_port(must(parse_link(link)))) << link;
}

TEST(UsbAddress, IsReadAsItIsWritten) {
  const auto address = must(parse_link("usb:A50285BI:2?baud=9600"));
  EXPECT_EQ(address.usb_serial, "A50285BI");
  EXPECT_EQ(address.usb_interface, 2U);
  EXPECT_EQ(address.line.baud, 9600U);
  EXPECT_EQ(must(parse_link("usb-port:1-1.4")).usb_port, "1-1.4");
  for (const auto* wrong : {"usb:", "usb:A:x", "usb:/dev/ttyUSB0", "usb-port:", "usb:A:999"})
    EXPECT_FALSE(parse_link(wrong)) << wrong;
}

}  // namespace
}  // namespace attest::transport

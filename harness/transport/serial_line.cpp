#include "harness/transport/serial_line.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>

#include <boost/asio/serial_port_base.hpp>
#include <cerrno>

namespace attest::transport {
namespace {

using Asio = boost::asio::serial_port_base;
using boost::system::error_code;

void store_parity(termios& ios, Parity parity) {
  error_code ignored;
  const auto kind = parity == Parity::none  ? Asio::parity::none
                    : parity == Parity::odd ? Asio::parity::odd
                                            : Asio::parity::even;
  Asio::parity(kind).store(ios, ignored);
  // Asio has the kernel drop what came with a framing error (IGNPAR). Every received byte is evidence: keep
  // it.
  ios.c_iflag &= ~static_cast<tcflag_t>(IGNPAR);
}

void store_flow(termios& ios, FlowControl flow) {
  error_code ignored;
  const auto kind = flow == FlowControl::none       ? Asio::flow_control::none
                    : flow == FlowControl::hardware ? Asio::flow_control::hardware
                                                    : Asio::flow_control::software;
  Asio::flow_control(kind).store(ios, ignored);
}

void store_frame(termios& ios, const LineSettings& line) {
  error_code ignored;
  Asio::character_size(line.data_bits).store(ios, ignored);
  Asio::stop_bits(line.stop_bits == 2 ? Asio::stop_bits::two : Asio::stop_bits::one).store(ios, ignored);
  store_parity(ios, line.parity);
  store_flow(ios, line.flow);
}

tl::unexpected<Error> failed(const std::string& device, int number) {
  if (number == EIO || number == ENODEV || number == ENXIO)
    return fail(
        Fault::bench, errno_text(fmt::format("{} is gone: setting its line failed", device), number),
        "look at the cable, the power and the adapter (the kernel's log tells more: dmesg), then run again");
  return fail(Fault::bench, errno_text(fmt::format("set the line of {}", device), number),
              "choose settings that the adapter knows");
}

tl::unexpected<Error> refused(const std::string& device, const std::string& what) {
  return fail(Fault::bench, fmt::format("set {} on {}: the driver did not take it", what, device),
              "choose settings that the adapter knows, or another adapter");
}

/// tcsetattr succeeds if anything at all was taken: look at what is there now.
Status verify(int fd, const LineSettings& line, const termios& wanted, const std::string& device) {
  const unsigned rate = line_rate(fd);
  // A divider never hits every rate; a UART lives with 3 %.
  const unsigned off = rate > line.baud ? rate - line.baud : line.baud - rate;
  if (rate != 0 && std::uint64_t{off} * 100 > std::uint64_t{line.baud} * 3)
    return refused(device, fmt::format("baud {} (it runs at {})", line.baud, rate));
  termios now{};
  constexpr tcflag_t frame = CSIZE | CSTOPB | PARENB | PARODD | CRTSCTS;
  if (is_pseudo_terminal(fd) || tcgetattr(fd, &now) != 0 || ((now.c_cflag ^ wanted.c_cflag) & frame) == 0)
    return {};
  return refused(device, fmt::format("{} data bits, {} stop bits, parity and flow control", line.data_bits,
                                     line.stop_bits));
}

}  // namespace

Status apply_line(int fd, const LineSettings& line, const std::string& device) {
  termios ios{};
  if (tcgetattr(fd, &ios) != 0) return failed(device, errno);
  cfmakeraw(&ios);
  store_frame(ios, line);
  ios.c_cflag |= CREAD | CLOCAL;
  ios.c_cflag &= ~static_cast<tcflag_t>(HUPCL);
  ios.c_cc[VMIN] = 1;
  ios.c_cc[VTIME] = 0;
  error_code unlisted;
  Asio::baud_rate(line.baud).store(ios, unlisted);
  if (tcsetattr(fd, TCSANOW, &ios) != 0) return failed(device, errno);
  if (unlisted && !set_custom_baud(fd, line.baud)) return refused(device, fmt::format("baud {}", line.baud));
  return verify(fd, line, ios, device);
}

bool is_pseudo_terminal(int fd) {
  // Documentation/admin-guide/devices.txt: 136-143 are Unix98 PTY slaves.
  struct stat status {};
  return fstat(fd, &status) == 0 && major(status.st_rdev) >= 136 && major(status.st_rdev) <= 143;
}

}  // namespace attest::transport

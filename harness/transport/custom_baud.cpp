// Rates by number. Apart because the kernel's <asm/termbits.h> and the C library's <termios.h> cannot meet in
// one file.
#include <asm/termbits.h>
#include <sys/ioctl.h>

#include "harness/transport/serial_line.hpp"

namespace attest::transport {

bool set_custom_baud(int fd, unsigned baud) {
  termios2 line{};
  if (ioctl(fd, TCGETS2, &line) != 0) return false;
  line.c_cflag &= ~(unsigned{CBAUD} | unsigned{CBAUD} << IBSHIFT);
  line.c_cflag |= unsigned{BOTHER} | unsigned{BOTHER} << IBSHIFT;
  line.c_ispeed = line.c_ospeed = baud;
  return ioctl(fd, TCSETS2, &line) == 0;
}

unsigned line_rate(int fd) {
  termios2 line{};
  return ioctl(fd, TCGETS2, &line) == 0 ? line.c_ospeed : 0;
}

}  // namespace attest::transport

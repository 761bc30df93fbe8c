#include "harness/transport/pty.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>

#include <cerrno>

#include "harness/transport/descriptor_link.hpp"

namespace attest::transport {
namespace {

tl::unexpected<Error> failed(const std::string& tried) {
  return fail(Fault::bench, errno_text(tried, errno),
              "is /dev/pts mounted, and are terminals left (sysctl kernel.pty)?");
}

bool make_raw(int fd) {
  termios ios{};
  if (tcgetattr(fd, &ios) != 0) return false;
  cfmakeraw(&ios);
  return tcsetattr(fd, TCSANOW, &ios) == 0;
}

}  // namespace

Result<PtyPair> PtyPair::open(const Clock& clock) {
  Fd master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  char path[64];
  if (!master || grantpt(master.get()) != 0 || unlockpt(master.get()) != 0)
    return failed("make a pseudo-terminal");
  if (ptsname_r(master.get(), path, sizeof path) != 0) return failed("name a pseudo-terminal");
  PtyPair pair;
  pair.path_ = path;
  pair.keeper_ = Fd(::open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!pair.keeper_ || !make_raw(pair.keeper_.get())) return failed("open " + pair.path_);
  pair.far_fd_ = master.get();
  LineSettings none;
  none.baud = 0;
  pair.far_ =
      std::make_unique<DescriptorLink>(std::move(master), "the far end of " + pair.path_, none, clock);
  return pair;
}

}  // namespace attest::transport

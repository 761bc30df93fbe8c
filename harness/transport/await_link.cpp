// A link that broke, opened again when it is back.
#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "harness/transport/descriptor_link.hpp"

namespace attest::transport {
namespace {

/// Tells when anything comes into the folders where a port's name may appear. Where the kernel tells nothing,
/// a try each time that it has waited for long enough has to do.
class Arrivals {
 public:
  explicit Arrivals(const LinkAddress& address) : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (!fd_ || address.kind != LinkAddress::Kind::serial) return;
    // The folder of by-id names goes when the last port does: then its nearest ancestor is watched.
    auto folder = std::filesystem::path(address.path).parent_path();
    std::error_code error;
    while (folder.has_relative_path() && !std::filesystem::is_directory(folder, error))
      folder = folder.parent_path();
    watch(folder);
    watch("/dev");
  }

  /// Until something came, or the moment given.
  void wait(Deadline until, const Clock& clock) {
    const auto left = until.left(clock);
    const timespec ts{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    pollfd p{fd_.get(), POLLIN, 0};
    (void)::ppoll(&p, 1, &ts, nullptr);
    std::array<char, 4096> told{};
    while (fd_ && ::read(fd_.get(), told.data(), told.size()) > 0) {
    }
  }

 private:
  void watch(const std::filesystem::path& folder) {
    // IN_ATTRIB: udev gives a port its group a moment after it has appeared.
    (void)::inotify_add_watch(fd_.get(), folder.c_str(), IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR);
  }
  Fd fd_;
};

}  // namespace

Result<std::unique_ptr<Link>> await_link(const LinkAddress& address, const Clock& clock, Deadline deadline) {
  using namespace std::chrono_literals;
  constexpr Nanos kLongest = 1s;
  Nanos pause = 50ms;
  Arrivals arrivals(address);
  for (;;) {
    auto link = open_link(address, clock, deadline);
    if (link || link.error().fault == Fault::usage) return link;
    if (deadline.passed(clock))
      return fail(Fault::bench, fmt::format("{}: it did not come back", link.error().what),
                  link.error().cure);
    arrivals.wait(Deadline::in(clock, pause).sooner(deadline), clock);
    pause = std::min(2 * pause, kLongest);
  }
}

}  // namespace attest::transport

// A serial port, or the near end of a pseudo-terminal, which takes the same path.
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/text.hpp"
#include "harness/transport/descriptor_link.hpp"
#include "harness/transport/modem.hpp"
#include "harness/transport/port_lock.hpp"
#include "harness/transport/ports.hpp"
#include "harness/transport/serial_line.hpp"

namespace attest::transport {
namespace {

class SerialLink final : public DescriptorLink {
 public:
  SerialLink(Fd port, const LinkAddress& address, std::string device, const Clock& clock)
      : DescriptorLink(std::move(port), address.text, address.line, clock),
        device_(std::move(device)),
        locked_(address.lock),
        low_latency_(ask_low_latency(fd())),
        counted_(driver_counters(fd())),
        sent_by_(clock.now()) {}
  SerialLink(const SerialLink&) = delete;
  SerialLink& operator=(const SerialLink&) = delete;
  ~SerialLink() override {
    if (locked_) unlock_port(fd());
  }

  Result<Instant> write(std::string_view bytes, Deadline deadline) override {
    auto began = DescriptorLink::write(bytes, deadline);
    if (began) sent_by_ = std::max(sent_by_, *began) + line().wire_time(bytes.size());
    return began;
  }

  Status set_line(const LineSettings& settings) override {
    if (auto drained = drain(); !drained) return drained;
    if (auto applied = apply_line(fd(), settings, device_); !applied) return applied;
    settle_line(settings);
    return {};
  }

  std::optional<LineCounters> counters() override {
    const auto now = driver_counters(fd());
    if (!now || !counted_) return std::nullopt;
    return difference(*counted_, *now);
  }

  Status set_modem_lines(std::optional<bool> dtr, std::optional<bool> rts) override {
    if (transport::set_modem_lines(fd(), dtr, rts)) return {};
    return Link::set_modem_lines(dtr, rts);
  }

  Nanos hold_back() const override { return latency_timer(device_); }

  std::string details() const override {
    std::vector<std::string> words;
    if (auto driver = driver_text(device_); !driver.empty()) words.push_back(std::move(driver));
    if (is_pseudo_terminal(fd())) words.emplace_back("pseudo-terminal");
    words.emplace_back(low_latency_ ? "low latency on" : "no low latency mode");
    words.emplace_back(counted_ ? "counts line errors" : "no line error counters");
    words.push_back(modem_lines_text(fd()));
    words.emplace_back(locked_ ? "locked" : "not locked");
    for (const auto pid : other_users(fd()))
      words.push_back(pid == getpid() ? "also open elsewhere in this process"
                                      : "also open in " + process_text(pid));
    return joined(words, "; ");
  }

 private:
  /// tcdrain, but with an end: what is still to go out takes its time on the wire, and one second is granted
  /// on top.
  Status drain() {
    const LineSettings now = line();
    const Deadline give_up((std::max(sent_by_, clock().now())) + std::chrono::seconds(1));
    wait_until(Deadline(sent_by_), clock());
    for (int left = 0; ioctl(fd(), TIOCOUTQ, &left) == 0 && left > 0;) {
      if (give_up.passed(clock())) return stuck_output(left);
      const auto needed =
          std::max(now.wire_time(static_cast<std::size_t>(left)), Nanos(std::chrono::milliseconds(1)));
      wait_until(Deadline::in(clock(), needed).sooner(give_up), clock());
    }
    return {};
  }

  Status stuck_output(int left) const {
    return fail(Fault::bench, fmt::format("change the line of {}: {} bytes do not go out", name(), left),
                "is flow control on and the device not ready (CTS, XOFF)?");
  }

  std::string device_;
  bool locked_;
  bool low_latency_;
  std::optional<LineCounters> counted_;
  Instant sent_by_;  ///< when the last byte handed over has left, at the line's speed
};

std::string group_of(const std::string& device) {
  struct stat status {};
  const group* g = ::stat(device.c_str(), &status) == 0 ? getgrgid(status.st_gid) : nullptr;
  return g == nullptr ? "dialout" : g->gr_name;
}

Error cannot_open(const std::string& device, int number) {
  const auto what = errno_text("open " + device, number);
  switch (number) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return {Fault::bench, what, serial_ports_text()};
    case EACCES:
    case EPERM:
      return {Fault::bench, what,
              fmt::format("join the group that may: sudo usermod -aG {} \"$USER\", then log in again",
                          group_of(device))};
    case EISDIR:
      return {Fault::usage, what, "name a serial port; " + serial_ports_text()};
    default:
      return {Fault::bench, what,
              "look at the adapter (dmesg), or choose another port; " + serial_ports_text()};
  }
}

/// Who refuses us by TIOCEXCL? The port cannot be opened, but its name can be asked about.
Error refused_as_busy(const std::string& device) {
  const Fd look(::open(device.c_str(), O_PATH | O_CLOEXEC));
  return busy(device, look ? other_users(look.get()) : std::vector<pid_t>{});
}

}  // namespace

// Not through asio::serial_port::open: it rewrites the line before anyone could ask for the lock, and so
// would break the run that holds the port. Its options are used (serial_line.cpp).
Result<std::unique_ptr<Link>> open_serial(const LinkAddress& address, const Clock& clock) {
  const auto device = device_of(address);
  if (!device) return tl::unexpected(device.error());
  Fd port(::open(device->c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!port && errno == EBUSY) return tl::unexpected(refused_as_busy(*device));
  if (!port) return tl::unexpected(cannot_open(*device, errno));
  if (isatty(port.get()) == 0)
    return fail(Fault::usage, fmt::format("open {}: it is not a serial port", *device), serial_ports_text());
  if (address.lock)
    if (auto locked = lock_port(port.get(), *device); !locked) return tl::unexpected(locked.error());
  (void)set_modem_lines(port.get(), address.dtr, address.rts);
  if (auto set = apply_line(port.get(), address.line, *device); !set) return tl::unexpected(set.error());
  return std::make_unique<SerialLink>(std::move(port), address, *device, clock);
}

}  // namespace attest::transport

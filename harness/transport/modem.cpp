#include "harness/transport/modem.hpp"

#include <fmt/format.h>
#include <linux/serial.h>
#include <linux/tty_flags.h>
#include <sys/ioctl.h>

#include <filesystem>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"

namespace attest::transport {
namespace {

bool set_line(int fd, int bit, std::optional<bool> wanted) {
  return !wanted || ioctl(fd, *wanted ? TIOCMBIS : TIOCMBIC, &bit) == 0;
}

}  // namespace

bool set_modem_lines(int fd, std::optional<bool> dtr, std::optional<bool> rts) {
  const bool dtr_done = set_line(fd, TIOCM_DTR, dtr);
  return set_line(fd, TIOCM_RTS, rts) && dtr_done;
}

std::string modem_lines_text(int fd) {
  int bits = 0;
  if (ioctl(fd, TIOCMGET, &bits) != 0) return "no modem lines";
  return fmt::format("DTR {}, RTS {}", bits & TIOCM_DTR ? "on" : "off", bits & TIOCM_RTS ? "on" : "off");
}

std::optional<LineCounters> driver_counters(int fd) {
  serial_icounter_struct c{};
  if (ioctl(fd, TIOCGICOUNT, &c) != 0) return std::nullopt;
  const auto wide = [](int n) { return std::uint64_t{static_cast<std::uint32_t>(n)}; };
  return LineCounters{wide(c.overrun), wide(c.frame), wide(c.parity), wide(c.brk), wide(c.buf_overrun)};
}

LineCounters difference(const LineCounters& from, const LineCounters& to) {
  const auto d = [](std::uint64_t a, std::uint64_t b) {
    return std::uint64_t{static_cast<std::uint32_t>(b - a)};
  };
  return {d(from.overruns, to.overruns), d(from.framing, to.framing), d(from.parity, to.parity),
          d(from.breaks, to.breaks), d(from.buffer_overruns, to.buffer_overruns)};
}

bool ask_low_latency(int fd) {
  serial_struct port{};
  if (ioctl(fd, TIOCGSERIAL, &port) != 0) return false;
  port.flags |= static_cast<int>(ASYNC_LOW_LATENCY);
  (void)ioctl(fd, TIOCSSERIAL, &port);
  return ioctl(fd, TIOCGSERIAL, &port) == 0 && (port.flags & static_cast<int>(ASYNC_LOW_LATENCY)) != 0;
}

namespace {

std::filesystem::path shown_by_kernel(const std::string& device) {
  std::error_code none;
  const auto real = std::filesystem::canonical(device, none);
  return std::filesystem::path("/sys/class/tty") / real.filename() / "device";
}

}  // namespace

Nanos latency_timer(const std::string& device) {
  const auto text = read_file(shown_by_kernel(device) / "latency_timer");
  return std::chrono::milliseconds(text ? std::strtoul(text->c_str(), nullptr, 10) : 0UL);
}

std::string driver_text(const std::string& device) {
  std::error_code none;
  const auto shown = shown_by_kernel(device);
  const auto driver = std::filesystem::read_symlink(shown / "driver", none).filename().string();
  if (driver.empty()) return {};
  const auto timer = read_file(shown / "latency_timer");
  if (!timer) return fmt::format("driver {}", driver);
  return fmt::format("driver {}, latency timer {} ms", driver, trimmed(*timer));
}

}  // namespace attest::transport

// What serial ports, sockets and pseudo-terminals share: bytes through a descriptor that does not block, with
// deadlines. One ppoll and one read or write per step, nothing between them and the clock.
#pragma once

#include <sys/types.h>

#include "harness/base/file.hpp"
#include "harness/transport/link.hpp"

namespace attest::transport {

class DescriptorLink : public Link {
 public:
  /// `fd` must not block (O_NONBLOCK).
  DescriptorLink(Fd fd, std::string name, const LineSettings& line, const Clock& clock);

  [[nodiscard]] Result<Arrived> read(std::span<char> into, Deadline deadline) override;
  [[nodiscard]] Result<Instant> write(std::string_view bytes, Deadline deadline) override;
  [[nodiscard]] Status set_line(const LineSettings&) override { return {}; }
  [[nodiscard]] const LineSettings& line() const override { return line_; }
  [[nodiscard]] std::optional<LineCounters> counters() override { return std::nullopt; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  void stop_on(int fd) override { stop_fd_ = fd; }

 protected:
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  void settle_line(const LineSettings& line) { line_ = line; }

  /// write(2), or what stands for it.
  [[nodiscard]] virtual ssize_t hand_over(std::string_view bytes);
  /// The other side went away while `doing`; `number` is errno, 0 for an end of file.
  [[nodiscard]] virtual Error ended(std::string_view doing, int number) const;

 private:
  /// Something can be done, if only to learn that the line is gone; false: the deadline passed first.
  [[nodiscard]] Result<bool> await(short events, Deadline deadline) const;
  [[nodiscard]] Error stuck(std::size_t done, std::size_t all) const;

  Fd fd_;
  int stop_fd_ = -1;
  std::string name_;
  LineSettings line_;
  const Clock& clock_;
};

/// Waits until the moment given. For waits whose length follows from the line's speed.
void wait_until(Deadline moment, const Clock& clock);

/// tcp_link.cpp, rfc2217_link.cpp and serial_link.cpp.
[[nodiscard]] Result<std::unique_ptr<Link>> open_tcp(const LinkAddress& address, const Clock& clock,
                                                     Deadline deadline);
[[nodiscard]] Result<std::unique_ptr<Link>> open_rfc2217(const LinkAddress& address, const Clock& clock,
                                                         Deadline deadline);
[[nodiscard]] Result<std::unique_ptr<Link>> open_serial(const LinkAddress& address, const Clock& clock);

}  // namespace attest::transport

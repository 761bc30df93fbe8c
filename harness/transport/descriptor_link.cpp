#include "harness/transport/descriptor_link.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace attest::transport {
namespace {

timespec as_timespec(Nanos span) {
  return {span.count() / 1'000'000'000, span.count() % 1'000'000'000};
}

/// Poll says that the line is dead and that nothing is left on it.
bool dead(short seen, short wanted) {
  return (seen & wanted) == 0 && (seen & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

}  // namespace

DescriptorLink::DescriptorLink(Fd fd, std::string name, const LineSettings& line, const Clock& clock)
    : fd_(std::move(fd)), name_(std::move(name)), line_(line), clock_(clock) {}

Result<short> DescriptorLink::await(short events, Deadline deadline) const {
  for (;;) {
    const timespec left = as_timespec(deadline.left(clock_));
    pollfd p{fd_.get(), events, 0};
    const int n = ppoll(&p, 1, &left, nullptr);
    if (n > 0) return p.revents;
    if (n == 0) return short{0};
    if (errno != EINTR) return fail(Fault::bench, errno_text("wait on " + name_, errno));
  }
}

Result<Arrived> DescriptorLink::read(std::span<char> into, Deadline deadline) {
  for (;;) {
    const auto seen = await(POLLIN, deadline);
    if (!seen) return tl::unexpected(seen.error());
    if (*seen == 0 || into.empty()) return Arrived{clock_.now(), 0};
    const ssize_t n = ::read(fd_.get(), into.data(), into.size());
    const int number = errno;
    const Instant at = clock_.now();
    if (n > 0) return Arrived{at, static_cast<std::size_t>(n)};
    if (n == 0) return tl::unexpected(ended("reading", 0));
    if (number == EINTR || (number == EAGAIN && !dead(*seen, POLLIN))) continue;
    return tl::unexpected(ended("reading", number == EAGAIN ? 0 : number));
  }
}

Result<Instant> DescriptorLink::write(std::string_view bytes, Deadline deadline) {
  Instant began = clock_.now();
  for (std::size_t done = 0; done < bytes.size();) {
    if (done == 0) began = clock_.now();
    const ssize_t n = hand_over(bytes.substr(done));
    if (n > 0) {
      done += static_cast<std::size_t>(n);
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return tl::unexpected(ended("writing", errno));
    const auto seen = await(POLLOUT, deadline);
    if (!seen) return tl::unexpected(seen.error());
    // Asked again: a line that takes a byte now and then must not carry the write past its limit.
    if (*seen == 0 || deadline.passed(clock_)) return tl::unexpected(stuck(done, bytes.size()));
    if (dead(*seen, POLLOUT)) return tl::unexpected(ended("writing", 0));
  }
  return began;
}

ssize_t DescriptorLink::hand_over(std::string_view bytes) {
  return ::write(fd_.get(), bytes.data(), bytes.size());
}

Error DescriptorLink::ended(std::string_view doing, int number) const {
  const auto why = number == 0 ? "hung up" : errno_text("failed", number);
  return {
      Fault::bench, fmt::format("{} is gone: {} {}", name_, doing, why),
      "look at the cable, the power and the adapter (the kernel's log tells more: dmesg), then run again"};
}

Error DescriptorLink::stuck(std::size_t done, std::size_t all) const {
  return {Fault::bench,
          fmt::format("write to {}: {} of {} bytes were taken before the deadline", name_, done, all),
          "is flow control on and the other side not ready, or is nobody reading?"};
}

void wait_until(Deadline moment, const Clock& clock) {
  const timespec left = as_timespec(moment.left(clock));
  (void)ppoll(nullptr, 0, &left, nullptr);  // cut short by a signal: who needs more looks again
}

Result<std::unique_ptr<Link>> open_link(const LinkAddress& address, const Clock& clock, Deadline deadline) {
  if (address.kind == LinkAddress::Kind::tcp) return open_tcp(address, clock, deadline);
  return open_serial(address, clock);
}

}  // namespace attest::transport

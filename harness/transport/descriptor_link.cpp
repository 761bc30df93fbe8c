#include "harness/transport/descriptor_link.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "harness/transport/chaos_link.hpp"

namespace attest::transport {
namespace {

timespec as_timespec(Nanos span) {
  return {span.count() / 1'000'000'000, span.count() % 1'000'000'000};
}

}  // namespace

DescriptorLink::DescriptorLink(Fd fd, std::string name, const LineSettings& line, const Clock& clock)
    : fd_(std::move(fd)), name_(std::move(name)), line_(line), clock_(clock) {}

Result<bool> DescriptorLink::await(short events, Deadline deadline) const {
  for (;;) {
    const timespec left = as_timespec(deadline.left(clock_));
    pollfd p[] = {{fd_.get(), events, 0}, {stop_fd_, POLLIN, 0}};  // a negative descriptor is ignored
    const int n = ppoll(p, 2, &left, nullptr);
    if (n > 0 && p[1].revents != 0) return fail(Fault::stopped, "stopped while waiting on " + name_);
    if (n >= 0) return n > 0;
    if (errno != EINTR) return fail(Fault::bench, errno_text("wait on " + name_, errno));
  }
}

Result<Arrived> DescriptorLink::read(std::span<char> into, Deadline deadline) {
  for (;;) {
    const auto ready = await(POLLIN, deadline);
    if (!ready) return tl::unexpected(ready.error());
    if (!*ready || into.empty()) return Arrived{clock_.now(), 0};
    const ssize_t n = ::read(fd_.get(), into.data(), into.size());
    const int number = errno;
    const Instant at = clock_.now();
    if (n > 0) return Arrived{at, static_cast<std::size_t>(n)};
    if (n == 0) return tl::unexpected(ended("reading", 0));
    if (number != EINTR && number != EAGAIN) return tl::unexpected(ended("reading", number));
  }
}

Result<Instant> DescriptorLink::write(std::string_view bytes, Deadline deadline) {
  Instant began = clock_.now();
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = hand_over(bytes.substr(done));
    if (n > 0) {
      done += static_cast<std::size_t>(n);
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return tl::unexpected(ended("writing", errno));
    const auto ready = await(POLLOUT, deadline);
    if (!ready) return tl::unexpected(ready.error());
    const Instant now = clock_.now();
    // Asked again: a line that takes a byte now and then must not carry the write past its limit.
    if (!*ready || now >= deadline.at()) return tl::unexpected(stuck(done, bytes.size()));
    if (done == 0) began = now;
  }
  return began;
}

ssize_t DescriptorLink::hand_over(std::string_view bytes) {
  return ::write(fd_.get(), bytes.data(), bytes.size());
}

Error DescriptorLink::ended(std::string_view doing, int number) const {
  const auto why = number == 0 ? "it hung up" : errno_text(fmt::format("{} failed", doing), number);
  return {
      Fault::bench, fmt::format("{} is gone: {}", name_, why),
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
  using Kind = LinkAddress::Kind;
  auto link = address.kind == Kind::tcp       ? open_tcp(address, clock, deadline)
              : address.kind == Kind::rfc2217 ? open_rfc2217(address, clock, deadline)
                                              : open_serial(address, clock);
  if (!link || !address.chaos) return link;
  return std::make_unique<ChaosLink>(std::move(*link), *address.chaos, clock);
}

}  // namespace attest::transport

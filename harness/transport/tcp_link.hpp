// A connected socket as a link; RFC 2217 is spoken through one.
#pragma once

#include <string>

#include "harness/transport/descriptor_link.hpp"

namespace attest::transport {

class TcpLink : public DescriptorLink {
 public:
  TcpLink(Fd fd, const LinkAddress& address, const Clock& clock)
      : DescriptorLink(std::move(fd), address.text, address.line, clock) {}
  [[nodiscard]] std::string details() const override;

 protected:
  [[nodiscard]] ssize_t hand_over(std::string_view bytes) override;
  [[nodiscard]] Error ended(std::string_view doing, int number) const override;
};

[[nodiscard]] Result<Fd> connect_tcp(const LinkAddress& address, const Clock& clock, Deadline deadline);

}  // namespace attest::transport

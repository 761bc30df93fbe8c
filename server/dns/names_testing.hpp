// For the tests of the name server: a socket that asks with bytes of the test's own.
#pragma once

#include <arpa/inet.h>
#include <poll.h>

#include <array>

#include "harness/base/file.hpp"
#include "server/control/names.hpp"

namespace attest::server::testing {

[[nodiscard]] inline Deadline patience() {
  return Deadline::in(steady_clock(), std::chrono::seconds(20));
}

class Asker {
 public:
  explicit Asker(std::uint16_t port, const char* address = "127.0.0.1")
      : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &place.sin_addr);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
      throw Failure({Fault::bench, errno_text("connect", errno), "see the test"});
  }
  void send(std::string_view bytes) const { (void)::send(socket_.get(), bytes.data(), bytes.size(), 0); }
  [[nodiscard]] std::string receive() const {
    pollfd end{socket_.get(), POLLIN, 0};
    if (::poll(&end, 1, 20'000) != 1) return "nothing came";
    std::array<char, 4096> in{};
    const auto count = ::recv(socket_.get(), in.data(), in.size(), 0);
    return count < 0 ? errno_text("receive", errno) : std::string(in.data(), static_cast<std::size_t>(count));
  }
  [[nodiscard]] std::string ask(std::string_view bytes) const {
    send(bytes);
    return receive();
  }

 private:
  Fd socket_;
};

/// The code in an answer's header.
[[nodiscard]] inline int rcode(const std::string& answer) {
  return answer.size() < 12 ? -1 : answer[3] & 0x0F;
}
[[nodiscard]] inline int id(const std::string& answer) {
  return answer.size() < 12
             ? -1
             : static_cast<std::uint8_t>(answer[0]) << 8 | static_cast<std::uint8_t>(answer[1]);
}

}  // namespace attest::server::testing

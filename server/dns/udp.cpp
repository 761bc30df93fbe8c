#include "server/dns/udp.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cstring>

namespace attest::server::dns {
namespace {

constexpr std::size_t kMostDatagram = 64 * 1024;
using Control = std::array<char, CMSG_SPACE(sizeof(in_pktinfo))>;

std::optional<in_addr> own_address(msghdr& message) {
  for (auto* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level != IPPROTO_IP || one->cmsg_type != IP_PKTINFO) continue;
    in_pktinfo info{};
    std::memcpy(&info, CMSG_DATA(one), sizeof info);
    return info.ipi_spec_dst;
  }
  return std::nullopt;
}

void put_own_address(msghdr& message, Control& control, in_addr own) {
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = IP_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  const in_pktinfo info{.ipi_ifindex = 0, .ipi_spec_dst = own, .ipi_addr = {}};
  std::memcpy(CMSG_DATA(header), &info, sizeof info);
}

}  // namespace

void want_own_address(const Fd& socket) {
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
}

std::optional<Datagram> receive(const Fd& socket) {
  Datagram in;
  in.bytes.resize(kMostDatagram);
  alignas(cmsghdr) Control control{};
  iovec bytes{in.bytes.data(), in.bytes.size()};
  msghdr message{};
  message.msg_name = &in.peer;
  message.msg_namelen = sizeof in.peer;
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto count = ::recvmsg(socket.get(), &message, MSG_DONTWAIT);
  if (count < 0) return std::nullopt;
  in.bytes.resize(static_cast<std::size_t>(count));
  in.bytes.shrink_to_fit();
  in.peer_size = message.msg_namelen;
  in.own = own_address(message);
  return in;
}

void send(const Fd& socket, const Datagram& datagram) {
  auto peer = datagram.peer;
  auto payload = datagram.bytes;
  alignas(cmsghdr) Control control{};
  iovec bytes{payload.data(), payload.size()};
  msghdr message{};
  message.msg_name = &peer;
  message.msg_namelen = datagram.peer_size;
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  if (datagram.own) put_own_address(message, control, *datagram.own);
  (void)::sendmsg(socket.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

std::string peer_text(const Datagram& datagram) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (datagram.peer.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(datagram.peer);
    ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    return fmt::format("[{}]:{}", text.data(), ntohs(six.sin6_port));
  }
  const auto& four = reinterpret_cast<const sockaddr_in&>(datagram.peer);
  ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
  return fmt::format("{}:{}", text.data(), ntohs(four.sin_port));
}

}  // namespace attest::server::dns

// Who holds a port: /proc/net/tcp names the inode of the socket, and /proc/PID/fd the process that has it.
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "server/net/listening.hpp"

namespace attest::server {
namespace {
namespace fs = std::filesystem;

/// Where the kernel lists sockets, and the state of one that waits for anybody.
struct Tables {
  const char *four, *six;
  std::string_view waiting;
};

Tables tables_of(Protocol protocol) {
  return protocol == Protocol::tcp ? Tables{"/proc/net/tcp", "/proc/net/tcp6", "0A"}
                                   : Tables{"/proc/net/udp", "/proc/net/udp6", "07"};
}

/// A line of /proc/net/tcp: number, local address:port (hex), remote, state, queues, timer, retransmits, uid,
/// timeout, inode, …
std::string inode_if_waiting(const std::string& line, std::string_view waiting, std::uint16_t port) {
  std::istringstream words(line);
  std::vector<std::string> word;
  for (std::string one; words >> one;) word.push_back(one);
  if (word.size() < 10 || word[3] != waiting) return {};
  return word[1].ends_with(fmt::format(":{:04X}", port)) ? word[9] : std::string{};
}

std::vector<std::string> inodes(std::uint16_t port, Protocol protocol) {
  std::vector<std::string> found;
  const auto tables = tables_of(protocol);
  for (const char* table : {tables.four, tables.six}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);)
      if (auto inode = inode_if_waiting(line, tables.waiting, port); !inode.empty())
        found.push_back(std::move(inode));
  }
  return found;
}

bool holds(const fs::path& process, const std::vector<std::string>& wanted) {
  std::error_code unreadable;
  for (fs::directory_iterator fd(process / "fd", unreadable), end; !unreadable && fd != end;
       fd.increment(unreadable)) {
    std::error_code vanished;
    const auto target = fs::read_symlink(fd->path(), vanished).string();
    for (const auto& inode : wanted)
      if (target == "socket:[" + inode + "]") return true;
  }
  return false;
}

bool is_pid(const std::string& name) {
  return name.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::string holder_of(std::uint16_t port, Protocol protocol) {
  const auto wanted = inodes(port, protocol);
  std::error_code unreadable;
  for (fs::directory_iterator process("/proc", unreadable), end; !unreadable && process != end;
       process.increment(unreadable)) {
    const auto pid = process->path().filename().string();
    if (!is_pid(pid) || !holds(process->path(), wanted)) continue;
    const auto name = read_file(process->path() / "comm").value_or("?");
    return fmt::format("pid {} ({})", pid, trimmed(name));
  }
  return fmt::format("a process that this user may not look at (`sudo ss -{}anp 'sport = :{}'` names it)",
                     protocol == Protocol::tcp ? 't' : 'u', port);
}

std::string own_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return "none that can be listed";
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::vector<std::string> words;
  for (const auto* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const auto family = one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    const socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(one->ifa_addr, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
      words.push_back(fmt::format("{} {}", one->ifa_name, text.data()));
  }
  return joined(words, ", ");
}

}  // namespace attest::server

#include "harness/transport/port_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"
#include "harness/base/text.hpp"
#include "harness/transport/serial_line.hpp"

namespace attest::transport {
namespace {

namespace fs = std::filesystem;

std::optional<pid_t> pid_of(std::string_view text) {
  text = trimmed(text);
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc() || end != text.data() + text.size() || pid <= 0) return std::nullopt;
  return pid;
}

bool same_device(const struct stat& a, const struct stat& b) {
  return S_ISCHR(b.st_mode) && a.st_rdev == b.st_rdev && a.st_dev == b.st_dev;
}

/// Does the process behind /proc/PID have it open, other than as our own `mine`?
bool has_open(const fs::path& process, const struct stat& device, const std::string& mine) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(process / "fd", none)) {
    struct stat status {};
    if (entry.path().filename() == mine) continue;
    if (::stat(entry.path().c_str(), &status) == 0 && same_device(device, status)) return true;
  }
  return false;
}

/// The holder of the flock: "7: FLOCK  ADVISORY  WRITE 4711 00:18:12 0 EOF", device numbers in hexadecimal.
std::optional<pid_t> flock_holder(int fd) {
  struct stat status {};
  const auto locks = read_file("/proc/locks");
  if (!locks || fstat(fd, &status) != 0) return std::nullopt;
  const auto file =
      fmt::format(" {:02x}:{:02x}:{} ", major(status.st_dev), minor(status.st_dev), status.st_ino);
  for (const auto line : split(*locks, '\n')) {
    const auto at = line.find(file);
    if (at == line.npos || line.find(" FLOCK ") == line.npos) continue;
    return pid_of(line.substr(line.rfind(' ', at - 1), at - line.rfind(' ', at - 1)));
  }
  return std::nullopt;
}

}  // namespace

std::string process_text(pid_t pid) {
  const auto folder = fmt::format("/proc/{}/", pid);
  const auto command = read_file(folder + "cmdline");
  auto name = command ? fs::path(command->c_str()).filename().string() : std::string();
  if (const auto comm = read_file(folder + "comm"); name.empty() && comm) name = trimmed(*comm);
  return name.empty() ? fmt::format("pid {}", pid) : fmt::format("pid {} ({})", pid, name);
}

Error busy(const std::string& device, const std::vector<pid_t>& holders) {
  std::vector<std::string> words;
  for (const auto pid : holders) words.push_back(process_text(pid));
  const auto who = words.empty() ? "a process that cannot be seen from here" : joined(words, ", ");
  return {Fault::bench, fmt::format("the port {} is in use by {}", device, who),
          "end that program or choose another port; add lock=off to the link to share it in spite of that"};
}

std::vector<pid_t> other_users(int fd) {
  struct stat device {};
  std::vector<pid_t> out;
  if (fstat(fd, &device) != 0) return out;
  std::error_code none;
  for (const auto& process : fs::directory_iterator("/proc", none)) {
    const auto pid = pid_of(process.path().filename().string());
    if (!pid) continue;
    const bool ours = *pid == getpid();
    if (has_open(process.path(), device, ours ? std::to_string(fd) : std::string())) out.push_back(*pid);
  }
  return out;
}

std::optional<pid_t> uucp_holder(const std::string& device, const std::string& folder) {
  std::error_code none;
  const auto real = fs::canonical(device, none);
  const auto content = read_file(fs::path(folder) / ("LCK.." + real.filename().string()));
  if (!content) return std::nullopt;
  auto pid = pid_of(*content);
  if (!pid && content->size() == sizeof(pid_t)) {
    pid.emplace();
    std::memcpy(&*pid, content->data(), sizeof(pid_t));
  }
  if (!pid || *pid <= 0 || *pid == getpid()) return std::nullopt;
  return ::kill(*pid, 0) == 0 || errno == EPERM ? pid : std::nullopt;
}

std::vector<pid_t> port_users(const std::string& device) {
  std::vector<pid_t> out;
  const auto add = [&out](pid_t pid) {
    if (pid != getpid() && std::find(out.begin(), out.end(), pid) == out.end()) out.push_back(pid);
  };
  if (const auto pid = uucp_holder(device)) add(*pid);
  const Fd look(::open(device.c_str(), O_PATH | O_CLOEXEC));
  if (!look) return out;
  if (const auto pid = flock_holder(look.get())) add(*pid);
  for (const auto pid : other_users(look.get())) add(pid);
  return out;
}

Status lock_port(int fd, const std::string& device) {
  if (const auto pid = uucp_holder(device)) return tl::unexpected(busy(device, {*pid}));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return fail(Fault::bench, errno_text("lock " + device, errno), "add lock=off to the link");
    const auto holder = flock_holder(fd);
    return tl::unexpected(busy(device, holder ? std::vector<pid_t>{*holder} : other_users(fd)));
  }
  // A pseudo-terminal would keep it when we are killed, and shut the next run out.
  if (!is_pseudo_terminal(fd)) (void)ioctl(fd, TIOCEXCL);
  return {};
}

void unlock_port(int fd) {
  (void)ioctl(fd, TIOCNXCL);
}

}  // namespace attest::transport

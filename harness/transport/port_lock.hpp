// One user per port: flock on the device, and respect for those who lock in other ways.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace attest::transport {

/// Takes the port for this descriptor or says who has it. flock, because root passes TIOCEXCL; TIOCEXCL as
/// well, because programs that know nothing of flock obey it. Both go when the descriptor is closed or the
/// process dies.
[[nodiscard]] Status lock_port(int fd, const std::string& device);

/// Lets others in again where closing alone would not: TIOCEXCL stays while any other process has the port
/// open.
void unlock_port(int fd);

/// The living process that a UUCP lock file names (`folder`/LCK..ttyUSB0: its pid in text or as an int), but
/// for ourselves. A file of a process that is no more says nothing.
[[nodiscard]] std::optional<pid_t> uucp_holder(const std::string& device,
                                               const std::string& folder = "/var/lock");

/// Who else has the device open, as far as /proc lets us see; `fd` is our own.
[[nodiscard]] std::vector<pid_t> other_users(int fd);

/// Who else has the port, asked without opening it, which would move its modem lines: holders of either kind
/// of lock first, then whoever just has it open, as far as /proc lets us see.
[[nodiscard]] std::vector<pid_t> port_users(const std::string& device);

/// "the port /dev/ttyUSB0 is in use by pid 77 (minicom)".
[[nodiscard]] Error busy(const std::string& device, const std::vector<pid_t>& holders);

/// "pid 77 (minicom)".
[[nodiscard]] std::string process_text(pid_t pid);

}  // namespace attest::transport

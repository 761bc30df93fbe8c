#include "harness/base/private_bus.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <chrono>
#include <utility>

namespace attest {
namespace {
using namespace std::chrono_literals;

/// The folder is this user's alone (0700), so who reaches the socket may do everything on the bus.
std::string configuration(const std::filesystem::path& socket) {
  return fmt::format(R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <auth>ANONYMOUS</auth>
  <allow_anonymous/>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)",
                     socket.string());
}

/// Why there was no address: only the shell's and our own 127 mean that there is no such program.
Error refusal(const std::string& daemon, Subprocess& child, const Error& reading) {
  const auto status = child.wait(Deadline::in(steady_clock(), 1s));
  if (status && WIFEXITED(*status) && WEXITSTATUS(*status) == 127) {
    return {Fault::bench, fmt::format("start a private D-Bus: {} is not there", daemon),
            "apt install dbus-daemon"};
  }
  return {Fault::bench,
          fmt::format("start a private D-Bus with {}: {}", daemon,
                      status ? wait_status_text(*status) : reading.what),
          "try `dbus-daemon --session --print-address` by hand"};
}

}  // namespace

PrivateBus::PrivateBus(std::unique_ptr<TempDir> folder, Subprocess daemon, std::string address)
    : folder_(std::move(folder)), daemon_(std::move(daemon)), address_(std::move(address)) {}

Result<PrivateBus> PrivateBus::start(const std::string& daemon) {
  auto folder = std::make_unique<TempDir>("attest-bus");
  const auto config = folder->path() / "bus.conf";
  if (auto s = write_file_whole(config, configuration(folder->path() / "bus")); !s) {
    return tl::unexpected(s.error());
  }
  // Its stderr would hold a complaint about the descriptor limit at every start without root's rights.
  auto child = Subprocess::start(
      {daemon, "--nofork", "--nopidfile", "--print-address", "--config-file=" + config.string()},
      {.pipe_stdout = true, .quiet_stderr = true});
  if (!child) return tl::unexpected(child.error());
  auto address = child->read_line(Deadline::in(steady_clock(), 10s));
  if (!address) return tl::unexpected(refusal(daemon, *child, address.error()));
  return PrivateBus(std::move(folder), std::move(*child), std::move(*address));
}

}  // namespace attest

#include "harness/runner/host.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "harness/record/reader.hpp"

namespace attest::runner {
using namespace std::chrono_literals;

Result<CaseHost> CaseHost::start(const std::filesystem::path& program) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return fail(Fault::bench, errno_text("make a pipe", errno));
  Fd read_end(fds[0]), write_end(fds[1]);
  fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  fcntl(read_end.get(), F_SETPIPE_SZ, 1 << 20);
  auto scratch = std::make_unique<TempDir>("attest-host");
  auto process = Subprocess::start({program.string(), "--serve"},
                                   {.pipe_stdin = true,
                                    .pipe_stdout = false,
                                    .quiet_stderr = false,
                                    .pass_fds = {write_end.get()},
                                    .environment = {"TMPDIR=" + scratch->path().string()}});
  if (!process) return tl::unexpected(process.error());
  return CaseHost(std::move(scratch), std::move(*process), std::move(read_end));
}

bool CaseHost::send(const nlohmann::json& order) {
  const std::string line = order.dump() + "\n";
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t n = ::write(process_.in().get(), left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool CaseHost::take(std::deque<record::Line>& into) {
  char buffer[1 << 16];
  const ssize_t n = ::read(events_.get(), buffer, sizeof buffer);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  if (n == 0) return false;
  unread_.append(buffer, static_cast<std::size_t>(n));
  std::size_t from = 0;
  for (std::size_t end; (end = unread_.find('\n', from)) != std::string::npos; from = end + 1) {
    // Half a line of a host that died in the middle of it is not an event.
    if (auto line = record::Line::read(std::string_view(unread_).substr(from, end - from)))
      into.push_back(std::move(*line));
  }
  unread_.erase(0, from);
  return true;
}

std::string CaseHost::how_it_ended() {
  const auto status = process_.wait(Deadline::in(steady_clock(), 2s));
  return status ? wait_status_text(*status) : "it closed its events and still runs";
}

void CaseHost::kill() {
  process_.signal(SIGKILL);
}

Result<std::string> list_cases(const std::filesystem::path& program) {
  if (!std::filesystem::exists(program))
    return fail(Fault::bench, fmt::format("no case host at {}", program.string()),
                "build it: tools/dev/build");
  auto process =
      Subprocess::start({program.string(), "--list"},
                        {.pipe_stdin = false, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}});
  if (!process) return tl::unexpected(process.error());
  std::string all;
  while (auto line = process->read_line(Deadline::in(steady_clock(), 30s))) all += *line;
  return all;
}

}  // namespace attest::runner

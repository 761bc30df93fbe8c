#include "harness/base/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace attest {
namespace {

/// Readable (or hung up) before the deadline?
bool wait_readable(int fd, Deadline deadline) {
  for (;;) {
    const auto left = deadline.left(steady_clock());
    const timespec ts{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    pollfd p{fd, POLLIN, 0};
    const int n = ppoll(&p, 1, &ts, nullptr);
    if (n > 0) return true;
    if (n == 0) return false;
    if (errno != EINTR) return false;
  }
}

struct Pipe {
  Fd read, write;
};

Result<Pipe> make_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return fail(Fault::bench, errno_text("make a pipe", errno));
  return Pipe{Fd(fds[0]), Fd(fds[1])};
}

/// Good for as long as the strings are.
std::vector<char*> as_c(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const auto& s : strings) pointers.push_back(const_cast<char*>(s.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  auto all = more;
  const auto name_of = [](std::string_view entry) { return entry.substr(0, entry.find('=')); };
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (std::none_of(more.begin(), more.end(), [&](const auto& m) { return name_of(m) == name_of(*entry); }))
      all.emplace_back(*entry);
  return all;
}

/// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char* const* argv, char** environment, const int* fds, int count, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);  // Ctrl-C is for the one who started us: who stops first is decided there
  if (getppid() != parent) _exit(127);
  // First out of the way of the numbers they go to, then there.
  std::array<int, 16> high{};
  for (int i = 0; i < count; ++i) high[static_cast<std::size_t>(i)] = fcntl(fds[i], F_DUPFD_CLOEXEC, 64);
  for (int i = 0; i < count; ++i) dup2(high[static_cast<std::size_t>(i)], i);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  environ = environment;
  execvp(argv[0], argv);
  _exit(127);
}

}  // namespace

Result<Subprocess> Subprocess::start(const std::vector<std::string>& argv, Options options) {
  Subprocess child;
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  Fd child_in, child_out;
  if (options.pipe_stdin) {
    auto p = make_pipe();
    if (!p) return tl::unexpected(p.error());
    child_in = std::move(p->read);
    child.in_ = std::move(p->write);
  }
  if (options.pipe_stdout) {
    auto p = make_pipe();
    if (!p) return tl::unexpected(p.error());
    child_out = std::move(p->write);
    child.out_ = std::move(p->read);
  }
  const int out = child_out ? child_out.get() : STDOUT_FILENO;
  std::vector<int> fds{child_in ? child_in.get() : null.get(), out,
                       options.join_stderr    ? out
                       : options.quiet_stderr ? null.get()
                                              : STDERR_FILENO};
  fds.insert(fds.end(), options.pass_fds.begin(), options.pass_fds.end());
  auto args = as_c(argv);
  const auto environment = environment_with(options.environment);
  auto variables = as_c(environment);

  const pid_t parent = getpid();
  child.pid_ = fork();
  if (child.pid_ < 0) return fail(Fault::bench, errno_text("start " + argv[0], errno));
  if (child.pid_ == 0)
    become(args.data(), variables.data(), fds.data(), static_cast<int>(fds.size()), parent);
  child.pidfd_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, child.pid_, 0)));
  return child;
}

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
    in_ = std::move(other.in_);
    out_ = std::move(other.out_);
    unread_ = std::move(other.unread_);
  }
  return *this;
}

Subprocess::~Subprocess() {
  end();
}

void Subprocess::end() {
  if (!pidfd_) return;  // moved from, or reaped
  signal(SIGTERM);
  if (wait(Deadline::in(steady_clock(), std::chrono::seconds(1)))) return;
  signal(SIGKILL);
  (void)wait(Deadline::in(steady_clock(), std::chrono::seconds(10)));
}

void Subprocess::signal(int number) const {
  if (pidfd_) ::kill(pid_, number);
}

std::optional<int> Subprocess::wait(Deadline deadline) {
  if (!pidfd_ || !wait_readable(pidfd_.get(), deadline)) return std::nullopt;
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) return std::nullopt;
  pidfd_.reset();
  return status;
}

Result<std::string> Subprocess::read_line(Deadline deadline) {
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    if (!wait_readable(out_.get(), deadline))
      return fail(Fault::bench, "no line from the child within its time");
    char buffer[4096];
    const ssize_t n = ::read(out_.get(), buffer, sizeof buffer);
    if (n <= 0) return fail(Fault::bench, "the child closed its output");
    unread_.append(buffer, static_cast<std::size_t>(n));
  }
}

std::string wait_status_text(int status) {
  if (WIFEXITED(status)) return fmt::format("exit status {}", WEXITSTATUS(status));
  const int number = WTERMSIG(status);
  return fmt::format("killed by SIG{} ({})", sigabbrev_np(number), strsignal(number));
}

std::filesystem::path program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace attest

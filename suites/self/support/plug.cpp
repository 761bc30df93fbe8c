#include "suites/self/support/plug.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;

Subprocess started(const std::vector<std::string>& options) {
  std::vector<std::string> argv{built("bk7238-virtual"), "--pty", "--die-with-stdin", "--baud", "0"};
  argv.insert(argv.end(), options.begin(), options.end());
  return must(Subprocess::start(
      argv, {.pipe_stdin = true, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}}));
}

Fd raw_port(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  termios ios{};
  if (!fd || ::tcgetattr(fd.get(), &ios) != 0) throw Failure({Fault::bench, "open " + path, {}});
  cfmakeraw(&ios);
  (void)::tcsetattr(fd.get(), TCSANOW, &ios);
  return fd;
}

}  // namespace

Plug::Plug(std::uint64_t seed, Pulls pulls, const std::vector<std::string>& device_options)
    : name_(dir_.path() / "by-id" / "usb-attest-if00"),
      device_(started(device_options)),
      far_(raw_port(must(device_.read_line(Deadline::in(steady_clock(), 20s)))
                        .substr(std::string("link serial:").size()))),
      random_(seed),
      pulls_(pulls) {
  put_in();
  thread_ = std::thread([this] { serve(); });
}

Plug::~Plug() {
  done_ = true;
  thread_.join();
}

void Plug::put_in() {
  port_.emplace(must(transport::PtyPair::open(steady_clock())));
  std::filesystem::create_directories(name_.parent_path());
  std::filesystem::create_symlink(port_->path(), name_);
  carried_ = 0;
  due_ = pulls_.least + random_.below(pulls_.most - pulls_.least + 1);
}

/// As udev does: with the last port its folder goes, too.
void Plug::pull_out() {
  std::filesystem::remove_all(name_.parent_path());
  port_.reset();
  ++pulled_;
}

bool Plug::carry(int from, int to) {
  std::array<char, 512> bytes{};
  const ssize_t n = ::read(from, bytes.data(), bytes.size());
  if (n <= 0) return false;
  carried_ += static_cast<std::size_t>(n);
  for (ssize_t done = 0; to >= 0 && done < n;) {
    const ssize_t m = ::write(to, bytes.data() + done, static_cast<std::size_t>(n - done));
    if (m > 0) {
      done += m;
      continue;
    }
    pollfd room{to, POLLOUT, 0};
    if (done_ || ::poll(&room, 1, 200) <= 0) return false;  // nobody reads there
  }
  return true;
}

void Plug::serve() {
  while (!done_) {
    if (pulled_ < pulls_.count && carried_ >= due_) {
      pull_out();
      const auto away = pulls_.away_least_ms + static_cast<int>(random_.below(static_cast<std::uint64_t>(
                                                   pulls_.away_most_ms - pulls_.away_least_ms + 1)));
      for (const auto back = Deadline::in(steady_clock(), std::chrono::milliseconds(away));
           !back.passed(steady_clock()) && !done_;) {
        pollfd device{far_.get(), POLLIN, 0};
        if (::poll(&device, 1, 5) > 0 && !carry(far_.get(), -1)) break;  // what it says now nobody hears
      }
      put_in();
    }
    pollfd both[] = {{far_.get(), POLLIN, 0}, {port_->far_fd(), POLLIN, 0}};
    if (::poll(both, 2, 50) <= 0) continue;
    if ((both[0].revents & (POLLERR | POLLHUP)) != 0) return;  // the device has ended
    if (both[0].revents != 0) (void)carry(far_.get(), port_->far_fd());
    if (both[1].revents != 0) (void)carry(port_->far_fd(), far_.get());
  }
}

}  // namespace attest::self

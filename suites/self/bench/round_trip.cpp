// How much an AT round trip costs in attest, beside a bare poll/read/write loop and beside pyserial, in one
// run: each of them speaks to the same responder over a pseudo-terminal, in turns, so that a busy moment of
// the host hits all three.
//
//     round_trip [ROUNDS] [PER_ROUND]        prints a table; exit 0 unless something did not work at all
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "harness/at/session.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/transport/pty.hpp"

namespace {
using namespace attest;
using namespace std::chrono_literals;
using Samples = std::vector<double>;  // microseconds

/// Answers OK to each line, as fast as it can, until the terminal goes away.
void respond(int fd) {
  char buffer[256];
  for (;;) {
    pollfd p{fd, POLLIN, 0};
    if (::poll(&p, 1, -1) <= 0) return;
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n <= 0) return;
    for (ssize_t i = 0; i < n; ++i)
      if (buffer[i] == '\n' && ::write(fd, "OK\r\n", 4) != 4) return;
  }
}

double micros(Nanos span) {
  return static_cast<double>(span.count()) / 1e3;
}

Samples bare(const std::string& path, int count) {
  const auto address = must(transport::parse_link("serial:" + path));  // for raw mode only
  const auto link = must(transport::open_link(address, steady_clock(), Deadline::in(steady_clock(), 5s)));
  const Fd fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  Samples out;
  char buffer[256];
  for (int i = 0; i < count; ++i) {
    const auto begin = steady_clock().now();
    if (::write(fd.get(), "AT\r\n", 4) != 4) break;
    std::size_t got = 0;
    while (got < 4) {
      pollfd p{fd.get(), POLLIN, 0};
      if (::poll(&p, 1, 5000) <= 0) return out;
      const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
      if (n <= 0) return out;
      got += static_cast<std::size_t>(n);
    }
    out.push_back(micros(steady_clock().now() - begin));
  }
  return out;
}

Samples with_attest(const std::string& path, int count) {
  const auto link = must(transport::open_link(must(transport::parse_link("serial:" + path)), steady_clock(),
                                              Deadline::in(steady_clock(), 5s)));
  at::Dialect dialect;
  dialect.guard = 0ns;  // the silence before a command is kept on purpose and is no part of the round trip
  at::Session session(*link, dialect, steady_clock(), nullptr);
  Samples out;
  for (int i = 0; i < count; ++i) {
    const auto begin = steady_clock().now();
    if (!session.command("AT").ok()) break;
    out.push_back(micros(steady_clock().now() - begin));
  }
  return out;
}

Samples with_pyserial(const std::string& path, int count) {
  Samples out;
  auto child = must(
      Subprocess::start({"/usr/bin/python3", ATTEST_BENCH_DIR "/round_trip.py", path, std::to_string(count)},
                        {.pipe_stdin = false, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}}));
  while (auto line = child.read_line(Deadline::in(steady_clock(), 30s)))
    out.push_back(std::strtod(line->c_str(), nullptr) / 1e3);
  return out;
}

double quantile(Samples& all, double q) {
  if (all.empty()) return 0;
  const auto at = all.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(all.size() - 1));
  std::nth_element(all.begin(), at, all.end());
  return *at;
}

void add(Samples& to, const Samples& more) {
  to.insert(to.end(), more.begin(), more.end());
}

int measure(int rounds, int per_round) {
  auto pty = must(transport::PtyPair::open(steady_clock()));
  std::thread responder(respond, pty.far_fd());
  Samples loop, ours, python;
  for (int i = 0; i < rounds; ++i) {
    add(loop, bare(pty.path(), per_round));
    add(ours, with_attest(pty.path(), per_round));
    add(python, with_pyserial(pty.path(), per_round));
  }
  const auto base = quantile(loop, 0.5);
  fmt::print("{:<34}{:>8}{:>10}{:>10}{:>10}{:>12}\n", "AT -> OK over a pseudo-terminal", "n", "p50 us",
             "p95 us", "p99 us", "p50 / bare");
  const auto row = [&](const char* name, Samples& all) {
    fmt::print("{:<34}{:>8}{:>10.1f}{:>10.1f}{:>10.1f}{:>12.2f}\n", name, all.size(), quantile(all, 0.5),
               quantile(all, 0.95), quantile(all, 0.99), quantile(all, 0.5) / base);
  };
  row("bare poll/read/write loop", loop);
  row("attest session", ours);
  row("pyserial read_until", python);
  const bool worked = loop.size() == ours.size() && !loop.empty() && ours.size() == python.size();
  std::fflush(stdout);
  std::_Exit(worked ? 0 : 1);  // the responder blocks in read for ever
}

}  // namespace

int main(int argc, char** argv) {
  return measure(argc > 1 ? std::atoi(argv[1]) : 10, argc > 2 ? std::atoi(argv[2]) : 1000);
}

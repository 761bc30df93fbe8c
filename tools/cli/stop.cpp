#include "tools/cli/stop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace attest::cli {
namespace {

int g_write_end = -1;

void on_signal(int) {
  const int saved = errno;
  const char byte = 0;
  if (::write(g_write_end, &byte, 1) < 0) _exit(4);
  errno = saved;
}

}  // namespace

int stop_on_signals() {
  static int readable = -1;  // one for the whole process, however many runs it makes
  if (readable >= 0) return readable;
  int fds[2];
  if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  g_write_end = fds[1];
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return readable = fds[0];
}

}  // namespace attest::cli

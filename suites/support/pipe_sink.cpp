#include "suites/support/pipe_sink.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace attest::suites {
namespace {

/// After these the one who reads live wants to know.
bool worth_flushing(const std::string& type) {
  return type == "exchange" || type.starts_with("case.") || type.starts_with("host.");
}

}  // namespace

void PipeSink::append(const record::Event& event) {
  const std::lock_guard lock(mutex_);
  held_ += record::to_line(event);
  held_ += '\n';
  if (held_.size() > (1U << 16) || worth_flushing(event.type)) write_out();
}

void PipeSink::flush() {
  const std::lock_guard lock(mutex_);
  write_out();
}

void PipeSink::write_out() {
  std::string_view left = held_;
  while (!left.empty()) {
    const ssize_t n = ::write(fd_, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) std::_Exit(3);  // the runner is gone: nobody is left to work for
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  held_.clear();
}

}  // namespace attest::suites

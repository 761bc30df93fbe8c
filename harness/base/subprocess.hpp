// A child process with pipes, which never outlives the one who started it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/file.hpp"

namespace attest {

class Subprocess {
 public:
  struct Options {
    bool pipe_stdin = false;    ///< else /dev/null
    bool pipe_stdout = false;   ///< else inherited
    bool quiet_stderr = false;  ///< stderr to /dev/null, else inherited
    bool join_stderr = false;   ///< stderr to where stdout goes, whatever quiet_stderr says
    /// Descriptors of ours that the child gets as 3, 4, … in this order.
    std::vector<int> pass_fds;
    std::vector<std::string> environment = {};  ///< "NAME=value" that the child has beside ours, or instead
  };

  /// argv[0] is a path, or a name looked for in PATH. The child gets SIGKILL when the calling thread's
  /// process dies.
  [[nodiscard]] static Result<Subprocess> start(const std::vector<std::string>& argv, Options options);

  Subprocess(Subprocess&&) noexcept = default;
  Subprocess& operator=(Subprocess&&) noexcept;
  /// Terminates a child that still runs (SIGTERM, then SIGKILL after a second) and reaps it.
  ~Subprocess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] Fd& in() { return in_; }    ///< the child's stdin, if piped
  [[nodiscard]] Fd& out() { return out_; }  ///< the child's stdout, if piped

  void signal(int number) const;
  /// The wait status if the child has ended by the deadline. Never blocks past it.
  [[nodiscard]] std::optional<int> wait(Deadline deadline);
  /// The next line of the child's stdout without its line end; an error at end of file or deadline.
  [[nodiscard]] Result<std::string> read_line(Deadline deadline);

 private:
  Subprocess() = default;
  void end();

  pid_t pid_ = -1;
  Fd pidfd_, in_, out_;
  std::string unread_;
};

/// "exit status 3", "killed by SIGSEGV (Segmentation fault)".
[[nodiscard]] std::string wait_status_text(int status);

/// The folder of the running program.
[[nodiscard]] std::filesystem::path program_folder();

}  // namespace attest

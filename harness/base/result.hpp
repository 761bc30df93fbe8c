// Result<T>: a value, or an Error that says what was tried, on what, what happened and what to do.
//
// I/O returns one (ccache's "expected at the edge"); above the edge errors travel as exceptions of type
// Failure and become verdicts or exit codes in one place each.
#pragma once

#include <exception>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace attest {

/// Who has to act. Decides verdicts and exit codes, so it is part of every error.
enum class Fault {
  usage,   ///< the command line or a file given by the user is wrong (exit 2)
  bench,   ///< port, adapter, interface, disk: nothing is known of the device (exit 3)
  device,  ///< the device did something that stops the work
  stopped  ///< the user asked to stop (exit 4)
};

struct Error {
  Fault fault = Fault::bench;
  std::string what;  ///< what was tried, on what, and what happened
  std::string cure;  ///< what to do about it; may be empty only where nothing can be done

  /// "what; cure" on one line.
  [[nodiscard]] std::string text() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(Fault fault, std::string what, std::string cure = {}) {
  return tl::unexpected(Error{fault, std::move(what), std::move(cure)});
}

/// "open /dev/ttyUSB0: No such file or directory" from errno.
[[nodiscard]] std::string errno_text(const std::string& tried, int number);

/// An Error on its way up.
class Failure : public std::exception {
 public:
  explicit Failure(Error e) : error_(std::move(e)), text_(error_.text()) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
  std::string text_;
};

/// The value, or the error thrown as a Failure.
template <class T>
T must(Result<T> result) {
  if (!result) throw Failure(std::move(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace attest

// A pseudo-terminal pair: a serial line without hardware, for tests and for the harness' own floor.
#pragma once

#include <memory>
#include <string>

#include "harness/base/file.hpp"
#include "harness/transport/link.hpp"

namespace attest::transport {

/// The near end is opened by its path, with open_link(parse_link(address())); the far end is where a device
/// would be. The line stays up between two openings of the near end. Not thread-safe.
class PtyPair {
 public:
  /// Raw from the start: no echo, no line editing. `clock` must outlive the pair.
  [[nodiscard]] static Result<PtyPair> open(const Clock& clock);

  [[nodiscard]] const std::string& path() const { return path_; }          ///< "/dev/pts/7"
  [[nodiscard]] std::string address() const { return "serial:" + path_; }  ///< for parse_link
  /// The far end; not after hang_up().
  [[nodiscard]] Link& far() { return *far_; }
  /// The far end's descriptor, for loops that measure what a bare one takes; does not block.
  [[nodiscard]] int far_fd() const { return far_fd_; }
  /// The far end goes away, as an adapter does that is pulled out.
  void hang_up() { far_.reset(); }

 private:
  PtyPair() = default;

  std::string path_;
  Fd keeper_;  ///< the near end, held open: the far end would read an error while nobody has it open
  std::unique_ptr<Link> far_;
  int far_fd_ = -1;
};

}  // namespace attest::transport

// A conversation with a device whose dialect nobody knows yet: lines out, lines in, without an opinion of
// them. For the probe; once a dialect is known, harness/at reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/transport/link.hpp"

namespace attest::lab {

/// What came after a line was sent.
struct Heard {
  std::string raw;
  std::vector<std::string>
      lines;         ///< whole ones, without blank ones and the echo; no line ends, no blanks around
  std::string rest;  ///< what follows the last line end: a prompt
  bool echoed = false;
  std::string line_end;  ///< of the last line: "CR LF", "LF" or "CR"; empty if there is none

  [[nodiscard]] bool nothing() const { return raw.empty(); }
  /// Only what a person can read.
  [[nodiscard]] bool readable() const;
};

/// `raw` taken apart; `sent` tells the echo.
[[nodiscard]] Heard heard_from(std::string raw, std::string_view sent);

/// Not thread-safe. A link that breaks, a device that does not stop talking, and the end of the whole time
/// are thrown as a Failure of the bench.
class Talk {
 public:
  Talk(transport::Link& link, const Clock& clock, Deadline most) : link_(link), clock_(clock), most_(most) {}

  /// Lines that end a reply as soon as they come; none: silence ends it.
  void ends_with(std::vector<std::string> words) { words_ = std::move(words); }
  /// Lines that may come at any time and answer nothing.
  void ignores(std::vector<std::string> lines) { ignored_ = std::move(lines); }

  /// Sends `line` and CR LF, and listens until the reply has its end or `patience` is over.
  [[nodiscard]] Heard ask(std::string_view line, Nanos patience);
  /// Sends bytes as they are, and listens as `ask` does.
  [[nodiscard]] Heard give(std::string_view bytes, Nanos patience);
  /// What comes without a question, until it is quiet.
  [[nodiscard]] Heard listen(Nanos quiet);

  [[nodiscard]] transport::Link& link() { return link_; }
  [[nodiscard]] const std::string& last_sent() const { return last_sent_; }

 private:
  [[nodiscard]] Heard hear(std::string_view sent, Nanos patience);
  [[nodiscard]] bool read_into(std::string& raw, Deadline deadline);
  [[nodiscard]] bool has_end(const Heard& heard) const;
  [[nodiscard]] Heard without_ignored(std::string raw, std::string_view sent) const;
  void send(std::string_view bytes);
  void check_time() const;

  transport::Link& link_;
  const Clock& clock_;
  Deadline most_;
  std::vector<std::string> words_, ignored_;
  std::string last_sent_;
};

}  // namespace attest::lab

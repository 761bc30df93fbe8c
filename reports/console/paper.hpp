// What a terminal is written on: width, colours, and text that fits. Columns are counted (columns.hpp), not
// bytes.
#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/event.hpp"

namespace attest::reports {

struct Paper {
  std::size_t width = 100;  ///< that texts are laid out for: of() keeps it between 40 and 160
  bool colours = false;
  bool terminal = false;  ///< lines may be written over

  /// What `stream` is: colours only on a terminal, without NO_COLOR and with a TERM that is not "dumb".
  [[nodiscard]] static Paper of(std::FILE* stream);
  /// The columns of the terminal now, as few or many as they are; nothing where it does not tell, or is none.
  [[nodiscard]] static std::optional<std::size_t> columns(std::FILE* stream);

  [[nodiscard]] std::string bold(std::string_view text) const { return painted("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return painted("2", text); }
  /// In the verdict's colour.
  [[nodiscard]] std::string verdict(record::Verdict verdict, std::string_view text) const;

 private:
  [[nodiscard]] std::string painted(std::string_view code, std::string_view text) const;
};

/// "PASS", "FAIL", "INCONC", "ERROR", "NONE".
[[nodiscard]] std::string loud(record::Verdict verdict);

/// On one line: line ends become a blank, and whatever a terminal would not just show is made visible, so
/// that a device cannot write on the terminal.
[[nodiscard]] std::string one_line(std::string_view text);
/// In columns.
[[nodiscard]] std::size_t length(std::string_view utf8);
/// At most so many columns; the last is … where something was left out.
[[nodiscard]] std::string cut(std::string_view utf8, std::size_t most);
/// Filled up with blanks to so many columns.
[[nodiscard]] std::string padded(std::string_view utf8, std::size_t to);
/// Lines of at most `width` columns (of at least one character), broken at blanks; a longer word is broken
/// hard.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view utf8, std::size_t width);
/// "a, b, c and 4 more": the first `most` of them.
[[nodiscard]] std::string some_of(const std::vector<std::string>& names, std::size_t most);
/// "1 case", "2 cases".
[[nodiscard]] std::string so_many(std::size_t number, std::string_view thing);

}  // namespace attest::reports

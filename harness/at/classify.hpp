// What one line is, taken by itself: pure functions on text, strict first and lenient where asked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/at/exchange.hpp"

namespace attest::at {

/// Whole lines by globs, with a first look at the first character.
class LineSet {
 public:
  explicit LineSet(const std::vector<std::string>& globs);
  /// Trailing blanks do not count.
  [[nodiscard]] bool match(std::string_view line) const;

 private:
  struct Pattern {
    std::string text;
    bool literal;
  };
  std::vector<Pattern> patterns_;
  std::array<bool, 256> first_{};
};

/// OK, ERROR, SEND OK, SEND FAIL, and nothing else on the line.
[[nodiscard]] inline std::optional<FinalCode> exact_result(std::string_view line) {
  switch (line.size()) {
    case 2:
      return line == "OK" ? std::optional(FinalCode::ok) : std::nullopt;
    case 5:
      return line == "ERROR" ? std::optional(FinalCode::error) : std::nullopt;
    case 7:
      return line == "SEND OK" ? std::optional(FinalCode::send_ok) : std::nullopt;
    case 9:
      return line == "SEND FAIL" ? std::optional(FinalCode::send_fail) : std::nullopt;
    default:
      return std::nullopt;
  }
}

/// A line that can only be meant as a final result.
struct MeantResult {
  FinalCode code = FinalCode::ok;
  std::string_view deviation;  ///< "result-prefixed", …
  /// False: it may as well be a report that the profile does not name; a real final result that follows
  /// decides.
  bool sure = true;
};
[[nodiscard]] std::optional<MeantResult> meant_result(std::string_view line);

/// The code at the end of a line that has other text right before it (`helloOK`), and where it begins.
[[nodiscard]] std::optional<std::size_t> glued_result(std::string_view line);

/// Characters that a person reads: printable ASCII, tab, well-formed UTF-8.
[[nodiscard]] bool printable(std::string_view text);
[[nodiscard]] constexpr bool is_break(char c) {
  return c == '\r' || c == '\n';
}
/// Neither printable ASCII nor tab nor a line end.
[[nodiscard]] constexpr bool is_garbage(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u < 0x20 && c != '\t' && c != '\r' && c != '\n') || u >= 0x7f;
}

/// `+NAME:` as it should be or nearly.
struct NamedLine {
  std::size_t value = 0;  ///< where the value begins
  bool other_case = false, other_spelling = false;
};
[[nodiscard]] std::optional<NamedLine> named(std::string_view line, std::string_view name);

/// A size as it should be or nearly. Saturates.
struct WrittenSize {
  std::optional<std::uint64_t> value;
  bool brackets = false, padded = false, not_decimal = false;
};
[[nodiscard]] WrittenSize written_size(std::string_view text);

/// The beginning of `+NAME:<size>,<data>`.
struct SizedHead {
  enum class Is { nothing, unfinished, head } is = Is::nothing;
  NamedLine name;
  WrittenSize size;
  std::size_t length = 0;  ///< up to the comma and with it, or up to the line break that stands instead
  bool breaks = false;     ///< a line break instead of the comma
};
[[nodiscard]] SizedHead sized_head(std::string_view text, std::string_view name);

/// A `+NAME:` of a command that the harness knows: no unsolicited news.
[[nodiscard]] bool known_information(std::string_view line);

/// Whether `line` is `sent` coming back with some harm done to it.
[[nodiscard]] bool resembles(std::string_view line, std::string_view sent, double share);

}  // namespace attest::at

// What one line is, taken by itself: pure functions on text, strict first and lenient where asked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/at/dialect.hpp"
#include "harness/at/exchange.hpp"
#include "harness/at/translation.hpp"

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

/// A line that can only be meant as a final result.
struct MeantResult {
  FinalCode code = FinalCode::ok;
  std::string_view deviation;  ///< "result-prefixed", …
  /// False: it may as well be a report that the profile does not name; a real final result that follows
  /// decides.
  bool sure = true;
};

/// The final results in a firmware's words.
class ResultWords {
 public:
  explicit ResultWords(const FinalWords& words);

  /// One of the words, and nothing else on the line.
  [[nodiscard]] std::optional<FinalCode> exact(std::string_view line) const {
    if (line.size() > longest_ || line.empty()) return std::nullopt;
    for (const auto& [text, code] : words_)
      if (line == text) return code;
    return std::nullopt;
  }
  /// A line that is meant as one of them and is not written so.
  [[nodiscard]] std::optional<MeantResult> meant(std::string_view line) const;
  /// Where the word at the end of a line begins that has other text right before it (`helloOK`).
  [[nodiscard]] std::optional<std::size_t> glued(std::string_view line) const;

 private:
  struct Word {
    std::string text;
    FinalCode code = FinalCode::ok;
  };
  [[nodiscard]] const Word* word(std::string_view text) const;
  [[nodiscard]] const Word* enclosed(std::string_view text) const;
  [[nodiscard]] bool may_be_meant(std::string_view text) const;
  [[nodiscard]] std::optional<MeantResult> after_word(std::string_view text) const;
  [[nodiscard]] std::optional<MeantResult> with_suffix(std::string_view text) const;

  std::vector<Word> words_;  ///< longest first
  std::size_t longest_ = 0;
  std::array<bool, 256> first_{}, last_{};
};

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
[[nodiscard]] std::optional<NamedLine> named(std::string_view line, const InfoName& owed);

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
[[nodiscard]] SizedHead sized_head(std::string_view text, const InfoName& owed);

/// The beginnings of the information responses of all commands that the harness knows: no unsolicited news.
class KnownInformation {
 public:
  explicit KnownInformation(const Translation* translation);
  [[nodiscard]] bool match(std::string_view line) const;

 private:
  std::vector<InfoName> names_;
};

/// Whether `line` is `sent` coming back with some harm done to it.
[[nodiscard]] bool resembles(std::string_view line, std::string_view sent, double share);

}  // namespace attest::at

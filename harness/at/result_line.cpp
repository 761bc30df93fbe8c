// Final results as devices should not write them.
#include "harness/at/classify.hpp"
#include "harness/base/bytes.hpp"

namespace attest::at {
namespace {

constexpr FinalCode kLongestFirst[] = {FinalCode::send_fail, FinalCode::send_ok, FinalCode::error,
                                       FinalCode::ok};

/// A longer line is meant as something else.
constexpr std::size_t kLongest = 80;

struct Word {
  FinalCode code = FinalCode::ok;
  bool other_case = false;
};

std::optional<Word> word(std::string_view text) {
  FinalCode code{};
  switch (text.size()) {
    case 2:
      code = FinalCode::ok;
      break;
    case 5:
      code = FinalCode::error;
      break;
    case 7:
      code = FinalCode::send_ok;
      break;
    case 9:
      code = FinalCode::send_fail;
      break;
    default:
      return std::nullopt;
  }
  if (!same_ignoring_case(text, name_of(code))) return std::nullopt;
  return Word{code, text != name_of(code)};
}

constexpr std::array<bool, 256> set_of(std::string_view characters) {
  std::array<bool, 256> set{};
  for (const char c : characters) set[static_cast<unsigned char>(c)] = true;
  return set;
}

/// A first look: such a line begins or ends as a result code does, or ends in a bracket. Most lines do not.
bool may_be_meant(std::string_view text) {
  static constexpr auto kFirst = set_of("OoEeSs+"), kLast = set_of("KkRrLl])>}\"'");
  return kFirst[static_cast<unsigned char>(text.front())] || kLast[static_cast<unsigned char>(text.back())];
}

bool is_word_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// `[OK]`, `<OK>`, `"OK"`, `+OK`.
std::optional<Word> enclosed(std::string_view text) {
  static constexpr std::string_view kOpen = "[<(\"'{+*#:>-.", kClose = "])>\"'}";
  if (text.empty() || kOpen.find(text.front()) == std::string_view::npos) return std::nullopt;
  text.remove_prefix(1);
  if (!text.empty() && kClose.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return word(trimmed(text));
}

bool contains_ignoring_case(std::string_view text, std::string_view what) {
  for (std::size_t i = 0; i + what.size() <= text.size(); ++i)
    if (same_ignoring_case(text.substr(i, what.size()), what)) return true;
  return false;
}

/// `CMDRSP:OK`, `RSP: ERROR`, `AT+OK`. A word that does not speak of results may belong to a report.
std::optional<MeantResult> after_word(std::string_view text) {
  const auto at = text.find_last_of(":+=|");
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const auto found = word(trimmed(text.substr(at + 1)));
  if (!found) return std::nullopt;
  const auto before = text.substr(0, at);
  bool sure = same_ignoring_case(before, "AT");
  for (const auto* speaks : {"RSP", "RESP", "CMD", "RESULT", "RET"})
    sure = sure || contains_ignoring_case(before, speaks);
  return MeantResult{found->code, "result-prefixed", sure};
}

/// `OK.`, `OK 12`, `ERROR:3`, `+CME ERROR: 3`.
std::optional<MeantResult> with_suffix(std::string_view text) {
  for (const auto* extended : {"+CME ", "+CMS "})
    if (text.starts_with(extended)) text.remove_prefix(5);
  for (const auto code : kLongestFirst) {
    const auto name = name_of(code);
    if (text.size() <= name.size() || is_word_character(text[name.size()])) continue;
    const auto head = text.substr(0, name.size());
    if (same_ignoring_case(head, name)) return MeantResult{code, "result-suffixed", head == name};
  }
  return std::nullopt;
}

}  // namespace

std::optional<MeantResult> meant_result(std::string_view line) {
  if (line.size() < 2 || line.size() > kLongest) return std::nullopt;
  const auto text = trimmed(line);
  if (text.size() < 2 || !may_be_meant(text)) return std::nullopt;
  if (const auto bare = word(text)) {
    const bool indented = line.front() == ' ' || line.front() == '\t';
    return MeantResult{bare->code,
                       bare->other_case ? "result-case"
                       : indented       ? "result-prefixed"
                                        : "result-suffixed",
                       true};
  }
  if (const auto inside = enclosed(text)) return MeantResult{inside->code, "result-prefixed", true};
  if (const auto after = after_word(text)) return after;
  return with_suffix(text);
}

std::optional<std::size_t> glued_result(std::string_view line) {
  for (const auto code : kLongestFirst)
    if (line.ends_with(name_of(code))) return line.size() - name_of(code).size();
  return std::nullopt;
}

}  // namespace attest::at

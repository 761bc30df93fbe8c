// Final results as devices should not write them.
#include <algorithm>

#include "harness/at/classify.hpp"
#include "harness/base/bytes.hpp"

namespace attest::at {
namespace {

/// A longer line is meant as something else.
constexpr std::size_t kLongest = 80;

constexpr std::string_view kOpen = "[<(\"'{+*#:>-.", kClose = "])>\"'}";

bool is_word_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool contains_ignoring_case(std::string_view text, std::string_view what) {
  for (std::size_t i = 0; i + what.size() <= text.size(); ++i)
    if (same_ignoring_case(text.substr(i, what.size()), what)) return true;
  return false;
}

/// A first look at a character in either case.
void allow(std::array<bool, 256>& set, char c) {
  set[static_cast<unsigned char>(c)] = true;
  const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  if (letter) set[static_cast<unsigned char>(c) ^ 0x20U] = true;
}

}  // namespace

ResultWords::ResultWords(const FinalWords& words)
    : words_{{words.ok, FinalCode::ok},
             {words.error, FinalCode::error},
             {words.send_ok, FinalCode::send_ok},
             {words.send_fail, FinalCode::send_fail}} {
  std::stable_sort(words_.begin(), words_.end(),
                   [](const Word& a, const Word& b) { return a.text.size() > b.text.size(); });
  longest_ = words_.front().text.size();
  for (const auto& [text, code] : words_) {
    if (text.empty()) continue;
    allow(first_, text.front());
    allow(last_, text.back());
  }
  allow(first_, '+');
  for (const char c : kClose) allow(last_, c);
}

const ResultWords::Word* ResultWords::word(std::string_view text) const {
  const auto found = std::find_if(words_.begin(), words_.end(), [&](const Word& one) {
    return one.text.size() == text.size() && same_ignoring_case(text, one.text);
  });
  return found == words_.end() ? nullptr : &*found;
}

/// Such a line begins or ends as a word does, or ends in a bracket. Most lines do not.
bool ResultWords::may_be_meant(std::string_view text) const {
  return first_[static_cast<unsigned char>(text.front())] || last_[static_cast<unsigned char>(text.back())];
}

/// `[OK]`, `<OK>`, `"OK"`, `+OK`.
const ResultWords::Word* ResultWords::enclosed(std::string_view text) const {
  if (text.empty() || kOpen.find(text.front()) == std::string_view::npos) return nullptr;
  text.remove_prefix(1);
  if (!text.empty() && kClose.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return word(trimmed(text));
}

/// `CMDRSP:OK`, `RSP: ERROR`, `AT+OK`. A word that does not speak of results may belong to a report.
std::optional<MeantResult> ResultWords::after_word(std::string_view text) const {
  const auto at = text.find_last_of(":+=|");
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const auto* found = word(trimmed(text.substr(at + 1)));
  if (found == nullptr) return std::nullopt;
  const auto before = text.substr(0, at);
  bool sure = same_ignoring_case(before, "AT");
  for (const auto* speaks : {"RSP", "RESP", "CMD", "RESULT", "RET"})
    sure = sure || contains_ignoring_case(before, speaks);
  return MeantResult{found->code, "result-prefixed", sure};
}

/// `OK.`, `OK 12`, `ERROR:3`, `+CME ERROR: 3`.
std::optional<MeantResult> ResultWords::with_suffix(std::string_view text) const {
  for (const auto* extended : {"+CME ", "+CMS "})
    if (text.starts_with(extended)) text.remove_prefix(5);
  for (const auto& [name, code] : words_) {
    if (text.size() <= name.size() || is_word_character(text[name.size()])) continue;
    const auto head = text.substr(0, name.size());
    if (same_ignoring_case(head, name)) return MeantResult{code, "result-suffixed", head == name};
  }
  return std::nullopt;
}

std::optional<MeantResult> ResultWords::meant(std::string_view line) const {
  if (line.size() < 2 || line.size() > kLongest) return std::nullopt;
  const auto text = trimmed(line);
  if (text.size() < 2 || !may_be_meant(text)) return std::nullopt;
  if (const auto* bare = word(text)) {
    const bool indented = line.front() == ' ' || line.front() == '\t';
    return MeantResult{bare->code,
                       bare->text != text ? "result-case"
                       : indented         ? "result-prefixed"
                                          : "result-suffixed",
                       true};
  }
  if (const auto* inside = enclosed(text)) return MeantResult{inside->code, "result-prefixed", true};
  if (const auto after = after_word(text)) return after;
  return with_suffix(text);
}

std::optional<std::size_t> ResultWords::glued(std::string_view line) const {
  for (const auto& [text, code] : words_)
    if (line.ends_with(text)) return line.size() - text.size();
  return std::nullopt;
}

}  // namespace attest::at

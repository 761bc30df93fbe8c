// The command line coming back.
#include <algorithm>

#include "harness/at/deviations.hpp"
#include "harness/at/reader.hpp"

namespace attest::at {
void Reader::expect_echo(std::string_view sent) {
  if (echo_at_ >= echo_.size()) forget_echo();
  echo_ += sent;
}

void Reader::forget_echo() {
  echo_.clear();
  echo_at_ = 0;
}

/// The text of the next line that may come back; blank lines are framing wherever they come from.
std::string_view Reader::next_echo() const {
  const auto rest = std::string_view(echo_).substr(std::min(echo_at_, echo_.size()));
  const auto begin = rest.find_first_not_of("\r\n");
  if (begin == std::string_view::npos) return {};
  return rest.substr(begin, rest.find_first_of("\r\n", begin) - begin);
}

/// So much of next_echo() has come back.
void Reader::echo_came(std::size_t length) {
  while (echo_at_ < echo_.size() && is_break(echo_[echo_at_])) ++echo_at_;
  echo_at_ += length;
  echoed_ = true;
}

bool Reader::take_echo(std::string_view text, const Line& line) {
  const auto expected = next_echo();
  if (expected.empty() || text != expected) return false;
  echo_came(expected.size());
  take_echo_until(line.end);
  return true;
}

void Reader::take_echo_until(std::size_t end) {
  count_blanks(false);
  emit(Kind::echo, end);
  if (reading_.as == Reading::As::idle && reading_.after == Reading::After::silent)
    note(x_, "late-reply", view(x_.items.back().begin, end));
}

/// The beginning of the echo of a command that was sent in pieces, and an unsolicited line right behind it;
/// or the echo without its line end, and the reply right behind it.
bool Reader::take_echo_piece(std::string_view text, const Line& line) {
  const auto expected = next_echo();
  std::size_t same = 0;
  while (same < std::min(expected.size(), text.size()) && expected[same] == text[same]) ++same;
  if (same == 0 || same == text.size()) return false;
  const auto rest = text.substr(same);
  const bool whole = same == expected.size();
  const bool reply = whole && (results_.exact(rest) || boot_.match(rest) ||
                               (!reading_.expectation.info.empty() && named(rest, info_)));
  if (!reply && !unsolicited_.match(rest)) return false;
  if (reply) note(x_, "echo-altered", view(pos_, line.end));
  echo_came(same);
  take_echo_until(pos_ + same);
  if (const auto inner = step_head(); inner != Answer::no) return true;
  take_line(line);
  return true;
}

bool Reader::take_altered_echo(std::string_view text, const Line& line) {
  const auto expected = next_echo();
  if (reading_.as != Reading::As::reply || expected.empty() || echoed_ || had_info_ || x_.final) return false;
  if (information_.match(text)) return false;
  const bool any_lines = reading_.expectation.any_lines;
  const bool of_at = !any_lines && expected.size() > 2 && text.size() > 2 && text.starts_with("AT") &&
                     expected.starts_with("AT");
  if (!of_at && !resembles(text, expected, any_lines ? 0.75 : 0.5)) return false;
  note(x_, "echo-altered", view(pos_, line.end));
  echo_came(expected.size());
  take_echo_until(line.end);
  return true;
}

}  // namespace attest::at

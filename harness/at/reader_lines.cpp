// One line at a time: what it is, and how well it is written.
#include <algorithm>
#include <utility>

#include "harness/at/deviations.hpp"
#include "harness/at/reader.hpp"

namespace attest::at {

bool Reader::step_line() {
  const char c = at(pos_);
  if (prompt_open_) {
    if (c == ' ' || c == '\r' || c == '\n') return step_after_prompt();
    prompt_open_ = false;
  }
  if (c == '\r' || c == '\n') return step_blank();
  if (c == '>' && prompts()) return step_prompt();
  if (is_garbage(c) && !next_echo().starts_with(c)) {
    if (garbage_ == kNone) garbage_ = pos_;
    ++pos_;
    return true;
  }
  if (const auto head = step_head(); head != Answer::no) return head == Answer::yes;
  const auto line = line_from(pos_);
  if (!line) return false;
  if (const auto echo = take_echo(view(pos_, line->stop), *line); echo != Answer::no)
    return echo == Answer::yes;
  take_line(*line);
  return true;
}

std::size_t Reader::break_at(std::size_t from) const {
  if (from >= size()) return 0;
  if (at(from) == '\n') return 1;
  if (at(from) != '\r') return 0;
  return from + 1 < size() && at(from + 1) == '\n' ? 2 : 1;
}

bool Reader::open_cr(std::size_t from) const {
  return at(from) == '\r' && from + 1 == size() && !cr_ends_;
}

bool Reader::step_after_prompt() {
  if (open_cr(pos_)) return false;
  const auto length = break_at(pos_);
  prompt_open_ = length == 0;
  emit(Kind::framing, pos_ + (length == 0 ? 1 : length));
  return true;
}

bool Reader::step_blank() {
  if (open_cr(pos_)) return false;
  const auto end = pos_ + break_at(pos_);
  if (garbage_ != kNone) {  // the end of a line that is nothing but garbage
    emit(Kind::unexplained, end);
    return true;
  }
  if (asked() && !reading_.sent_blank_lines)
    note_ending({pos_, end, end - pos_ == 2 ? Ending::crlf : at(pos_) == '\n' ? Ending::lf : Ending::cr});
  emit(Kind::framing, end);
  if (blank_run_++ > 0) {
    x_.items[x_.items.size() - 2].end = end;
    x_.items[x_.items.size() - 2].last = x_.items.back().last;
    x_.items.pop_back();
  }
  return true;
}

Reader::Answer Reader::step_head() {
  const auto& owed = reading_.expectation;
  if (owed.shape != Expectation::Shape::sized_data || owed.info.empty() || !answers()) return Answer::no;
  const auto head = sized_head(view(pos_, size()), owed.info);
  if (head.is == SizedHead::Is::nothing) return Answer::no;
  if (head.is == SizedHead::Is::unfinished) return finished_ ? Answer::no : Answer::wait;
  if (head.breaks && open_cr(pos_ + head.length)) return Answer::wait;
  if (head.breaks && reading_.as == Reading::As::idle) return Answer::no;
  begin_data(head);
  return Answer::yes;
}

void Reader::take_line(const Line& line) {
  const auto text = view(pos_, line.stop);
  if (const auto code = exact_result(text); code && is_final_here(*code)) return take_final(*code, line);
  if (boot_.match(text)) return take_boot(line);
  if (unsolicited_.match(text)) return take_unsolicited(line);
  if (take_information(text, line) || take_echo_piece(text, line) || take_altered_echo(text, line)) return;
  if (take_meant(text, line) || take_after_garbage(text, line)) return;
  take_unexplained(text, line);
}

void Reader::take_unsolicited(const Line& line) {
  count_blanks(false);
  emit(Kind::unsolicited, line.end);
}

bool Reader::take_information(std::string_view text, const Line& line) {
  const auto& owed = reading_.expectation;
  if (owed.info.empty() || !answers()) return false;
  const auto found = named(text, owed.info);
  if (!found) return false;
  const auto size = written_size(text.substr(found->value));
  note_size(owed.shape == Expectation::Shape::lines ? WrittenSize{} : size, *found, view(pos_, line.end));
  if (had_info_) note(x_, "information-repeated", view(pos_, line.end), owed.size_requirement);
  had_info_ = true;
  take_info_line(line);
  return true;
}

void Reader::take_info_line(const Line& line) {
  note_ending(line);
  count_blanks(true);
  emit(Kind::info, line.end);
  if (reading_.as == Reading::As::idle) note(x_, "late-reply", view(x_.items.back().begin, line.end));
}

/// A result code in other words. Where any line may be information, and where the line may be a report, what
/// follows decides: a real result code, or silence.
bool Reader::take_meant(std::string_view text, const Line& line) {
  const bool any_lines = reading_.expectation.any_lines && answers() && printable(text);
  const auto meant = meant_result(text);
  if (!meant || !is_final_here(meant->code)) {
    if (any_lines) take_info_line(line);
    return any_lines;
  }
  if (meant->sure && !any_lines) {
    if (asked()) note(x_, meant->deviation, view(pos_, line.end));
    take_final(meant->code, line);
    return true;
  }
  any_lines ? take_info_line(line) : take_unexplained(text, line);
  if (asked()) candidate_ = Candidate{x_.items.size() - 1, *meant};
  return true;
}

/// Garbage in the middle of a line, and behind it something that can be read.
bool Reader::take_after_garbage(std::string_view text, const Line& line) {
  std::size_t last = text.size();
  while (last > 0 && !is_garbage(text[last - 1])) --last;
  const auto rest = text.substr(last);
  if (last == 0 || rest.empty()) return false;
  const auto code = exact_result(rest);
  if (!(code && is_final_here(*code)) && !boot_.match(rest) && !unsolicited_.match(rest)) return false;
  if (garbage_ == kNone) garbage_ = pos_;
  pos_ += last;
  take_line(line);
  return true;
}

void Reader::take_unexplained(std::string_view text, const Line& line) {
  using After = Reading::After;
  const bool ours = known_information(text) ||
                    (!reading_.expectation.info.empty() && named(text, reading_.expectation.info));
  if (!asked() && ours && reading_.after != After::nothing)
    note(x_, reading_.after == After::silent ? "late-reply" : "late-information", view(pos_, line.end));
  count_blanks(asked());
  emit(Kind::unexplained, line.end);
}

void Reader::note_ending(const Line& line) {
  if (line.ending == Ending::crlf || !asked()) return;
  const auto from = line.end - std::min<std::size_t>(line.end, 24);
  note(x_, line.ending == Ending::lf ? "lf-only" : "cr-only",
       view(std::max(from, std::min(pos_, line.end - 1)), line.end));
}

/// One blank line may stand before each line. Before an unsolicited line there may be two: its own, and that
/// of the reply's line which it has come before.
void Reader::count_blanks(bool of_reply) {
  const auto run = std::exchange(blank_run_, 0);
  blanks_ += run;
  if (!asked()) {
    ++blanks_allowed_;
    return;
  }
  const bool too_many = of_reply ? run > 1 || blanks_ > blanks_allowed_ : run > 2;
  if (too_many && !reading_.sent_blank_lines)
    note(x_, "extra-blank-lines", view(x_.items.back().begin, pos_));
  if (!of_reply) {
    ++blanks_allowed_;
    return;
  }
  blanks_ = 0;
  blanks_allowed_ = 1;
}

void Reader::note_size(const WrittenSize& size, const NamedLine& name, std::string_view evidence) {
  const auto& requirement = reading_.expectation.size_requirement;
  if (name.other_case) note(x_, "information-case", evidence, requirement);
  if (name.other_spelling) note(x_, "information-spelling", evidence, requirement);
  if (size.brackets) note(x_, "size-in-brackets", evidence, requirement);
  if (size.padded) note(x_, "size-padded", evidence, requirement);
  if (size.not_decimal) note(x_, "size-not-decimal", evidence, requirement);
}

}  // namespace attest::at

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
  if (c == prompt_.front() && prompts())
    if (const auto here = at_prompt(); here != Answer::no) return here == Answer::yes && step_prompt();
  if (is_garbage(c) && !next_echo().starts_with(c)) {
    if (garbage_ == kNone) garbage_ = pos_;
    ++pos_;
    return true;
  }
  if (const auto head = step_head(); head != Answer::no) return head == Answer::yes;
  const auto line = line_from(pos_);
  if (!line) return false;
  if (!take_echo(view(pos_, line->stop), *line)) take_line(*line);
  return true;
}

/// The line break that begins there; empty if there is none. CR CR LF is one: some devices echo CR and then
/// end the line, others translate LF twice.
Reader::Line Reader::break_at(std::size_t from) const {
  if (from >= size()) return {from, from, Ending::crlf};
  if (at(from) == '\n') return {from, from + 1, Ending::lf};
  if (at(from) != '\r') return {from, from, Ending::crlf};
  const auto rest = view(from + 1, std::min(size(), from + 3));
  if (rest.starts_with('\n')) return {from, from + 2, Ending::crlf};
  if (rest == "\r\n") return {from, from + 3, Ending::cr_crlf};
  return {from, from + 1, Ending::cr};
}

/// Whether more bytes could make another line break of it.
bool Reader::open_break(std::size_t from) const {
  const auto rest = view(from, std::min(size(), from + 3));
  return (rest == "\r" || rest == "\r\r") && !cr_ends_;
}

bool Reader::step_after_prompt() {
  if (open_break(pos_)) return false;
  const auto line = break_at(pos_);
  prompt_open_ = line.end == pos_;
  emit(Kind::framing, prompt_open_ ? pos_ + 1 : line.end);
  return true;
}

bool Reader::step_blank() {
  if (open_break(pos_)) return false;
  const auto line = break_at(pos_);
  if (garbage_ != kNone) {  // the end of a line that is nothing but garbage
    emit(Kind::unexplained, line.end);
    return true;
  }
  if (!reading_.sent_blank_lines) note_ending(line);
  emit(Kind::framing, line.end);
  auto& items = x_.items;
  if (blank_run_++ > 0) {
    items[items.size() - 2].end = line.end;
    items[items.size() - 2].last = items.back().last;
    items.pop_back();
  }
  return true;
}

Reader::Answer Reader::step_head() {
  const auto& owed = reading_.expectation;
  if (owed.shape != Expectation::Shape::sized_data || owed.info.empty() || !answers()) return Answer::no;
  const auto head = sized_head(view(pos_, size()), info_);
  if (head.is == SizedHead::Is::nothing) return Answer::no;
  if (head.is == SizedHead::Is::unfinished) return finished_ ? Answer::no : Answer::wait;
  if (head.breaks && open_break(pos_ + head.length)) return Answer::wait;
  if (head.breaks && reading_.as == Reading::As::idle) return Answer::no;
  begin_data(head);
  return Answer::yes;
}

void Reader::take_line(const Line& line) {
  const auto text = view(pos_, line.stop);
  if (const auto code = results_.exact(text); code && is_final_here(*code)) return take_final(*code, line);
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
  const auto found = named(text, info_);
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

/// A result code in other words, or a report, or, where any line may be information, information. What
/// follows decides: a real result code, or silence.
bool Reader::take_meant(std::string_view text, const Line& line) {
  const bool any_lines = reading_.expectation.any_lines && answers() && printable(text);
  auto meant = results_.meant(text);
  if (meant && !is_final_here(meant->code)) meant.reset();
  if (!meant && !any_lines) return false;
  if (meant && meant->sure && !asked()) {
    take_final(meant->code, line);
    return true;
  }
  if (meant && asked() && candidate_ && candidate_->meant.sure && !any_lines) {
    adopt_candidate();
    return true;
  }
  if (any_lines)
    take_info_line(line);
  else
    take_unexplained(text, line);
  if (meant && asked()) candidate_ = Candidate{x_.items.size() - 1, x_.deviations.size(), *meant};
  return true;
}

/// Garbage in the middle of a line, and behind it something that can be read.
bool Reader::take_after_garbage(std::string_view text, const Line& line) {
  std::size_t last = text.size();
  while (last > 0 && !is_garbage(text[last - 1])) --last;
  const auto rest = text.substr(last);
  if (last == 0 || rest.empty()) return false;
  const auto code = results_.exact(rest);
  if (!(code && is_final_here(*code)) && !boot_.match(rest) && !unsolicited_.match(rest)) return false;
  if (garbage_ == kNone) garbage_ = pos_;
  pos_ += last;
  take_line(line);
  return true;
}

void Reader::take_unexplained(std::string_view text, const Line& line) {
  using After = Reading::After;
  const bool ours = information_.match(text) || (!reading_.expectation.info.empty() && named(text, info_));
  if (!asked() && ours && reading_.after != After::nothing)
    note(x_, reading_.after == After::silent ? "late-reply" : "late-information", view(pos_, line.end));
  count_blanks(asked());
  emit(Kind::unexplained, line.end);
}

void Reader::note_ending(const Line& line) {
  static constexpr std::string_view kIds[] = {"", "lf-only", "cr-only", "cr-doubled"};
  if (line.ending == Ending::crlf || !asked()) return;
  const auto begin = std::max(std::min(pos_, line.stop), line.end - std::min<std::size_t>(line.end, 24));
  note(x_, kIds[static_cast<std::size_t>(line.ending)], view(begin, line.end));
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

// `+NAME:<size>,<data>`: read by the size where that comes out right, and by what is there where it does not.
#include <algorithm>
#include <cstring>

#include "harness/at/deviations.hpp"
#include "harness/at/reader.hpp"

namespace attest::at {
namespace {

/// What can end the data is a line no longer than this.
constexpr std::size_t kLongestEnd = 256;
/// Memory that is set aside because a device says so.
constexpr std::uint64_t kMostReserved = std::uint64_t{8} << 20;

bool is_break(char c) {
  return c == '\r' || c == '\n';
}

}  // namespace

void Reader::begin_data(const SizedHead& head) {
  const auto& requirement = reading_.expectation.size_requirement;
  head_end_ = pos_ + head.length;
  data_ = head.breaks ? break_at(head_end_).end : head_end_;
  known_ = head.size.value.has_value();
  claimed_ = head.size.value.value_or(0);
  scan_ = known_ ? kNone : data_;
  in_data_ = true;
  const auto evidence = view(pos_, data_);
  note_size(head.size, head.name, evidence);
  if (head.breaks) note(x_, "break-between-size-and-data", evidence, requirement);
  if (had_info_) note(x_, "information-repeated", evidence, requirement);
  x_.received.reserve(data_ + static_cast<std::size_t>(std::min(claimed_, kMostReserved)) + 64);
}

bool Reader::step_data() {
  if (scan_ != kNone) return scan_for_end();
  if (claimed_ >= size() - data_) return false;  // something must follow the data
  const std::size_t end = data_ + static_cast<std::size_t>(claimed_);
  bool glued = false;
  auto answer = ends_at(end, glued);
  std::size_t shift = 0;
  if (answer == Answer::yes) {
    accept_data(data_, end, glued);
    return true;
  }
  if (answer == Answer::no) answer = overlaps_final(end);
  if (answer != Answer::no) return answer == Answer::yes;
  if (head_end_ == data_ && (shift = break_at(data_).end - data_) > 0)
    answer = end + shift < size() ? clean_break(end + shift) : Answer::wait;
  if (answer == Answer::no) scan_ = end;
  if (answer == Answer::yes) {
    note(x_, "break-between-size-and-data", view(pos_, data_ + shift), reading_.expectation.size_requirement);
    accept_data(data_ + shift, end + shift, false);
  }
  return answer != Answer::wait;
}

/// Whether the data can end here: a line break, or, without one, something that is known.
Reader::Answer Reader::ends_at(std::size_t from, bool& glued) const {
  if (is_break(at(from))) return clean_break(from);
  const auto line = short_line(from);
  if (!line) return size() - from < kLongestEnd ? Answer::wait : Answer::no;
  const auto text = view(from, line->stop);
  const bool at_line_begin = at(from - 1) == '\n' || (from == data_ && is_break(at(from - 1)));
  if (exact_result(text)) glued = !at_line_begin;
  const bool known = exact_result(text) || unsolicited_.match(text) || (at_line_begin && ends_data(text));
  return known ? Answer::yes : Answer::no;
}

/// CR LF ends the data, once it is seen that more follows than unsolicited lines. A lone LF or CR does only
/// where the line behind it is known.
Reader::Answer Reader::clean_break(std::size_t from) const {
  if (!is_break(at(from))) return Answer::no;
  if (open_break(from)) return Answer::wait;
  const auto here = break_at(from);
  if (here.ending == Ending::crlf || here.ending == Ending::cr_crlf) return more_follows(here.end);
  if (at(from) == '\n' && from > data_ && at(from - 1) == '\r') return Answer::no;
  if (from + 1 == size()) return Answer::wait;
  const auto line = short_line(from + 1);
  if (!line) return size() - from < kLongestEnd ? Answer::wait : Answer::no;
  const bool same = line->ending == here.ending;
  const auto text = view(from + 1, line->stop);
  return (same && text.empty()) || unsolicited_.match(text) || ends_data(text) ? Answer::yes : Answer::no;
}

/// What looks like data up to its size may have the final result in it (a size that is too large). Silence
/// tells.
Reader::Answer Reader::more_follows(std::size_t from) const {
  for (int lines = 0; lines < 16; ++lines) {
    const auto line = short_line(from);
    if (!line) return size() - from < kLongestEnd ? Answer::wait : Answer::yes;
    const auto text = view(from, line->stop);
    if (!text.empty() && !unsolicited_.match(text)) return Answer::yes;
    from = line->end;
  }
  return Answer::yes;
}

/// The size is somewhat too large: the data would end in the middle of the final result, or of the line break
/// before it.
Reader::Answer Reader::overlaps_final(std::size_t end) {
  std::size_t from = end;
  if (at(end) == '\n' && end > data_ && at(end - 1) == '\r') {
    ++from;
  } else {
    const auto near = std::max(data_, end - std::min(end, kLongestEnd));
    const auto before = view(near, end).find_last_of("\r\n");
    from = before == std::string_view::npos ? data_ : near + before + 1;
  }
  if (!is_break(at(from - 1))) return Answer::no;
  for (int lines = 0; lines < 16; ++lines) {
    const auto line = short_line(from);
    if (!line) return size() - from < kLongestEnd ? Answer::wait : Answer::no;
    const auto text = view(from, line->stop);
    if (ends_data(text)) {
      accept_data(data_, before_breaks(from, data_), false);
      return Answer::yes;
    }
    if (!text.empty() && !unsolicited_.match(text)) return Answer::no;
    from = line->end;
  }
  return Answer::no;
}

std::optional<Reader::Line> Reader::short_line(std::size_t from) const {
  const auto text = view(from, std::min(size(), from + kLongestEnd));
  const auto stop = text.find_first_of("\r\n");
  if (stop == std::string_view::npos || open_break(from + stop)) return std::nullopt;
  return break_at(from + stop);
}

bool Reader::ends_data(std::string_view line) const {
  if (const auto code = exact_result(line)) return is_final_here(*code);
  if (boot_.match(line)) return true;
  const auto meant = meant_result(line);
  return meant && meant->sure && is_final_here(meant->code);
}

/// The size was too small, or no number: the data goes on to the next line that is a final result.
bool Reader::scan_for_end() {
  while (scan_ < size()) {
    const auto* hit = static_cast<const char*>(std::memchr(x_.received.data() + scan_, '\n', size() - scan_));
    scan_ = hit == nullptr ? size() : static_cast<std::size_t>(hit - x_.received.data());
    if (hit == nullptr) break;
    const auto line = short_line(scan_ + 1);
    if (!line && size() - scan_ <= kLongestEnd) return false;
    if (line && ends_data(view(scan_ + 1, line->stop))) {
      // Read by its size the data does not end, so it is longer.
      const auto least = data_ + static_cast<std::size_t>(claimed_) + (known_ ? 1 : 0);
      accept_data(data_, before_breaks(scan_ + 1, std::min(scan_ + 1, least)), false);
      return true;
    }
    ++scan_;
  }
  return false;
}

/// Where data ends that is followed by a line at `line`: before its line break, before unsolicited lines in
/// between, and before one blank line for each of these, but not before `least`.
std::size_t Reader::before_breaks(std::size_t line, std::size_t least) const {
  const auto without_break = [&](std::size_t end) {
    if (end > least && at(end - 1) == '\n') --end;
    if (end > least && at(end - 1) == '\r') --end;
    return end;
  };
  int blanks = 1;
  std::size_t end = without_break(line);
  for (;;) {
    const auto near = std::max(least, end - std::min(end, kLongestEnd));
    const auto before = view(near, end).find_last_of("\r\n");
    if (before == std::string_view::npos) return end;
    const auto begin = near + before + 1;
    const auto text = view(begin, end);
    const bool report = unsolicited_.match(text);
    if (!report && !(text.empty() && blanks > 0)) return end;
    blanks += report ? 1 : -1;
    end = without_break(begin);
  }
}

void Reader::accept_data(std::size_t begin, std::size_t end, bool glued) {
  const std::size_t head = pos_;
  in_data_ = false;
  scan_ = kNone;
  count_blanks(true);
  emit(Kind::info, head_end_);
  if (begin > head_end_) emit(Kind::framing, begin);
  if (end > begin) emit(Kind::data, end);
  if (const auto line = break_at(end); line.end > end) {
    note_ending(line);
    emit(Kind::framing, line.end);
  }
  if (!had_info_) x_.sized = Sized{claimed_, begin, end};
  had_info_ = true;
  if (reading_.as == Reading::As::idle) note(x_, "late-reply", view(head, head_end_));
  const auto around = view(std::max(begin, end - std::min<std::size_t>(end, 60)), pos_);
  if (glued) note(x_, "final-not-alone", std::string(around) + std::string(view(end, short_line(end)->end)));
  if (!known_ || end - begin == claimed_) return;
  note(x_, end - begin < claimed_ ? "data-shorter-than-size" : "data-longer-than-size",
       std::string(view(head, head_end_)) + (end - begin > 60 ? " … " : "") + std::string(around),
       reading_.expectation.size_requirement);
}

/// Silence in the middle of the data, or right behind it: a final result or a boot banner at the very end of
/// what is there, perhaps with unsolicited lines behind it, says that no more is to come.
bool Reader::settle_data() {
  const bool whole = known_ && claimed_ <= size() - data_;
  const std::size_t least =
      scan_ != kNone ? std::min(size(), data_ + static_cast<std::size_t>(claimed_) + 1) : data_;
  const auto last = last_line(least);
  const auto text =
      last && is_break(at(last->begin - 1)) ? view(last->begin, last->stop) : std::string_view{};
  if (ends_data(text) || meant_result(text)) {
    accept_data(data_, before_breaks(last->begin, least), false);
    return true;
  }
  if (scan_ != kNone) return settle_glued();
  if (whole) accept_data(data_, data_ + static_cast<std::size_t>(claimed_), false);
  return whole;
}

/// The last line of what is there, unsolicited lines and blank ones left aside.
std::optional<Reader::LastLine> Reader::last_line(std::size_t least) const {
  std::size_t end = size();
  for (int lines = 0; lines < 32 && end > least && is_break(at(end - 1)); ++lines) {
    const std::size_t stop = end - (end - least > 1 && at(end - 1) == '\n' && at(end - 2) == '\r' ? 2 : 1);
    const std::size_t from = stop - std::min(stop - least, kLongestEnd);
    const auto before = view(from, stop).find_last_of("\r\n");
    const std::size_t begin = before == std::string_view::npos ? from : from + before + 1;
    const auto text = view(begin, stop);
    const bool known = text.empty() || unsolicited_.match(text) || boot_noise_.match(text);
    if (!is_break(at(begin - 1)) || !known) return LastLine{begin, stop};
    end = begin;
  }
  return std::nullopt;
}

/// The size was too small and the result code has no line of its own: `+HTTPCLIENT:1,helloOK`.
bool Reader::settle_glued() {
  const auto last = last_line(data_ + static_cast<std::size_t>(claimed_));
  const auto result = last ? glued_result(view(last->begin, last->stop)) : std::nullopt;
  if (result) accept_data(data_, last->begin + *result, true);
  return result.has_value();
}

/// The wait is over: what is there is data, and nothing followed it.
void Reader::give_up_data() {
  const std::size_t begin = data_;
  in_data_ = false;
  count_blanks(true);
  emit(Kind::info, head_end_);
  if (begin > head_end_) emit(Kind::framing, begin);
  if (size() > begin) emit(Kind::data, size());
  if (!had_info_) x_.sized = Sized{claimed_, begin, size()};
  had_info_ = true;
}

}  // namespace attest::at

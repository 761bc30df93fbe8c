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
  data_ = head_end_ + (head.breaks ? break_at(head_end_) : 0);
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
  if (answer == Answer::no && head_end_ == data_ && (shift = break_at(data_)) > 0)
    answer = end + shift < size() ? clean_break(end + shift) : Answer::wait;
  if (answer == Answer::wait) return false;
  if (answer == Answer::no) {
    scan_ = end;
    return true;
  }
  if (shift > 0)
    note(x_, "break-between-size-and-data", view(pos_, data_ + shift), reading_.expectation.size_requirement);
  if (glued)
    note(x_, "final-not-alone", view(end - std::min<std::size_t>(end, 16), std::min(size(), end + 16)));
  accept_data(data_ + shift, end + shift);
  return true;
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

/// CR LF ends the data. A lone LF or CR does only where the line behind it is known and ended in the same
/// way.
Reader::Answer Reader::clean_break(std::size_t from) const {
  if (!is_break(at(from))) return Answer::no;
  if (open_cr(from)) return Answer::wait;
  if (break_at(from) == 2) return Answer::yes;
  if (from + 1 == size()) return Answer::wait;
  const auto line = short_line(from + 1);
  if (!line) return size() - from < kLongestEnd ? Answer::wait : Answer::no;
  const bool same = line->ending == (at(from) == '\n' ? Ending::lf : Ending::cr);
  const auto text = view(from + 1, line->stop);
  return same && (text.empty() || unsolicited_.match(text) || ends_data(text)) ? Answer::yes : Answer::no;
}

std::optional<Reader::Line> Reader::short_line(std::size_t from) const {
  const auto text = view(from, std::min(size(), from + kLongestEnd));
  const auto stop = text.find_first_of("\r\n");
  if (stop == std::string_view::npos || open_cr(from + stop)) return std::nullopt;
  const auto length = break_at(from + stop);
  const auto ending = length == 2 ? Ending::crlf : at(from + stop) == '\n' ? Ending::lf : Ending::cr;
  return Line{from + stop, from + stop + length, ending};
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
      accept_data(data_,
                  before_breaks(scan_ + 1, std::min(size(), data_ + static_cast<std::size_t>(claimed_))));
      return true;
    }
    ++scan_;
  }
  return false;
}

/// Where data ends that is followed by a line at `line`: before its line break, before unsolicited lines in
/// between, and before one blank line, but not before `least`.
std::size_t Reader::before_breaks(std::size_t line, std::size_t least) const {
  const auto without_break = [&](std::size_t end) {
    if (end > least && at(end - 1) == '\n') --end;
    if (end > least && at(end - 1) == '\r') --end;
    return end;
  };
  bool blank = false;
  std::size_t end = without_break(line);
  for (;;) {
    const auto before = view(least, end).find_last_of("\r\n");
    if (before == std::string_view::npos) return end;
    const auto begin = least + before + 1;
    const auto text = view(begin, end);
    if (!unsolicited_.match(text) && (blank || !text.empty())) return end;
    blank = blank || text.empty();
    end = without_break(begin);
  }
}

void Reader::accept_data(std::size_t begin, std::size_t end) {
  const std::size_t head = pos_;
  in_data_ = false;
  scan_ = kNone;
  count_blanks(true);
  emit(Kind::info, head_end_);
  if (begin > head_end_) emit(Kind::framing, begin);
  if (end > begin) emit(Kind::data, end);
  if (const auto length = break_at(end); length > 0) {
    note_ending({end, end + length, length == 2 ? Ending::crlf : at(end) == '\n' ? Ending::lf : Ending::cr});
    emit(Kind::framing, end + length);
  }
  if (!had_info_) x_.sized = Sized{claimed_, begin, end};
  had_info_ = true;
  if (reading_.as == Reading::As::idle) note(x_, "late-reply", view(head, head_end_));
  if (!known_ || end - begin == claimed_) return;
  const auto around = view(std::max(begin, end - std::min<std::size_t>(end, 60)), std::min(size(), end + 16));
  note(x_, end - begin < claimed_ ? "data-shorter-than-size" : "data-longer-than-size",
       std::string(view(head, head_end_)) + (end - begin > 60 ? " … " : "") + std::string(around),
       reading_.expectation.size_requirement);
}

/// Silence in the middle of the data: a final result or a boot banner at the very end of what is there,
/// perhaps with unsolicited lines behind it, says that no more is to come.
bool Reader::settle_data() {
  const bool whole = known_ && claimed_ <= size() - data_;
  const std::size_t least = whole ? data_ + static_cast<std::size_t>(claimed_) : data_;
  std::size_t end = size();
  for (int lines = 0; lines < 32 && end > least && is_break(at(end - 1)); ++lines) {
    const std::size_t stop = end - (end - least > 1 && at(end - 1) == '\n' && at(end - 2) == '\r' ? 2 : 1);
    const std::size_t from = stop - std::min(stop - least, kLongestEnd);
    const auto before = view(from, stop).find_last_of("\r\n");
    const std::size_t begin = before == std::string_view::npos ? from : from + before + 1;
    const auto text = view(begin, stop);
    const bool at_line_begin = is_break(at(begin - 1));
    if (at_line_begin && (ends_data(text) || meant_result(text))) {
      accept_data(data_, before_breaks(begin, least));
      return true;
    }
    if (!at_line_begin || !(text.empty() || unsolicited_.match(text) || boot_noise_.match(text))) break;
    end = begin;
  }
  if (scan_ != kNone) return settle_glued();
  if (whole) accept_data(data_, least);
  return whole;
}

/// The size was too small and the result code has no line of its own: `+HTTPCLIENT:1,helloOK`.
bool Reader::settle_glued() {
  auto text = view(data_, size());
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  const auto at_result = glued_result(text);
  if (!at_result) return false;
  note(x_, "final-not-alone", text.substr(*at_result - std::min<std::size_t>(*at_result, 16)));
  accept_data(data_, data_ + *at_result);
  return true;
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

// `+NAME:<size>,<data>`: read by the size where that comes out right, and by what is there where it does not.
#include <algorithm>

#include "harness/at/deviations.hpp"
#include "harness/at/reader.hpp"

namespace attest::at {
namespace {

/// Memory that is set aside because a device says so.
constexpr std::uint64_t kMostReserved = std::uint64_t{8} << 20;

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
  if (results_.exact(text)) glued = !at_line_begin;
  const bool known = results_.exact(text) || unsolicited_.match(text) || (at_line_begin && ends_data(text));
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
  if (const auto code = results_.exact(line)) return is_final_here(*code);
  if (boot_.match(line)) return true;
  const auto meant = results_.meant(line);
  return meant && meant->sure && is_final_here(meant->code);
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

}  // namespace attest::at

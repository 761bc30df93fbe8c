// Where the data of `+NAME:<size>,<data>` ends when its size does not say so: the next final result, or
// silence.
#include <algorithm>
#include <cstring>

#include "harness/at/deviations.hpp"
#include "harness/at/reader.hpp"

namespace attest::at {
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

/// Silence in the middle of the data, or right behind it: a final result or a boot banner at the very end of
/// what is there, perhaps with unsolicited lines behind it, says that no more is to come.
bool Reader::settle_data() {
  const bool whole = known_ && claimed_ <= size() - data_;
  const std::size_t least =
      scan_ != kNone ? std::min(size(), data_ + static_cast<std::size_t>(claimed_) + 1) : data_;
  const auto last = last_line(least);
  const auto text =
      last && is_break(at(last->begin - 1)) ? view(last->begin, last->stop) : std::string_view{};
  if (ends_data(text) || results_.meant(text)) {
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
  const auto result = last ? results_.glued(view(last->begin, last->stop)) : std::nullopt;
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

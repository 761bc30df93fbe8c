#include "harness/at/reader.hpp"

#include <cstring>
#include <utility>

#include "harness/at/deviations.hpp"

namespace attest::at {

Reader::Reader(const Dialect& dialect)
    : unsolicited_(dialect.unsolicited),
      boot_(dialect.boot),
      boot_noise_(dialect.boot_noise),
      results_(dialect.words),
      prompt_(dialect.prompt),
      translation_(translation_for(dialect)),
      information_(translation_.get()),
      line_gap_(dialect.line_gap),
      data_gap_(dialect.data_gap) {}

void Reader::begin(const Reading& reading) {
  reading_ = reading;
  info_ =
      reading.expectation.info.empty() ? InfoName{} : info_name(translation_.get(), reading.expectation.info);
  const bool asked = reading_.as == Reading::As::reply || reading_.as == Reading::As::data;
  pos_ = chunk_ = blank_run_ = blanks_ = 0;
  blanks_allowed_ = asked ? 1 : 0;
  garbage_ = scan_ = kNone;
  lf_ = cr_ = {};
  done_ = early_ = finished_ = cr_ends_ = full_ = false;
  prompt_seen_ = had_info_ = in_data_ = echoed_ = false;
  candidate_.reset();
  advance();
}

void Reader::feed(std::string_view bytes, Instant at) {
  if (bytes.empty()) return;
  x_.received.append(bytes);
  chunks_.push_back({x_.received.size(), at});
  if (done_) return;
  advance();
  if (!done_ && size() > kMostBytes) overflow();
}

void Reader::advance() {
  while (!done_ && !full_ && step()) {
  }
  if (full_ && !done_) overflow();
}

bool Reader::step() {
  if (in_data_) return step_data();
  return pos_ < size() && step_line();
}

std::size_t Reader::search(Search& search, char what, std::size_t from) {
  if (search.at < from) search = {from, false};
  if (!search.found) {
    const void* hit = std::memchr(x_.received.data() + search.at, what, size() - search.at);
    search.found = hit != nullptr;
    search.at =
        search.found ? static_cast<std::size_t>(static_cast<const char*>(hit) - x_.received.data()) : size();
  }
  return search.found ? search.at : kNone;
}

std::optional<Reader::Line> Reader::line_from(std::size_t from) {
  const auto lf = search(lf_, '\n', from);
  const auto cr = search(cr_, '\r', from);
  if (cr < lf) {
    if (cr + 1 == lf) return Line{cr, lf + 1, Ending::crlf};
    if (open_break(cr)) return std::nullopt;
    return break_at(cr);
  }
  if (lf == kNone) return std::nullopt;
  return Line{lf, lf + 1, Ending::lf};
}

void Reader::emit(Kind kind, std::size_t end) {
  const auto garbage = std::exchange(garbage_, kNone);
  if (garbage != kNone) {
    if (kind == Kind::boot || kind == Kind::unexplained)
      pos_ = garbage;
    else
      push(Kind::unexplained, garbage, pos_);
  }
  push(kind, pos_, end);
  pos_ = end;
}

void Reader::push(Kind kind, std::size_t begin, std::size_t end) {
  while (chunks_[chunk_].end <= begin) ++chunk_;
  auto last = chunk_;
  while (chunks_[last].end < end) ++last;
  x_.items.push_back({kind, begin, end, chunks_[chunk_].at, chunks_[last].at});
  full_ = full_ || x_.items.size() >= kMostItems;
}

std::size_t Reader::held_from() const {
  const auto from = garbage_ != kNone ? garbage_ : pos_;
  if (done_) return from;
  if (finished_) return size();
  return blank_run_ > 0 && garbage_ == kNone ? x_.items.back().begin : from;
}

void Reader::overflow() {
  in_data_ = false;
  const auto from = garbage_ != kNone ? garbage_ : pos_;
  if (from < size()) emit(Kind::unexplained, size());
  note(x_, "reply-too-long", view(0, std::min<std::size_t>(size(), 200)));
  end(Outcome::silent);
}

Exchange Reader::take() {
  const auto keep = held_from();
  while (!x_.items.empty() && x_.items.back().begin >= keep) x_.items.pop_back();
  if (!done_) x_.outcome = Outcome::silent;
  x_.ended_at = ended_at_;
  x_.translation = translation_;
  std::string rest = x_.received.substr(keep);
  const std::uint64_t rest_begin = x_.stream_begin + keep;
  x_.received.resize(keep);
  settle_deviations();
  Exchange out = std::exchange(x_, Exchange{});
  std::erase_if(chunks_, [&](const Chunk& chunk) { return chunk.end <= keep; });
  for (auto& chunk : chunks_) chunk.end -= keep;
  x_.received = std::move(rest);
  x_.stream_begin = rest_begin;
  return out;
}

std::optional<Nanos> Reader::patience(Nanos told) const {
  if (done_ || !asked()) return std::nullopt;
  const auto tail = view(pos_, size());
  const auto& owed = reading_.expectation;
  const bool loose = reading_.as == Reading::As::reply && owed.prompt && !owed.prompt_required;
  const bool line = !in_data_ && (tail.ends_with('\r') || results_.exact(tail) ||
                                  (prompt_seen_ && !x_.final) || (loose && x_.final));
  const bool held = candidate_ && candidate_->meant.sure && !in_data_;
  if ((line || held) && told < line_gap_) return line_gap_;
  if (in_data_ && told < data_gap_) return data_gap_;
  return std::nullopt;
}

void Reader::quiet(Nanos span) {
  if (done_ || !asked()) return;
  cr_ends_ = true;
  if (in_data_ && span >= data_gap_) {
    advance();
    if (in_data_ && settle_data()) advance();
  }
  if (!done_ && !in_data_ && span >= line_gap_) {
    advance();
    settle_unended();
  }
  if (!done_ && candidate_ && candidate_->meant.sure && !in_data_ && span >= line_gap_) adopt_candidate();
  cr_ends_ = false;
}

void Reader::finish() {
  if (done_) return;
  finished_ = cr_ends_ = true;
  advance();
  if (!done_ && in_data_) {
    if (settle_data()) advance();
    if (!done_ && in_data_) give_up_data();
  }
  if (!done_) settle_unended();
  if (!done_ && candidate_) adopt_candidate();
  if (!done_) settle_tail();
}

}  // namespace attest::at

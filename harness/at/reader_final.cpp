// What ends an exchange, and what is left when it ends without.
#include <algorithm>
#include <utility>

#include "harness/at/deviations.hpp"
#include "harness/at/reader.hpp"

namespace attest::at {
namespace {

/// A complete line that a person can read: it may be a report that the profile does not name.
bool could_be_report(std::string_view line) {
  const bool whole = line.ends_with('\n') || line.ends_with('\r');
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return whole && printable(line);
}

}  // namespace

bool Reader::asked() const {
  return reading_.as == Reading::As::reply || reading_.as == Reading::As::data;
}

bool Reader::answers() const {
  return reading_.as == Reading::As::reply ||
         (reading_.as == Reading::As::idle && reading_.after == Reading::After::silent);
}

bool Reader::prompts() const {
  if (reading_.as == Reading::As::reply) return reading_.expectation.prompt;
  return reading_.as == Reading::As::data || reading_.after == Reading::After::prompted;
}

bool Reader::is_final_here(FinalCode code) const {
  return code == FinalCode::ok || code == FinalCode::error || reading_.as != Reading::As::reply;
}

void Reader::end(Outcome outcome) {
  done_ = true;
  x_.outcome = outcome;
  if (!x_.items.empty()) ended_at_ = x_.items.back().last;
}

void Reader::take_final(FinalCode code, const Line& line) {
  note_ending(line);
  count_blanks(true);
  emit(Kind::final, line.end);
  if (!asked()) return stray_final();
  early_ = x_.items.back().last < reading_.earliest;
  after_final(code);
}

void Reader::after_final(FinalCode code) {
  candidate_.reset();
  const bool again = x_.final.has_value();
  if (again) note(x_, "final-repeated", view(0, pos_));
  if (!again) x_.final = code;
  const bool prompt_follows =
      reading_.as == Reading::As::reply && reading_.expectation.prompt && code == FinalCode::ok;
  if (early_ || !prompt_follows) return end(Outcome::complete);
  if (prompt_seen_) end(Outcome::prompted);
}

/// A result that nobody waits for.
void Reader::stray_final() {
  using After = Reading::After;
  const auto evidence = view(x_.items.back().begin, x_.items.back().end);
  if (reading_.after == After::nothing) return;
  if (reading_.after == After::prompted) {  // the device has ended the wait for data by itself
    reading_.after = After::complete;
  } else if (reading_.finals_due > 0) {
    --reading_.finals_due;
  } else {
    note(x_, reading_.after == After::complete ? "final-repeated" : "late-reply", evidence);
  }
}

/// Whether the prompt stands here, or may, once more has come.
Reader::Answer Reader::at_prompt() const {
  const auto rest = view(pos_, size());
  if (rest.starts_with(prompt_)) return Answer::yes;
  return std::string_view(prompt_).starts_with(rest) && !finished_ ? Answer::wait : Answer::no;
}

bool Reader::step_prompt() {
  if (candidate_ && candidate_->meant.sure && !x_.final) {
    adopt_candidate();
    return true;
  }
  count_blanks(true);
  emit(Kind::prompt, pos_ + prompt_.size());
  prompt_open_ = true;
  if (!asked() || reading_.as == Reading::As::data || prompt_seen_) {
    note(x_, "prompt-repeated", view(0, pos_));
    return true;
  }
  prompt_seen_ = true;
  if (x_.final == FinalCode::ok || !reading_.expectation.prompt_required)
    end(Outcome::prompted);
  else
    note(x_, "prompt-before-ok", view(0, pos_));
  return true;
}

void Reader::take_boot(const Line& line) {
  count_blanks(false);
  emit(Kind::boot, line.end);
  absorb_boot_noise();
  const auto evidence = view(x_.items.back().begin, x_.items.back().end);
  const bool news = !reading_.restart_expected && !reading_.expectation.restarts;
  if (asked()) {
    if (news) note(x_, "unexpected-restart", evidence);
    if (reading_.expectation.restarts && !x_.final) note(x_, "restart-without-ok", evidence);
  } else if (reading_.as == Reading::As::idle && reading_.after != Reading::After::nothing &&
             !reading_.restart_expected) {
    note(x_, "unexpected-restart", evidence);
  }
  if (reading_.as != Reading::As::idle) end(Outcome::restarted);
}

/// Boot loader chatter and bytes at another line rate belong to the banner that follows them. Where the
/// restart was asked for, whatever comes before the banner is chatter; where it was not, what the profile
/// names.
void Reader::absorb_boot_noise() {
  auto& items = x_.items;
  const auto is_noise = [&](const Item& item) {
    if (item.kind != Kind::unexplained) return false;
    auto line = x_.text(item);
    if (reading_.restart_expected || reading_.expectation.restarts || !could_be_report(line)) return true;
    return boot_noise_.match(line.substr(0, line.find_first_of("\r\n")));
  };
  std::size_t first = items.size() - 1;
  for (std::size_t i = first; i-- > 0;) {
    if (is_noise(items[i]))
      first = i;
    else if (items[i].kind != Kind::framing)
      break;
  }
  items[first] = {Kind::boot, items[first].begin, items.back().end, items[first].first, items.back().last};
  items.resize(first + 1);
}

/// The exchange has ended with that line after all; what came behind it is read anew.
void Reader::adopt_candidate() {
  const auto [item, deviations, meant] = *candidate_;
  x_.items.resize(item + 1);
  x_.deviations.resize(deviations);
  x_.items[item].kind = Kind::final;
  pos_ = x_.items[item].end;
  garbage_ = kNone;
  lf_ = cr_ = {};
  chunk_ = blank_run_ = blanks_ = 0;
  blanks_allowed_ = 1;
  if (x_.sized && x_.sized->end > pos_) x_.sized.reset();
  note(x_, meant.deviation, x_.text(x_.items[item]));
  early_ = x_.items[item].last < reading_.earliest;
  after_final(meant.code);
}

/// Silence after something that lacks nothing but its line end, or its prompt.
void Reader::settle_unended() {
  const auto text = view(pos_, size());
  if (const auto code = results_.exact(text); code && is_final_here(*code) && !in_data_) {
    if (asked()) note(x_, "final-unended", text);
    take_final(*code, {size(), size(), Ending::crlf});
  }
  if (done_ || reading_.as != Reading::As::reply || !reading_.expectation.prompt) return;
  if (prompt_seen_ && !x_.final) end(Outcome::prompted);
  if (x_.final && !reading_.expectation.prompt_required) end(Outcome::complete);
}

void Reader::settle_tail() {
  if (garbage_ != kNone && pos_ == size()) {
    pos_ = std::exchange(garbage_, kNone);
    emit(Kind::unexplained, size());
  }
  const auto text = view(pos_, size());
  const Line line{size(), size(), Ending::crlf};
  const auto echo = std::string_view(echo_).substr(std::min(echo_at_, echo_.size()));
  if (!text.empty() && echo.starts_with(text)) {
    echo_at_ += text.size();
    echoed_ = true;
    emit(Kind::echo, size());
  } else if (boot_.match(text)) {
    take_boot(line);
  } else if (unsolicited_.match(text)) {
    take_unsolicited(line);
  } else if (!text.empty()) {
    count_blanks(asked());
    emit(Kind::unexplained, size());
  }
  if (done_ || !asked()) return;
  x_.outcome = Outcome::silent;
  if (!x_.final)
    note(x_, "final-missing", x_.received);
  else
    note(x_, "prompt-missing", x_.received);
}

void Reader::settle_deviations() {
  note_strays();
  const bool counts = reading_.as == Reading::As::idle && reading_.after == Reading::After::complete;
  if (counts && !reading_.sent_blank_lines && blanks_ + (finished_ ? blank_run_ : 0) > blanks_allowed_)
    note(x_, "blank-after-final", x_.received);
}

void Reader::note_strays() {
  using After = Reading::After;
  if (!asked() && (reading_.after == After::nothing || reading_.restart_expected)) return;
  bool final_before = !asked();
  for (const auto& item : x_.items) {
    final_before = final_before || item.kind == Kind::final;
    if (item.kind != Kind::unexplained || could_be_report(x_.text(item))) continue;
    if (!asked() && reading_.after == After::silent) {
      note(x_, "late-reply", x_.text(item));
    } else {
      note(x_, "stray-bytes", x_.text(item), final_before ? "GEN-03" : "GEN-01");
    }
  }
}

}  // namespace attest::at

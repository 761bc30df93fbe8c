#include "server/faults/flow.hpp"

#include <algorithm>

namespace attest::server::faults {

Step pass_on(const Held& held) {
  if (!held.bytes.empty()) return {.what = Step::Do::pass, .bytes = held.bytes.size()};
  if (held.end == End::fin) return {.what = Step::Do::finish};
  if (held.end == End::rst) return {.what = Step::Do::reset};
  return {};
}

/// The blank line that ends a head is an LF, perhaps a CR, and an LF: also where a server forgets the CR.
void Flow::look_for_body(std::string_view bytes) {
  for (const char c : bytes) {
    if (body_) return;
    ++looked_at_;
    if (c == '\n' && line_empty_) body_ = looked_at_;
    if (c != '\r') line_empty_ = c == '\n';
  }
}

void Flow::take(std::string_view bytes) {
  if (dropping_) return;
  look_for_body(bytes);
  held_ += bytes;
}

void Flow::drop() {
  dropping_ = true;
  held_.clear();
  course_.reset();
}

std::optional<std::uint64_t> Flow::place() const {
  if (where_.at_end) return end_ == End::none ? std::nullopt : std::optional(passed_ + held_.size());
  if (where_.place.from == Place::From::start) return where_.place.bytes;
  return body_ ? std::optional(*body_ + where_.place.bytes) : std::nullopt;
}

/// The very start is reached when there is a response: a fault there is one after the request.
bool Flow::reached() const {
  return place() == passed_ && (passed_ > 0 || !held_.empty() || ended());
}

std::size_t Flow::before_place() const {
  const auto at = place();
  return at ? static_cast<std::size_t>(std::min<std::uint64_t>(held_.size(), *at - passed_)) : held_.size();
}

Step Flow::next(Instant now) {
  const Held all{held_, end_};
  if (!course_) return pass_on(all);
  if (!struck_ && !reached()) {
    if (held_.empty()) return pass_on(all);
    return {.what = Step::Do::pass, .bytes = before_place()};
  }
  if (!struck_) struck_ = now;
  return course_->next(all, now);
}

std::string Flow::pass(std::size_t bytes) {
  auto out = held_.substr(0, bytes);
  held_.erase(0, bytes);
  passed_ += out.size();
  if (course_ && !struck_) course_->passing(out);
  return out;
}

}  // namespace attest::server::faults

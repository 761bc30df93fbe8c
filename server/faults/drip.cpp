// Small pieces with a pause after each: every one is a segment of its own, and a client must put them
// together.
#include <algorithm>

#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

class Drip final : public Course {
 public:
  Drip(std::size_t piece, Nanos span, Vary vary) : piece_(piece), span_(span), vary_(vary) {}

  Step next(const Held& held, Instant now) override {
    if (held.bytes.empty()) return pass_on(held);
    if (next_ && now < *next_) return {.what = Step::Do::wait, .until = *next_};
    next_ = now + vary_(span_);
    return {.what = Step::Do::pass, .bytes = std::min(vary_(piece_), held.bytes.size())};
  }

 private:
  std::size_t piece_;
  Nanos span_;
  Vary vary_;
  std::optional<Instant> next_;
};

}  // namespace

std::unique_ptr<Course> drip_course(std::size_t piece, Nanos span, Vary vary) {
  return std::make_unique<Drip>(piece, span, vary);
}

}  // namespace attest::server::faults

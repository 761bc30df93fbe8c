// A pause at the place, by default before the first byte of the response; then all passes as it comes.
#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

class Delay final : public Course {
 public:
  explicit Delay(Nanos span) : span_(span) {}

  Step next(const Held& held, Instant now) override {
    if (!until_) until_ = now + span_;
    if (now < *until_) return {.what = Step::Do::wait, .until = *until_};
    return pass_on(held);
  }

 private:
  Nanos span_;
  std::optional<Instant> until_;
};

}  // namespace

std::unique_ptr<Course> delay_course(Nanos span, Vary vary) {
  return std::make_unique<Delay>(vary(span));
}

}  // namespace attest::server::faults

// The bytes before the place come twice, as if a segment had been taken for a new one. No network with a
// right TCP does this; a proxy or a broken stack does, and the client's count of the body shows whether it
// notices.
#include <algorithm>
#include <utility>

#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

class Duplicate final : public Course {
 public:
  explicit Duplicate(std::size_t piece) : piece_(piece) {}

  void passing(std::string_view bytes) override {
    last_ += bytes;
    last_.erase(0, last_.size() - std::min(last_.size(), piece_));
  }

  Step next(const Held& held, Instant) override {
    if (last_.empty()) return pass_on(held);
    return {.what = Step::Do::add, .extra = std::exchange(last_, {})};
  }

 private:
  std::size_t piece_;
  std::string last_;
};

}  // namespace

std::unique_ptr<Course> duplicate_course(std::size_t piece) {
  return std::make_unique<Duplicate>(piece);
}

}  // namespace attest::server::faults

// Nothing more after the place, while the connection stays open: not even the server's end is passed on.
#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

class Stall final : public Course {
  Step next(const Held&, Instant) override { return {.what = Step::Do::rest}; }
};

}  // namespace

std::unique_ptr<Course> stall_course() {
  return std::make_unique<Stall>();
}

}  // namespace attest::server::faults

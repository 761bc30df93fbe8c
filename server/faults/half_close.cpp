// FIN at the place, while what the client still sends is taken and reaches the server.
#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

class HalfClose final : public Course {
  Step next(const Held&, Instant) override { return {.what = Step::Do::half_close}; }
};

}  // namespace

std::unique_ptr<Course> half_close_course() {
  return std::make_unique<HalfClose>();
}

}  // namespace attest::server::faults

// RST at the place: of what comes after it the client gets nothing, not even an end.
#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

class Reset final : public Course {
  Step next(const Held&, Instant) override { return {.what = Step::Do::reset}; }
};

}  // namespace

std::unique_ptr<Course> reset_course() {
  return std::make_unique<Reset>();
}

}  // namespace attest::server::faults

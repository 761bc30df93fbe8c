// An orderly close at the place, as of a server that thinks it has said all: FIN, and what the client still
// sends is answered with RST.
#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

class Cut final : public Course {
  Step next(const Held&, Instant) override { return {.what = Step::Do::cut}; }
};

}  // namespace

std::unique_ptr<Course> cut_course() {
  return std::make_unique<Cut>();
}

}  // namespace attest::server::faults

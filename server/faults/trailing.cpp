// Bytes that the server never sent: after its response, where a client that reads to the end instead of by
// length takes them for body.
#include <utility>

#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

class Trailing final : public Course {
 public:
  explicit Trailing(std::string extra) : extra_(std::move(extra)) {}

  Step next(const Held& held, Instant) override {
    if (extra_.empty()) return pass_on(held);
    return {.what = Step::Do::add, .extra = std::exchange(extra_, {})};
  }

 private:
  std::string extra_;
};

}  // namespace

std::unique_ptr<Course> trailing_course(std::string extra) {
  return std::make_unique<Trailing>(std::move(extra));
}

}  // namespace attest::server::faults

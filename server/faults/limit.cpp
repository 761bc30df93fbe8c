// A slow line: so many bytes a second, in pieces of a hundredth of a second (at least a byte). A pause of the
// server is not made up for afterwards.
#include <algorithm>
#include <cmath>

#include "server/faults/course.hpp"

namespace attest::server::faults {
namespace {

constexpr double kPiecesPerSecond = 100;
constexpr double kMostPiece = 16 * 1024;

class Limit final : public Course {
 public:
  explicit Limit(double rate)
      : rate_(rate), piece_(static_cast<std::size_t>(std::clamp(rate / kPiecesPerSecond, 1.0, kMostPiece))) {}

  Step next(const Held& held, Instant now) override {
    if (held.bytes.empty()) return pass_on(held);
    if (free_ && now < *free_) return {.what = Step::Do::wait, .until = *free_};
    const auto bytes = std::min(piece_, held.bytes.size());
    // A timer that fires late must not make the line slower, so up to one piece's time counts from when it
    // was due.
    const auto due = free_ ? std::max(*free_, now - time_of(piece_)) : now;
    free_ = due + time_of(bytes);
    return {.what = Step::Do::pass, .bytes = bytes};
  }

 private:
  [[nodiscard]] Nanos time_of(std::size_t bytes) const {
    constexpr double kLongest = 1e18;  // 31 years, and still a Nanos
    return Nanos(std::llround(std::min(kLongest, static_cast<double>(bytes) / rate_ * 1e9)));
  }

  double rate_;
  std::size_t piece_;
  std::optional<Instant> free_;  ///< when the line is free again
};

}  // namespace

std::unique_ptr<Course> limit_course(double rate) {
  return std::make_unique<Limit>(rate);
}

}  // namespace attest::server::faults

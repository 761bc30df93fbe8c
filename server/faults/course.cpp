#include "server/faults/course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace attest::server {

namespace faults {
namespace {

std::unique_ptr<Course> course_of(const NetFault& fault, std::uint64_t seed) {
  switch (fault.kind) {
    case Trouble::reset:
      return reset_course();
    case Trouble::stall:
      return stall_course();
    case Trouble::cut:
      return cut_course();
    case Trouble::half_close:
      return half_close_course();
    case Trouble::delay:
      return delay_course(fault.span, Vary(fault.jitter, seed));
    case Trouble::drip:
      return drip_course(fault.piece, fault.span, Vary(fault.jitter, seed));
    case Trouble::limit:
      return limit_course(fault.rate);
    case Trouble::duplicate:
      return duplicate_course(fault.piece);
    case Trouble::trailing:
      return trailing_course(fault.extra);
    case Trouble::none:
    case Trouble::refuse:
      break;
  }
  return nullptr;
}

bool is_start(const Place& place) {
  return place.from == Place::From::start && place.bytes == 0;
}

}  // namespace

double Vary::factor() {
  constexpr std::uint64_t kSteps = 1U << 20;
  const double between = static_cast<double>(random_.below(kSteps + 1)) / kSteps;  // 0..1
  return 1 + share_ * (2 * between - 1);
}

Nanos Vary::operator()(Nanos span) {
  return Nanos(std::llround(static_cast<double>(span.count()) * factor()));
}

std::size_t Vary::operator()(std::size_t size) {
  return std::max<std::size_t>(1,
                               static_cast<std::size_t>(std::llround(static_cast<double>(size) * factor())));
}

Flow flow_of(const NetFault& fault, std::uint64_t nth) {
  const bool at_end = fault.kind == Trouble::trailing && is_start(fault.place);
  return {Where{fault.place, at_end}, course_of(fault, fault.seed + nth)};
}

void check(const NetFault& fault) {
  const auto impossible = [&](std::string why, std::string cure) {
    throw Failure({Fault::usage, fmt::format("apply {}: {}", name_of(fault.kind), why), std::move(cure)});
  };
  if (fault.kind == Trouble::limit && !(fault.rate > 0))
    impossible(fmt::format("a rate of {}", fault.rate), "give bytes a second, or use stall");
  if (fault.piece == 0 || fault.piece > Flow::kMost)
    impossible(fmt::format("pieces of {} bytes", fault.piece), fmt::format("give 1 to {}", Flow::kMost));
  if (fault.span < Nanos::zero()) impossible("a negative span", "give a positive one");
  if (!(fault.jitter >= 0 && fault.jitter <= 1))
    impossible(fmt::format("a jitter of {}", fault.jitter), "give a share from 0 to 1");
}

}  // namespace faults
}  // namespace attest::server

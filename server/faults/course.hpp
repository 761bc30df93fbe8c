// The faults, one file each, and the choice among them.
#pragma once

#include <memory>

#include "harness/base/random.hpp"
#include "server/faults/flow.hpp"

namespace attest::server::faults {

/// Spans and sizes that vary by up to a share of themselves, by a seed.
class Vary {
 public:
  Vary(double share, std::uint64_t seed) : share_(share), random_(seed) {}
  [[nodiscard]] Nanos operator()(Nanos span);
  [[nodiscard]] std::size_t operator()(std::size_t size);  ///< at least 1

 private:
  [[nodiscard]] double factor();
  double share_;
  Random random_;
};

std::unique_ptr<Course> reset_course();
std::unique_ptr<Course> stall_course();
std::unique_ptr<Course> cut_course();
std::unique_ptr<Course> half_close_course();
std::unique_ptr<Course> delay_course(Nanos span, Vary vary);
std::unique_ptr<Course> drip_course(std::size_t piece, Nanos span, Vary vary);
std::unique_ptr<Course> limit_course(double rate);
std::unique_ptr<Course> duplicate_course(std::size_t piece);
std::unique_ptr<Course> trailing_course(std::string extra);

/// For the `nth` connection that the fault is done to; each has its own jitter.
[[nodiscard]] Flow flow_of(const NetFault& fault, std::uint64_t nth);

/// Throws a Failure (usage) if the fault says what cannot be done.
void check(const NetFault& fault);

}  // namespace attest::server::faults

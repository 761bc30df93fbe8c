// For tests of what counts chances: seeded samples as devices give them, and the bound that a count of
// accidents may reach before it is no accident.
#pragma once

#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "harness/base/random.hpp"

namespace attest::measure {

/// In ms.
class Device {
 public:
  explicit Device(std::uint64_t seed) : random_(seed) {}

  /// About 5 ms, one in twenty a retransmission or two later.
  double latency() { return 4 + std::exp(0.7 * normal()) + (uniform() < 0.05 ? 20 * uniform() : 0.0); }
  /// The same, as a clock of whole milliseconds shows it: almost all samples are tied.
  double coarse() { return std::floor(latency()); }
  /// In tenths, as a driver's timer has it, and one in a hundred is a pause of the host.
  double stepped() {
    const double pause = uniform() < 0.01 ? 200 * uniform() : 0.0;
    return std::floor(10 * (latency() + pause)) / 10;
  }
  /// 5 or 6: a clock that is coarser than all there is to see.
  double either() { return uniform() < 0.5 ? 5 : 6; }
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }
  /// 0 <= . < 1
  double uniform() { return static_cast<double>(random_.next() >> 11) * 0x1p-53; }

  std::vector<double> take(std::size_t count, double (Device::*one)(), double later = 0) {
    std::vector<double> samples(count);
    for (auto& sample : samples) sample = (this->*one)() + later;
    return samples;
  }

 private:
  Random random_;
};

/// Of `tries` with this chance each, more than so many happen once in ten thousand times.
inline double most_by_chance(int tries, double chance) {
  return boost::math::quantile(boost::math::complement(boost::math::binomial(tries, chance), 1e-4));
}

}  // namespace attest::measure

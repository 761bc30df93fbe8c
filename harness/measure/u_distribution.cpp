#include "harness/measure/u_distribution.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace attest::measure {
namespace {

constexpr std::size_t kExact = 20;

/// In how many ways each U comes about: the coefficients of the Gaussian binomial, whose factors
/// (1 - q^(n+i)) / (1 - q^i) are multiplied in one by one. The steps between may wrap round, the results fit:
/// they sum up to 40 over 20, below 2^38.
std::vector<std::uint64_t> ways(std::size_t n, std::size_t m) {
  std::vector<std::uint64_t> of(n * m + 1);
  of[0] = 1;
  for (std::size_t i = 1; i <= m; ++i) {
    for (std::size_t u = n * m; u >= n + i; --u) of[u] -= of[u - n - i];
    for (std::size_t u = i; u <= n * m; ++u) of[u] += of[u - i];
  }
  return of;
}

std::vector<double> cumulative(std::size_t n, std::size_t m) {
  auto of = ways(n, m);
  std::partial_sum(of.begin(), of.end(), of.begin());
  std::vector<double> share;
  share.reserve(of.size());
  for (const auto count : of) share.push_back(static_cast<double>(count) / static_cast<double>(of.back()));
  return share;
}

double deviation_of_u(double n, double m, double tied) {
  const double all = n + m;
  const double ties = all > 1 ? tied / (all * (all - 1)) : 0;
  return std::sqrt(std::max(0.0, n * m / 12 * (all + 1 - ties)));
}

}  // namespace

UDistribution::UDistribution(std::size_t baseline_count, std::size_t candidate_count, const Ties& ties)
    : pairs_(static_cast<double>(baseline_count) * static_cast<double>(candidate_count)),
      sigma_(deviation_of_u(static_cast<double>(baseline_count), static_cast<double>(candidate_count),
                            ties.sum)),
      continuity_(ties.step / 2) {
  if (ties.sum == 0 && std::max(baseline_count, candidate_count) <= kExact)
    cumulative_ = cumulative(baseline_count, candidate_count);
}

double UDistribution::at_most(double u) const {
  if (u < 0) return 0;
  if (u >= pairs_) return 1;
  if (!cumulative_.empty()) return cumulative_[static_cast<std::size_t>(u)];
  const double over = u + continuity_ - pairs_ / 2;
  if (sigma_ <= std::numeric_limits<double>::epsilon() * pairs_) return over < 0 ? 0 : 1;
  return boost::math::cdf(boost::math::normal(0, sigma_), over);
}

double UDistribution::two_sided(double u) const {
  return std::min(1.0, 2 * at_most(std::min(u, pairs_ - u)));
}

double UDistribution::cut(double alpha) const {
  double in = 0, out = std::floor(pairs_ / 2) + 1;  // in: fits (or 0); out: does not
  while (out - in > 1) {
    const double middle = std::floor((in + out) / 2);
    (at_most(middle - 1) < alpha / 2 ? in : out) = middle;
  }
  return in;
}

}  // namespace attest::measure

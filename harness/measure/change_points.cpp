#include "harness/measure/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "harness/measure/u_distribution.hpp"

namespace attest::measure {
namespace {

using Series = std::span<const double>;

/// Ranks from 1, equal values sharing the mean of theirs, and what ties there are.
struct Ranks {
  std::vector<double> of;
  Ties ties;
};

Ranks ranks_of(Series part) {
  Ranks out{std::vector<double>(part.size()), {.sum = 0, .step = static_cast<double>(part.size())}};
  std::vector<std::size_t> order(part.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return part[a] < part[b]; });
  double before = 0;
  for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
    while (to < order.size() && part[order[to]] == part[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i) out.of[order[i]] = static_cast<double>(from + 1 + to) / 2;
    const auto t = static_cast<double>(to - from);
    out.ties.sum += t * t * t - t;
    if (before > 0) out.ties.step = std::min(out.ties.step, (before + t) / 2);
    before = t;
  }
  return out;
}

/// A part of the series, and where its two sides differ most.
struct Part {
  std::size_t begin = 0, end = 0;
  std::size_t split = 0;
  double p =
      std::numeric_limits<double>::infinity();  ///< times the splits that were tried; infinite: none could be
};

/// How far U lies from what chance gives, in standard deviations but for a factor that all splits of the part
/// share: to choose by p would leave nothing to choose where it is too small for a double.
double distance(double u, double left, double right) {
  return std::abs(u - left * right / 2) / std::sqrt(left * right);
}

Part best_split(Series series, std::size_t begin, std::size_t end, std::size_t smallest) {
  Part out{.begin = begin, .end = end};
  const std::size_t size = end - begin;
  if (size < 2 * smallest) return out;
  const auto ranks = ranks_of(series.subspan(begin, size));
  double sum = 0, farthest = -1, u_there = 0;
  for (std::size_t left = 1; left + smallest <= size; ++left) {
    sum += ranks.of[left - 1];
    if (left < smallest) continue;
    const auto n = static_cast<double>(left), m = static_cast<double>(size - left);
    const double u = n * m + n * (n + 1) / 2 - sum;
    if (const double far = distance(u, n, m); far > farthest) {
      farthest = far;
      u_there = u;
      out.split = begin + left;
    }
  }
  const auto tried = static_cast<double>(size - 2 * smallest + 1);
  out.p =
      std::min(1.0, tried * UDistribution(out.split - begin, end - out.split, ranks.ties).two_sided(u_there));
  return out;
}

/// Cuts the part with the smallest p, as long as that is no chance among so many parts.
std::vector<Part> parts_of(Series series, double level, std::size_t smallest) {
  std::vector<Part> parts{best_split(series, 0, series.size(), smallest)};
  while (true) {
    const auto best =
        std::min_element(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.p < b.p; });
    if (best->p * static_cast<double>(parts.size()) > level) return parts;
    const auto [begin, end, split, p] = *best;
    *best = best_split(series, begin, split, smallest);
    parts.push_back(best_split(series, split, end, smallest));
  }
}

std::vector<std::size_t> ends_of(std::vector<Part> parts) {
  std::vector<std::size_t> out;
  for (const auto& part : parts) out.push_back(part.end);
  std::sort(out.begin(), out.end());
  out.insert(out.begin(), 0);
  return out;
}

double median(Series part) {
  std::vector<double> all(part.begin(), part.end());
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  return all.size() % 2 == 1 ? *middle : std::midpoint(*std::max_element(all.begin(), middle), *middle);
}

/// The changes between these ends, each looked for once more: the first cuts were made before the others were
/// known.
std::vector<ChangePoint> looked_at_again(Series series, std::vector<std::size_t>& ends,
                                         const ChangeOptions& options) {
  std::vector<ChangePoint> out;
  const auto parts = static_cast<double>(ends.size()) - 2;  // before the last of them was cut
  for (std::size_t i = 1; i + 1 < ends.size();) {
    const auto again = best_split(series, ends[i - 1], ends[i + 1], options.smallest);
    if (again.p * parts > options.level) {
      ends.erase(ends.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    ends[i++] = again.split;
    out.push_back({again.split, 0, 0, again.p * parts});
  }
  return out;
}

/// Gives the first two neighbours with the same level; nothing: all differ.
std::optional<std::size_t> set_levels(Series series, std::vector<ChangePoint>& changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto begin = i == 0 ? 0 : changes[i - 1].index, at = changes[i].index;
    const auto end = i + 1 < changes.size() ? changes[i + 1].index : series.size();
    changes[i].before = median(series.subspan(begin, at - begin));
    changes[i].after = median(series.subspan(at, end - at));
    if (changes[i].before == changes[i].after) return i;
  }
  return std::nullopt;
}

}  // namespace

std::vector<ChangePoint> change_points(Series series, const ChangeOptions& given) {
  const ChangeOptions options{given.level, std::max<std::size_t>(given.smallest, 2)};
  if (!std::all_of(series.begin(), series.end(), [](double one) { return std::isfinite(one); })) return {};
  auto ends = ends_of(parts_of(series, options.level, options.smallest));
  auto changes = looked_at_again(series, ends, options);
  while (const auto same = set_levels(series, changes))
    changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(*same));
  return changes;
}

}  // namespace attest::measure

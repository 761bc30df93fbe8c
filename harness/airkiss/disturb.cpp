#include "harness/airkiss/disturb.hpp"

#include "harness/base/random.hpp"

namespace attest::airkiss {
namespace {
constexpr std::uint64_t kOf = 1U << 20U;
constexpr std::uint64_t kMostForeign = 600;  // bytes: some of them look like AirKiss
}  // namespace

std::vector<Packet> disturbed(const std::vector<std::uint16_t>& lengths, const Disturbance& disturbance,
                              unsigned round) {
  Random random(disturbance.seed + round);
  const auto happens = [&](double share) {
    return share > 0 && static_cast<double>(random.below(kOf)) < share * static_cast<double>(kOf);
  };
  std::vector<Packet> out;
  out.reserve(lengths.size());
  for (const auto length : lengths) {
    if (happens(disturbance.foreign))
      out.push_back({static_cast<std::uint16_t>(1 + random.below(kMostForeign)), true});
    if (!happens(disturbance.loss)) out.push_back({length, false});
    if (happens(disturbance.repeat)) out.push_back({length, false});
  }
  return out;
}

}  // namespace attest::airkiss
